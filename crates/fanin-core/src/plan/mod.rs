//! Plans: which parameter of a model gets which initialiser.

mod error;
mod explanation;
mod pattern;

use std::sync::Arc;

pub use error::PlanError;
pub use explanation::{Assignment, Explanation};
pub use pattern::{Pattern, PatternError};

use crate::address::{Key, Seed};
use crate::initializer::Initializer;
use crate::param::{ParamSpec, ParametersMut, Role};

/// An ordered list of name patterns, each with an initialiser. The first pattern that matches a name wins.
///
/// A parameter without a rule and a rule without a parameter are errors: a typo in a pattern does not pass in silence. A
/// buffer ([`Role::Buffer`]) is left as it is unless a rule names it.
///
/// ```
/// use fanin_core::initializers::{Zeros, he_normal};
/// use fanin_core::{Activation, Loss, MlpSpec, Plan};
///
/// let plan = Plan::new().rule("*.bias", Zeros).rule("*.weight", he_normal());
/// let spec = MlpSpec::new([64, 32, 10], Activation::Relu, Loss::SoftmaxCrossEntropy)?;
/// println!("{}", plan.explain(spec.params())?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Plan {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    pattern: String,
    initializer: Arc<dyn Initializer>,
}

impl Plan {
    /// A plan without rules.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule after the others. The pattern is read when the plan is used; see [`Pattern`] for its grammar.
    #[must_use]
    pub fn rule(mut self, pattern: impl Into<String>, initializer: impl Initializer + 'static) -> Self {
        self.rules.push(Rule { pattern: pattern.into(), initializer: Arc::new(initializer) });
        self
    }

    /// What each parameter would get, in the parameters' order, without drawing anything.
    ///
    /// # Errors
    /// [`PlanError`]: a pattern that cannot be read, parameters without a rule, rules without a parameter, or parameters that
    /// their initialiser refuses; all of a kind are named together.
    pub fn explain(&self, params: &[ParamSpec]) -> Result<Explanation, PlanError> {
        let assignments = self.assign(params)?;
        let refused: Vec<_> =
            assignments.iter().filter_map(|(param, rule)| self.rules[*rule].initializer.check(param).err()).collect();
        if !refused.is_empty() {
            return Err(PlanError::Refused { refused });
        }
        Ok(Explanation::new(assignments.into_iter().map(|(param, index)| {
            let rule = &self.rules[index];
            Assignment::new(param, index, &rule.pattern, &rule.initializer)
        })))
    }

    /// Fills every parameter of a model.
    ///
    /// The whole plan is checked before the first value is written.
    ///
    /// # Errors
    /// As [`Plan::explain`]; [`PlanError::Fill`] if the model or an initialiser fails on the way.
    pub fn apply<P: ParametersMut + ?Sized>(&self, model: &mut P, seed: Seed) -> Result<(), PlanError> {
        self.explain(model.specs())?;
        let names = |(param, rule): (&ParamSpec, usize)| (param.name().to_owned(), rule);
        let assignments: Vec<_> = self.assign(model.specs())?.into_iter().map(names).collect();
        for (name, rule) in assignments {
            let initializer = &self.rules[rule].initializer;
            model
                .write(&name, &mut |param, view| initializer.fill(param, Key::new(seed, param.name()), view))
                .map_err(PlanError::Fill)?;
        }
        Ok(())
    }

    /// The first rule that matches each parameter.
    fn assign<'p>(&self, params: &'p [ParamSpec]) -> Result<Vec<(&'p ParamSpec, usize)>, PlanError> {
        let patterns: Vec<Pattern> =
            self.rules.iter().map(|rule| Pattern::new(&rule.pattern)).collect::<Result<_, _>>()?;
        let mut used = vec![false; self.rules.len()];
        let (mut assignments, mut unmatched) = (Vec::new(), Vec::new());
        for param in params {
            match patterns.iter().position(|pattern| pattern.matches(param.name())) {
                Some(rule) => {
                    used[rule] = true;
                    assignments.push((param, rule));
                }
                None if param.role() == Role::Buffer => {}
                None => unmatched.push(param.name().to_owned()),
            }
        }
        if !unmatched.is_empty() {
            return Err(PlanError::Unmatched { parameters: unmatched });
        }
        let unused: Vec<String> = patterns
            .iter()
            .zip(&used)
            .filter(|(_, used)| !**used)
            .map(|(pattern, _)| unused_text(pattern, params, &patterns))
            .collect();
        if unused.is_empty() { Ok(assignments) } else { Err(PlanError::Unused { rules: unused }) }
    }
}

/// Why a rule was never used: it matches nothing, or rules before it took all that it matches.
fn unused_text(pattern: &Pattern, params: &[ParamSpec], patterns: &[Pattern]) -> String {
    let taken = params.iter().find(|param| pattern.matches(param.name()));
    let first = taken.and_then(|param| patterns.iter().find(|earlier| earlier.matches(param.name())));
    match first {
        Some(earlier) => format!("'{pattern}' (all it matches is taken by rules before it, such as '{earlier}')"),
        None => format!("'{pattern}' (it matches no name)"),
    }
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
        let pattern = message(Plan::new().rule("layers.[", Zeros));
        assert!(pattern.contains("layers.["), "{pattern}");
    }
}
