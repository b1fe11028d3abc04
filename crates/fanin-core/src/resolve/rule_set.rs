//! An ordered list of rules: the first whose pattern matches a name and whose condition holds applies.

use std::error::Error;
use std::sync::{Arc, OnceLock};

use super::draft::Entry;
use super::pattern::PatternSet;
use super::{Assignment, Draft, Origin, Pattern, PatternError};
use crate::initializer::Initializer;
use crate::param::{ParamSpec, Role};

/// A rule of a front end.
pub trait Rule {
    /// Returns the patterns; any of them may match a name.
    fn patterns(&self) -> &[Pattern];

    /// Returns the reason, in one line, if any.
    fn reason(&self) -> Option<&str> {
        None
    }

    /// Returns whether the rule may apply to a parameter whose name it matches.
    fn takes(&self, param: &ParamSpec) -> bool {
        let _ = param;
        true
    }
}

/// The decision of a rule about a parameter whose name it matches.
#[derive(Clone, Debug)]
pub enum Decision {
    /// The rule's condition does not hold; try later rules.
    Pass,
    /// Leave the parameter unchanged.
    Leave,
    /// Fill the parameter.
    Fill {
        /// The parameter as passed to the initializer.
        param: ParamSpec,
        /// The initializer.
        initializer: Arc<dyn Initializer>,
        /// The learning-rate factor.
        learning_rate: f64,
    },
}

/// An ordered list of rules, whose patterns are matched all at once.
///
/// ```
/// use std::sync::Arc;
///
/// use fanin_core::initializers::Zeros;
/// use fanin_core::resolve::{Decision, Pattern, Rule, RuleSet};
/// use fanin_core::{Initializer, ParamSpec};
///
/// #[derive(Debug)]
/// struct ZerosFor(Vec<Pattern>);
///
/// impl Rule for ZerosFor {
///     fn patterns(&self) -> &[Pattern] {
///         &self.0
///     }
/// }
///
/// let rules = RuleSet::new(vec![ZerosFor(vec![Pattern::new("*.bias")?, Pattern::new("*.weight")?])]);
/// let draft = rules.draft("the rules", &[ParamSpec::new("head.bias", [10])?], |_, _, param| {
///     let (param, initializer) = (param.clone(), Arc::new(Zeros));
///     Ok(Decision::Fill { param, initializer, learning_rate: 1.0 })
/// })?;
/// assert_eq!(draft.finish()?.assignments()[0].pattern(), Some("*.bias"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RuleSet<R> {
    rules: Vec<R>,
    /// Built on first use.
    matcher: OnceLock<Result<Matcher, PatternError>>,
}

/// The patterns of all rules, with the rule and the position of each.
#[derive(Clone, Debug)]
struct Matcher {
    patterns: PatternSet,
    owners: Vec<(usize, usize)>,
    /// The reasons of the rules, shared by their assignments.
    reasons: Vec<Option<Arc<str>>>,
}

impl<R> Default for RuleSet<R> {
    fn default() -> Self {
        Self { rules: Vec::new(), matcher: OnceLock::new() }
    }
}

impl<R: Rule> RuleSet<R> {
    /// Creates a list from rules in order of precedence.
    #[must_use]
    pub fn new(rules: Vec<R>) -> Self {
        Self { rules, matcher: OnceLock::new() }
    }

    /// Adds a rule after the others.
    pub fn push(&mut self, rule: R) {
        self.rules.push(rule);
        self.matcher = OnceLock::new();
    }

    /// Returns the rules, in order.
    #[must_use]
    pub fn rules(&self) -> &[R] {
        &self.rules
    }

    /// Assigns an initializer to each parameter: `decide` is called for the first rule that matches its name, then for
    /// later ones while it returns [`Decision::Pass`]. A buffer that no rule matches is left unchanged; an error of
    /// `decide` is kept for [`Draft::finish`].
    ///
    /// # Errors
    /// [`PatternError`] if the patterns together are too large.
    pub fn draft(
        &self,
        label: impl Into<String>,
        params: &[ParamSpec],
        mut decide: impl FnMut(usize, &R, &ParamSpec) -> Result<Decision, Box<dyn Error + Send + Sync>>,
    ) -> Result<Draft, PatternError> {
        let matcher = self.matcher()?;
        let mut matching = Vec::new();
        let entries = params.iter().map(|param| {
            let mut passed = None;
            matcher.patterns.matching(param.name(), &mut matching);
            for (index, pattern) in matching.iter().filter_map(|matched| matcher.owners.get(*matched).copied()) {
                // Skips the other patterns of a rule that has passed.
                let Some(rule) = self.rules.get(index).filter(|rule| passed != Some(index) && rule.takes(param)) else {
                    continue;
                };
                match decide(index, rule, param) {
                    Err(error) => return Entry::Failed(error),
                    Ok(Decision::Pass) => passed = Some(index),
                    Ok(Decision::Leave) => return Entry::Assigned(Assignment::left(param.clone())),
                    Ok(Decision::Fill { param, initializer, learning_rate }) => {
                        let origin = Origin::Rule {
                            rule: index,
                            pattern: rule.patterns().get(pattern).map_or_else(|| Arc::from(""), Pattern::shared),
                            reason: matcher.reasons.get(index).cloned().flatten(),
                        };
                        let assignment = Assignment::new(param, initializer, origin);
                        return Entry::Assigned(assignment.with_learning_rate(learning_rate));
                    }
                }
            }
            match param.role() {
                Role::Buffer => Entry::Assigned(Assignment::left(param.clone())),
                _ => Entry::Unmatched(param.clone()),
            }
        });
        let entries = entries.collect();
        Ok(Draft::new(label.into(), entries))
    }

    /// Returns the index of the first rule that matches each parameter.
    pub(crate) fn first(&self, params: &[ParamSpec]) -> Result<Vec<Option<usize>>, PatternError> {
        let matcher = self.matcher()?;
        let mut matching = Vec::new();
        let first = params.iter().map(|param| {
            matcher.patterns.matching(param.name(), &mut matching);
            let mut rules = matching.iter().filter_map(|matched| matcher.owners.get(*matched).map(|(rule, _)| *rule));
            rules.find(|rule| self.rules.get(*rule).is_some_and(|rule| rule.takes(param)))
        });
        Ok(first.collect())
    }

    fn matcher(&self) -> Result<&Matcher, PatternError> {
        let made = || {
            let of_rule = |(index, rule): (usize, &R)| {
                (0..rule.patterns().len()).map(move |pattern| (index, pattern)).collect::<Vec<_>>()
            };
            let reason = |rule: &R| rule.reason().map(Arc::from);
            Ok(Matcher {
                patterns: PatternSet::new(self.rules.iter().flat_map(Rule::patterns))?,
                owners: self.rules.iter().enumerate().flat_map(of_rule).collect(),
                reasons: self.rules.iter().map(reason).collect(),
            })
        };
        self.matcher.get_or_init(made).as_ref().map_err(Clone::clone)
    }
}
