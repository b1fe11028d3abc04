//! Plans: which parameter of a model gets which initializer.

mod error;
mod explanation;
mod pattern;

use std::sync::{Arc, OnceLock};

pub use error::PlanError;
pub use explanation::{Assignment, Explanation};
use pattern::PatternSet;
pub use pattern::{Pattern, PatternError};

use crate::address::{Key, Seed};
use crate::initializer::{InitError, Initializer};
use crate::param::{FillParams, ParamSpec, ParamViewMut, ParametersMut, Role};

/// An ordered list of name patterns, each with an initializer. The first pattern that matches a name wins.
///
/// A parameter without a rule and a rule without a parameter are errors: a typo in a pattern does not pass in silence. A
/// buffer ([`Role::Buffer`]) is left as it is unless a rule names it: `*` and `layers.0.*` do not, `*.running_var` does.
///
/// ```
/// use fanin_core::initializers::{Zeros, he_normal};
/// use fanin_core::{Activation, Plan, network::{Loss, MlpSpec}};
///
/// let plan = Plan::new().rule("*.bias", Zeros).rule("*.weight", he_normal());
/// let spec = MlpSpec::new([64, 32, 10], Activation::Relu, Loss::SoftmaxCrossEntropy)?;
/// println!("{}", plan.explain(spec.params())?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Plan {
    rules: Vec<Rule>,
    /// What is wrong with the first pattern that cannot be read.
    unreadable: Option<PatternError>,
    /// The patterns of all rules, made at the first use.
    patterns: OnceLock<Result<PatternSet, PatternError>>,
}

#[derive(Clone, Debug)]
struct Rule {
    pattern: Pattern,
    initializer: Arc<dyn Initializer>,
}

impl Plan {
    /// A plan without rules.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule after the others. See [`Pattern`] for the grammar; a pattern that cannot be read is an error when the plan
    /// is used.
    #[must_use]
    pub fn rule(mut self, pattern: impl Into<String>, initializer: impl Initializer + 'static) -> Self {
        match Pattern::new(&pattern.into()) {
            Ok(pattern) => self.rules.push(Rule { pattern, initializer: Arc::new(initializer) }),
            Err(error) => self.unreadable = self.unreadable.or(Some(error)),
        }
        self.patterns = OnceLock::new();
        self
    }

