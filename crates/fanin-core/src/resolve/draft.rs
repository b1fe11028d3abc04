//! Assignments before they are checked.

use std::error::Error;

use super::filling::{State, refuse};
use super::{Assignment, Resolution, ResolveError};
use crate::param::ParamSpec;

/// Assignments of a model's parameters that can still be overridden. [`Draft::finish`] then rejects missing and invalid
/// ones.
///
/// For example, a backend that loads some tensors from a file overrides their assignments.
#[derive(Debug)]
pub struct Draft {
    rules: String,
    entries: Vec<Entry>,
    unused: Vec<String>,
}

#[derive(Debug)]
pub(super) enum Entry {
    Assigned(Assignment),
    /// No rule matches the parameter.
    Unmatched(ParamSpec),
    /// The front end failed for the parameter.
    Failed(Box<dyn Error + Send + Sync>),
}

impl Draft {
    pub(super) fn new(rules: String, entries: Vec<Entry>) -> Self {
        Self { rules, entries, unused: Vec::new() }
    }

    /// Adds rules that no parameter uses, each as a pattern with the reason. [`Draft::finish`] rejects them.
    #[must_use]
    pub fn with_unused(mut self, rules: Vec<String>) -> Self {
        self.unused = rules;
        self
    }

    /// Returns the assignment of the parameter at this index; `None` if it has none yet.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<&Assignment> {
        match self.entries.get(place) {
            Some(Entry::Assigned(assignment)) => Some(assignment),
            _ => None,
        }
    }

    /// Returns whether no rule matches the parameter at this index.
    #[must_use]
    pub fn is_unmatched(&self, place: usize) -> bool {
        matches!(self.entries.get(place), Some(Entry::Unmatched(_)))
    }

    /// Overrides the assignment of the parameter at this index; an index out of range is ignored.
    pub fn set(&mut self, place: usize, assignment: Assignment) {
        if let Some(entry) = self.entries.get_mut(place) {
            *entry = Entry::Assigned(assignment);
        }
    }

    /// Returns the resolution if every parameter has an assignment that its initializer accepts.
    ///
    /// # Errors
    /// The first [`ResolveError::FrontEnd`]; otherwise [`ResolveError::Unmatched`], [`ResolveError::Unused`] or
    /// [`ResolveError::Refused`], which list everything of their kind.
    pub fn finish(mut self) -> Result<Resolution, ResolveError> {
        if let Some(failed) = self.entries.iter().position(|entry| matches!(entry, Entry::Failed(_)))
            && let Entry::Failed(error) = self.entries.swap_remove(failed)
        {
            return Err(ResolveError::FrontEnd(error));
        }
        let states = self.entries.iter().filter_map(|entry| match entry {
            Entry::Assigned(assignment) => {
                let filled = |initializer| State::Filled(assignment.param(), initializer);
                Some(assignment.initializer().map_or(State::Left, |initializer| filled(&**initializer)))
            }
            Entry::Unmatched(param) => Some(State::Unmatched(param)),
            Entry::Failed(_) => None,
        });
        let unused = std::mem::take(&mut self.unused);
        refuse(&self.rules, states, || unused)?;
        let assignments = self.entries.into_iter().filter_map(|entry| match entry {
            Entry::Assigned(assignment) => Some(assignment),
            Entry::Unmatched(_) | Entry::Failed(_) => None,
        });
        Ok(Resolution::new(self.rules, assignments.collect()))
    }
}
