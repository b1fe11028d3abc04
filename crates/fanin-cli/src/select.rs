//! Which tensors are meant.

use fanin_core::plan::Pattern;

use crate::failure::Failure;

/// Patterns of names; none stand for all names.
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

    /// Refuses a selection of nothing, which would pass for a good answer.
    pub(crate) fn refuse_nothing<'a>(&self, mut names: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
        if self.patterns.is_empty() || names.any(|name| self.contains(name)) {
            return Ok(());
        }
        Err(Failure::usage("no tensor's name matches --select; give a pattern such as '*.weight'"))
    }
}