    /// What a parameter would get, whatever others there are: the first rule that matches it, if one does. What the
    /// initializer refuses is not asked.
    ///
    /// ```
    /// use fanin_core::initializers::Zeros;
    /// use fanin_core::{ParamSpec, Plan};
    ///
    /// let plan = Plan::new().rule("*.bias", Zeros);
    /// let choice = plan.choose(&ParamSpec::new("head.bias", [10])?)?;
    /// assert_eq!(choice.map(|choice| choice.rule), Some(0));
    /// assert!(plan.choose(&ParamSpec::new("head.weight", [10, 8])?)?.is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`PlanError::Pattern`] if a pattern of the plan cannot be read.
    pub fn choose(&self, param: &ParamSpec) -> Result<Option<Choice<'_>>, PlanError> {
        let first = self.first(std::slice::from_ref(param))?.into_iter().next().flatten();
        Ok(first.map(|Assigned { index, rule }| Choice {
            rule: index,
            pattern: &rule.pattern,
            initializer: &rule.initializer,
        }))
    }

    /// What each parameter would get, in the parameters' order, without drawing anything.
    ///
    /// # Errors
    /// [`PlanError`]: a pattern that cannot be read, parameters without a rule, rules without a parameter, or parameters that
    /// their initializer refuses; all of a kind are named together.
    pub fn explain(&self, params: &[ParamSpec]) -> Result<Explanation, PlanError> {
        let assignments = self.assign(params)?;
        let named = |(param, assigned): (&ParamSpec, Option<Assigned<'_>>)| {
            assigned.map(|to| Assignment::new(param, to.index, &to.rule.pattern, &to.rule.initializer))
        };
        Ok(Explanation::new(params.iter().zip(assignments).filter_map(named)))
    }

    /// Fills every parameter of a model, many at once where the model can lend them so.
    ///
    /// The whole plan is checked before the first value is written.
    ///
    /// # Errors
    /// As [`Plan::explain`]; [`PlanError::Fill`] if the model or an initializer fails on the way.
    pub fn apply<P: ParametersMut + ?Sized>(&self, model: &mut P, seed: Seed) -> Result<(), PlanError> {
        let assignments = self.assign(model.specs())?;
        let refused: Vec<InitError> = (model.specs().iter().zip(&assignments).enumerate())
            .filter_map(|(place, (param, assigned))| {
                let initializer = &assigned.as_ref()?.rule.initializer;
                initializer.check_dtype(param, model.dtype(place)?).err()
            })
            .collect();
        if !refused.is_empty() {
            return Err(PlanError::Refused { refused });
        }
        model.fill_all(&Seeded { assignments, seed }).map_err(PlanError::Fill)
    }

    /// The first rule that matches each parameter.
    fn first(&self, params: &[ParamSpec]) -> Result<Vec<Option<Assigned<'_>>>, PlanError> {
        if let Some(error) = &self.unreadable {
            return Err(error.clone().into());
        }
        let together = || PatternSet::new(&self.rules.iter().map(|rule| &rule.pattern).collect::<Vec<_>>());
        let patterns = self.patterns.get_or_init(together).as_ref().map_err(Clone::clone)?;
        let naming: Vec<bool> = self.rules.iter().map(|rule| rule.pattern.names_last_part()).collect();
        let takes = |param: &ParamSpec, rule: usize| param.role() != Role::Buffer || naming[rule];
        let first = patterns.first(params.iter().map(|param| (param.name(), move |rule| takes(param, rule))));
        let assigned = |index: usize| self.rules.get(index).map(|rule| Assigned { index, rule });
        Ok(first.into_iter().map(|index| index.and_then(assigned)).collect())
    }

    /// The first rule that matches each parameter, whose initializer does not refuse it; `None` for a buffer that no rule names.
    fn assign(&self, params: &[ParamSpec]) -> Result<Vec<Option<Assigned<'_>>>, PlanError> {
        let assignments = self.first(params)?;
        let both = || params.iter().zip(&assignments);
        let missing = both().filter(|(param, assigned)| assigned.is_none() && param.role() != Role::Buffer);
        let parameters: Vec<String> = missing.map(|(param, _)| param.name().to_owned()).collect();
        if !parameters.is_empty() {
            return Err(PlanError::Unmatched { parameters });
        }
        let mut used = vec![false; self.rules.len()];
        assignments.iter().flatten().for_each(|assigned| used[assigned.index] = true);
        let unused = self.rules.iter().zip(&used).filter(|(_, used)| !**used);
        let unused: Vec<String> = unused.map(|(rule, _)| unused_text(&rule.pattern, params, &self.rules)).collect();
        if !unused.is_empty() {
            return Err(PlanError::Unused { rules: unused });
        }
        let refused: Vec<InitError> =
            both().filter_map(|(param, assigned)| assigned.as_ref()?.rule.initializer.check(param).err()).collect();
        if refused.is_empty() { Ok(assignments) } else { Err(PlanError::Refused { refused }) }
    }
}

/// The rule of a plan that a parameter uses.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Choice<'p> {
    /// The index of the rule, from 0.
    pub rule: usize,
    /// The rule's pattern.
    pub pattern: &'p Pattern,
    /// The rule's initializer.
    pub initializer: &'p Arc<dyn Initializer>,
}

/// What a parameter gets.
#[derive(Clone, Copy)]
struct Assigned<'p> {
    index: usize,
    rule: &'p Rule,
}

/// The assignments of a model under a seed, by the places of its parameters.
struct Seeded<'p> {
    assignments: Vec<Option<Assigned<'p>>>,
    seed: Seed,
}

impl Seeded<'_> {
    fn at(&self, place: usize) -> Option<Assigned<'_>> {
        self.assignments.get(place).copied().flatten()
    }
}

