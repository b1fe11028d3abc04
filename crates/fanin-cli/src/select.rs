//! Selection of tensors by name.

use fanin_core::resolve::Pattern;

use crate::failure::Failure;

/// Name patterns. Without patterns, every name is selected.
pub(crate) struct Selection {
    patterns: Vec<Pattern>,
}

impl Selection {
    pub(crate) fn new(patterns: &[String]) -> Result<Self, Failure> {
        let patterns: Result<_, _> = patterns.iter().map(|pattern| Pattern::new(pattern)).collect();
        Ok(Self { patterns: patterns.map_err(Failure::usage)? })
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.patterns.is_empty() || self.patterns.iter().any(|pattern| pattern.matches(name))
    }

    /// Rejects patterns that match nothing: an empty report would look like success.
    pub(crate) fn refuse_nothing<'a>(&self, mut names: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
        if self.patterns.is_empty() || names.any(|name| self.contains(name)) {
            return Ok(());
        }
        let patterns: Vec<String> = self.patterns.iter().map(|pattern| format!("'{pattern}'")).collect();
        Err(Failure::usage(format!(
            "--select {} matches no tensor; use a pattern such as '*.weight'",
            patterns.join(", ")
        )))
    }
}
