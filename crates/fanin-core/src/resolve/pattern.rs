//! Name patterns.

use std::fmt;
use std::sync::Arc;

use globset::{ErrorKind, Glob, GlobBuilder, GlobSet};
use thiserror::Error;

/// A pattern of full dotted names: `*` matches any sequence of characters, including dots; `?` one character; `[abc]`,
/// `[0-9]` and `[!0-9]` one character in, or not in, a set; `{a,b}` either alternative; `\` escapes the next character.
#[derive(Clone, Debug)]
pub struct Pattern {
    glob: Glob,
    // A set with one pattern, because sets handle literals, suffixes and prefixes without regular expressions.
    alone: GlobSet,
    /// The text, shared by all assignments that refer to it.
    text: Arc<str>,
}

/// Several patterns matched at once, which is much faster than one after another.
#[derive(Clone, Debug)]
pub(super) struct PatternSet(GlobSet);

/// An invalid pattern.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("invalid pattern '{pattern}': {reason}")]
pub struct PatternError {
    /// The pattern.
    pub pattern: String,
    /// The problem.
    pub reason: String,
}

impl Pattern {
    /// Parses a pattern.
    ///
    /// # Errors
    /// [`PatternError`], which contains the pattern.
    pub fn new(pattern: &str) -> Result<Self, PatternError> {
        let glob = GlobBuilder::new(pattern).literal_separator(false).backslash_escape(true).build();
        let read = glob.and_then(|glob| Ok(Self { alone: GlobSet::new([&glob])?, text: Arc::from(pattern), glob }));
        read.map_err(|error| PatternError::new(pattern.to_owned(), &error))
    }

    /// Returns whether the whole name matches.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.alone.is_match(name)
    }

    /// Returns the text.
    pub(super) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// Returns whether the part after the last dot constrains the name: that of `*.running_var` does, that of
    /// `layers.0.*` does not. Only then does the pattern name a buffer.
    pub(crate) fn names_last_part(&self) -> bool {
        let last = self.glob.glob().rsplit('.').next();
        last.is_some_and(|last| last.chars().any(|character| !matches!(character, '*' | '?')))
    }
}

impl PatternError {
    fn new(pattern: String, error: &globset::Error) -> Self {
        let reason = match error.kind() {
            // A glob that parses gives a valid regular expression, though it may be too large for memory.
            ErrorKind::Regex(_) => "it is too large; write shorter patterns".to_owned(),
            kind => kind.to_string(),
        };
        Self { pattern, reason }
    }
}

impl PatternSet {
    pub(super) fn new<'a>(patterns: impl Iterator<Item = &'a Pattern> + Clone) -> Result<Self, PatternError> {
        let set = GlobSet::new(patterns.clone().map(|pattern| &pattern.glob));
        set.map(Self).map_err(|error| {
            let all: Vec<String> = patterns.map(ToString::to_string).collect();
            PatternError::new(all.join("', '"), &error)
        })
    }

    /// Finds the indices of the patterns that match a name, in order; previous contents of `matching` are dropped.
    pub(super) fn matching(&self, name: &str, matching: &mut Vec<usize>) {
        self.0.matches_into(name, matching);
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.glob.glob())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: [(&str, &str, bool); 11] = [
        ("*.bias", "layers.0.bias", true),
        ("*.bias", "layers.0.bias_ih", false),
        ("*bias*", "layers.0.bias_ih", true),
        ("h.*.c_proj.weight", "h.11.attn.c_proj.weight", true),
        ("h.?.weight", "h.11.weight", false),
        ("h.[0-3].weight", "h.2.weight", true),
        ("{wte,wpe}.weight", "wpe.weight", true),
        ("*", "", true),
        ("a/b", "a/b", true),
        ("*.weight", "a/b.weight", true),
        ("layers.0.weight", "layersX0Xweight", false),
    ];

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, matches) in CASES {
            assert_eq!(Pattern::new(pattern).unwrap().matches(name), matches, "{pattern} {name}");
        }
    }

    #[test]
    fn a_set_gives_the_first_of_those_that_match_alone() {
        let patterns: Vec<Pattern> = CASES.iter().map(|(pattern, ..)| Pattern::new(pattern).unwrap()).collect();
        let names = || CASES.iter().map(|(_, name, _)| *name).chain(["none.of.them", "h.2.weight.bias"]);
        let alone = |name| patterns.iter().position(|pattern| pattern.matches(name));
        let wanted: Vec<_> = names().map(alone).collect();
        let set = PatternSet::new(patterns.iter()).unwrap();
        let mut matching = Vec::new();
        let first = |name| {
            set.matching(name, &mut matching);
            matching.first().copied()
        };
        assert_eq!(names().map(first).collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn a_pattern_too_large_to_read_is_an_error() {
        let refused = Pattern::new(&"?".repeat(1 << 19)).unwrap_err();
        assert!(refused.reason.contains("too large"), "{}", refused.reason);
    }
}