impl FillParams for Seeded<'_> {
    fn wants(&self, place: usize, _: &ParamSpec) -> bool {
        self.at(place).is_some()
    }

    fn fill(&self, place: usize, param: &ParamSpec, out: ParamViewMut<'_>) -> Result<(), InitError> {
        match self.at(place) {
            Some(assigned) => assigned.rule.initializer.fill(param, Key::new(self.seed, param.name()), out),
            None => Ok(()),
        }
    }
}

/// Why a rule was never used: it matches nothing, or rules before it took all that it matches.
fn unused_text(pattern: &Pattern, params: &[ParamSpec], rules: &[Rule]) -> String {
    let taken = params.iter().find(|param| pattern.matches(param.name()));
    if let Some(param) = taken
        && params.iter().all(|param| param.role() == Role::Buffer || !pattern.matches(param.name()))
        && !pattern.names_last_part()
    {
        return format!("'{pattern}' (it matches buffers alone; name them, such as '*{}')", last_part(param.name()));
    }
    let first = taken.and_then(|param| rules.iter().find(|earlier| earlier.pattern.matches(param.name())));
    match first {
        Some(Rule { pattern: earlier, .. }) => {
            format!("'{pattern}' (all it matches is taken by rules before it, such as '{earlier}')")
        }
        None => format!("'{pattern}' (it matches no name)"),
    }
}

/// `.running_var` of `layers.0.norm.running_var`.
fn last_part(name: &str) -> &str {
    name.rfind('.').and_then(|dot| name.get(dot..)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initializers::{Ones, Zeros, he_normal};
    use crate::param::Layout;

    fn params() -> Vec<ParamSpec> {
        let weight = |name: &str| ParamSpec::new(name, [3, 2]).unwrap().with_layout(Layout::OutIn);
        let bias = ParamSpec::new("layers.0.bias", [3]).unwrap().with_role(Role::Bias);
        let running = ParamSpec::new("norm.running_mean", [3]).unwrap().with_role(Role::Buffer);
        vec![weight("layers.0.weight"), bias, running]
    }

    #[test]
    fn the_first_match_wins_and_buffers_are_left() {
        let plan = Plan::new().rule("*.bias", Zeros).rule("layers.0.*", he_normal());
        let explained = plan.explain(&params()).unwrap();
        let rules: Vec<_> = explained.assignments().iter().map(|a| (a.parameter.as_str(), a.rule)).collect();
        assert_eq!(rules, [("layers.0.weight", 1), ("layers.0.bias", 0)]);
        let text = explained.to_string();
        assert!(text.contains("he_normal") && text.contains("layers.0.*"), "{text}");
    }

    #[test]
    fn a_buffer_is_filled_by_a_rule_that_names_it() {
        let given =
            |plan: Plan| plan.explain(&params()).unwrap().assignments().iter().map(|a| a.rule).collect::<Vec<_>>();
        assert_eq!(given(Plan::new().rule("*", Zeros)), [0, 0]);
        assert_eq!(given(Plan::new().rule("*", Zeros).rule("*.running_*", Ones)), [0, 0, 1]);
    }

    #[test]
    fn nothing_passes_in_silence() {
        let message = |plan: Plan| plan.explain(&params()).unwrap_err().to_string();
        let unmatched = message(Plan::new().rule("*.bias", Zeros));
        assert!(unmatched.contains("layers.0.weight") && !unmatched.contains("running"), "{unmatched}");
        let unused = message(Plan::new().rule("layers.*", Zeros).rule("head.*", Ones));
        assert!(unused.contains("'head.*' (it matches no name)"), "{unused}");
        let shadowed = message(Plan::new().rule("layers.*", Zeros).rule("*.bias", Ones));
        assert!(shadowed.contains("taken by rules before it, such as 'layers.*'"), "{shadowed}");
        let refused = message(Plan::new().rule("layers.*", he_normal()));
        assert!(refused.contains("layers.0.bias"), "{refused}");
        let unnamed = message(Plan::new().rule("layers.*", Zeros).rule("norm.*", Ones));
        assert!(
            unnamed.contains("'norm.*' (it matches buffers alone; name them, such as '*.running_mean')"),
            "{unnamed}"
        );
        let pattern = message(Plan::new().rule("layers.[", Zeros));
        assert!(pattern.contains("layers.["), "{pattern}");
    }
}
