//! Name patterns.

use std::fmt;

use globset::{GlobBuilder, GlobMatcher};
use thiserror::Error;

/// A pattern of full dotted names: `*` is any run of characters, dots included; `?` one character; `[abc]`, `[0-9]` and
/// `[!0-9]` one of, or none of, a set; `{a,b}` either; `\` takes the next character as it is.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    matcher: GlobMatcher,
}

/// A pattern that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the pattern '{pattern}' cannot be read: {reason}")]
pub struct PatternError {
    /// The pattern.
    pub pattern: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`PatternError`], which names it.
    pub fn new(pattern: &str) -> Result<Self, PatternError> {
        let glob = GlobBuilder::new(pattern).literal_separator(false).backslash_escape(true).build();
        match glob {
            Ok(glob) => Ok(Self { text: pattern.to_owned(), matcher: glob.compile_matcher() }),
            Err(error) => Err(PatternError { pattern: pattern.to_owned(), reason: error.kind().to_string() }),
        }
    }

    /// Whether the whole name matches.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.matcher.is_match(name)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, matches) in [
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
        ] {
            assert_eq!(Pattern::new(pattern).unwrap().matches(name), matches, "{pattern} {name}");
        }
    }
}
