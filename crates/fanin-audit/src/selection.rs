//! Selects which rules run on which tensors.

use fanin_core::message::did_you_mean;
use fanin_core::resolve::Pattern;
use thiserror::Error;

use super::rules::{self, AuditRule};

/// The rules and tensors to select and to ignore. Each term is a rule id, a rule id with a name pattern (`near-twins:encoder.*`), or
/// a name pattern for every rule (`*:encoder.*`).
///
/// ```
/// use fanin_audit::Selection;
///
/// let selection = Selection::new(["dead-rows", "all-zero"], ["*:head.*"])?;
/// assert!(selection.wants("all-zero", "encoder.weight") && !selection.wants("all-zero", "head.weight"));
/// assert!(Selection::new(["dead-row"], []).unwrap_err().to_string().contains("dead-rows"));
/// # Ok::<(), fanin_audit::SelectionError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Selection {
    selected: Vec<Term>,
    ignored: Vec<Term>,
}

/// An invalid term.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SelectionError {
    /// An unknown rule.
    #[error("unknown rule '{rule}'; {hint}`fanin list rules` lists the rules")]
    UnknownRule {
        /// The rule as given.
        rule: String,
        /// A suggestion; empty if no rule is near.
        hint: String,
    },
    /// An invalid name pattern.
    #[error(transparent)]
    Pattern(#[from] fanin_core::resolve::PatternError),
}

#[derive(Clone, Debug)]
struct Term {
    /// `None` for every rule.
    rule: Option<&'static str>,
    pattern: Option<Pattern>,
}

impl Selection {
    /// Parses terms. Without a selected term every rule is selected.
    ///
    /// # Errors
    /// [`SelectionError`], which names the term.
    pub fn new<'a>(
        selected: impl IntoIterator<Item = &'a str>,
        ignored: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, SelectionError> {
        let terms = |words: &mut dyn Iterator<Item = &'a str>| words.map(Term::read).collect::<Result<Vec<_>, _>>();
        Ok(Self { selected: terms(&mut selected.into_iter())?, ignored: terms(&mut ignored.into_iter())? })
    }

    /// The rules that are selected by id.
    pub fn selected(&self) -> impl Iterator<Item = &'static AuditRule> {
        self.selected.iter().filter_map(|term| rules::rule(term.rule?))
    }

    /// Whether to report a finding of this rule in this tensor.
    #[must_use]
    pub fn wants(&self, rule: &str, tensor: &str) -> bool {
        let any = |terms: &[Term]| terms.iter().any(|term| term.matches(rule, tensor));
        (self.selected.is_empty() || any(&self.selected)) && !any(&self.ignored)
    }

    /// Whether a rule needs to run at all.
    #[must_use]
    pub fn asks(&self, rule: &str) -> bool {
        let names = |term: &Term| term.rule.is_none_or(|named| named == rule);
        let whole = |term: &Term| names(term) && term.pattern.is_none();
        (self.selected.is_empty() || self.selected.iter().any(names)) && !self.ignored.iter().any(whole)
    }
}

impl Term {
    fn read(word: &str) -> Result<Self, SelectionError> {
        let (rule, pattern) = match word.split_once(':') {
            Some((rule, pattern)) => (rule.trim(), Some(Pattern::new(pattern.trim())?)),
            None => (word.trim(), None),
        };
        if rule == "*" {
            return Ok(Self { rule: None, pattern });
        }
        match rules::rule(rule) {
            Some(found) => Ok(Self { rule: Some(found.id), pattern }),
            None => {
                let hint = did_you_mean(rule, rules::rules().iter().map(|rule| rule.id));
                Err(SelectionError::UnknownRule { rule: rule.to_owned(), hint })
            }
        }
    }

    fn matches(&self, rule: &str, tensor: &str) -> bool {
        self.rule.is_none_or(|named| named == rule)
            && self.pattern.as_ref().is_none_or(|pattern| pattern.matches(tensor))
    }
}
