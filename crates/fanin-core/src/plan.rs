//! Plans: name patterns paired with initializers.

use std::sync::Arc;

use crate::address::Seed;
use crate::initializer::Initializer;
use crate::param::{ParamSpec, ParametersMut, Role};
use crate::resolve::{
    Decision, Draft, Filling, Fillings, Pattern, PatternError, Resolution, ResolveError, Rule, RuleSet, Rules, State,
    refuse,
};

/// An ordered list of name patterns, each with an initializer. The first pattern that matches a name applies.
///
/// A parameter without a rule and a rule without a parameter are errors, so that a typo in a pattern does not go
/// unnoticed. A buffer ([`Role::Buffer`]) stays unchanged unless a rule names it: `*` and `layers.0.*` do not,
/// `*.running_var` does.
///
/// ```
/// use fanin_core::initializers::{Zeros, he_normal};
/// use fanin_core::{Activation, Plan, network::{Loss, MlpSpec}};
///
/// let plan = Plan::new().rule("*.bias", Zeros).rule("*.weight", he_normal());
/// let spec = MlpSpec::new([64, 32, 10], Activation::Relu, Loss::SoftmaxCrossEntropy)?;
/// println!("{}", plan.resolve(spec.params())?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Plan {
    rules: RuleSet<PlanRule>,
    /// The error of the first invalid pattern.
    unreadable: Option<PatternError>,
}

#[derive(Clone, Debug)]
struct PlanRule {
    pattern: Pattern,
    names_buffers: bool,
    initializer: Arc<dyn Initializer>,
}

impl Rule for PlanRule {
    fn patterns(&self) -> &[Pattern] {
        std::slice::from_ref(&self.pattern)
    }

    fn takes(&self, param: &ParamSpec) -> bool {
        self.names_buffers || param.role() != Role::Buffer
    }
}

impl Plan {
    /// Creates a plan without rules.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule after the others. See [`Pattern`] for the grammar; an invalid pattern is an error when the plan is
    /// used.
    #[must_use]
    pub fn rule(mut self, pattern: impl Into<String>, initializer: impl Initializer + 'static) -> Self {
        match Pattern::new(&pattern.into()) {
            Ok(pattern) => {
                let names_buffers = pattern.names_last_part();
                self.rules.push(PlanRule { pattern, names_buffers, initializer: Arc::new(initializer) });
            }
            Err(error) => self.unreadable = self.unreadable.or(Some(error)),
        }
        self
    }

    /// Assigns an initializer to each parameter, in order, without drawing anything. The resolution prints as a table.
    ///
    /// # Errors
    /// [`ResolveError`] if a pattern cannot be parsed, parameters have no rule, rules match no parameter, or an
    /// initializer refuses a parameter; all problems of a kind are reported together.
    pub fn resolve(&self, params: &[ParamSpec]) -> Result<Resolution, ResolveError> {
        Rules::resolve(self, params)
    }

    /// Fills every parameter of a model, in parallel if the model supports it ([`ParametersMut::fill_all`]).
    ///
    /// The whole plan is checked before the first value is written.
    ///
    /// # Errors
    /// Same as [`Plan::resolve`], and [`ResolveError::Fill`] if the model or an initializer fails.
    pub fn apply<P: ParametersMut + ?Sized>(&self, model: &mut P, seed: Seed) -> Result<(), ResolveError> {
        // Equivalent to `resolve(model.specs())?.apply(model, seed)`, without copying every spec.
        let (params, rules) = (model.specs(), self.readable()?);
        let first = rules.first(params)?;
        let initializer = |rule: &Option<usize>| Some(&*rules.rules().get((*rule)?)?.initializer);
        let state = |(param, rule)| match initializer(rule) {
            Some(initializer) => State::Filled(param, initializer),
            None if param.role() == Role::Buffer => State::Left,
            None => State::Unmatched(param),
        };
        refuse(&self.label(), params.iter().zip(&first).map(state), || self.unused(params, &first))?;
        let filling = |initializer| Filling { param: None, initializer };
        let places = first.iter().map(|rule| initializer(rule).map(filling)).collect();
        Fillings { places, seed }.apply(model)
    }

    /// Returns the rules if every pattern is valid.
    fn readable(&self) -> Result<&RuleSet<PlanRule>, PatternError> {
        self.unreadable.clone().map_or(Ok(&self.rules), Err)
    }

    fn assign(&self, params: &[ParamSpec]) -> Result<Draft, ResolveError> {
        let fill = |_, rule: &PlanRule, param: &ParamSpec| {
            let (param, initializer) = (param.clone(), Arc::clone(&rule.initializer));
            Ok(Decision::Fill { param, initializer, learning_rate: 1.0 })
        };
        Ok(self.readable()?.draft(self.label(), params, fill)?)
    }

    /// Returns the rules that no parameter uses, each with the reason; `first` is the rule of each parameter.
    fn unused(&self, params: &[ParamSpec], first: &[Option<usize>]) -> Vec<String> {
        let rules = self.rules.rules();
        let mut used = vec![false; rules.len()];
        first.iter().flatten().for_each(|rule| used[*rule] = true);
        let unused = rules.iter().zip(&used).filter(|(_, used)| !**used);
        unused.map(|(rule, _)| unused_text(&rule.pattern, params, rules)).collect()
    }
}

impl Rules for Plan {
    fn label(&self) -> String {
        "the plan".to_owned()
    }

    fn draft(&self, params: &[ParamSpec]) -> Result<Draft, ResolveError> {
        let draft = self.assign(params)?;
        let first: Vec<_> = (0..params.len()).map(|place| draft.get(place)?.rule()).collect();
        Ok(draft.with_unused(self.unused(params, &first)))
    }

    fn draft_unlisted(&self, param: &ParamSpec) -> Result<Draft, ResolveError> {
        self.assign(std::slice::from_ref(param))
    }
}

/// Explains why a rule was never used: it matches nothing, or earlier rules took everything it matches.
fn unused_text(pattern: &Pattern, params: &[ParamSpec], rules: &[PlanRule]) -> String {
    let taken = params.iter().find(|param| pattern.matches(param.name()));
    if let Some(param) = taken
        && params.iter().all(|param| param.role() == Role::Buffer || !pattern.matches(param.name()))
        && !pattern.names_last_part()
    {
        return format!("'{pattern}' (it matches only buffers; name them, such as '*{}')", last_part(param.name()));
    }
    let first = taken.and_then(|param| rules.iter().find(|earlier| earlier.pattern.matches(param.name())));
    match first {
        Some(PlanRule { pattern: earlier, .. }) => {
            format!("'{pattern}' (earlier rules take everything it matches, such as '{earlier}')")
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
    use crate::resolve::Origin;

    fn params() -> Vec<ParamSpec> {
        let weight = |name: &str| ParamSpec::new(name, [3, 2]).unwrap().with_layout(Layout::OutIn);
        let bias = ParamSpec::new("layers.0.bias", [3]).unwrap().with_role(Role::Bias);
        let running = ParamSpec::new("norm.running_mean", [3]).unwrap().with_role(Role::Buffer);
        vec![weight("layers.0.weight"), bias, running]
    }

    #[test]
    fn the_first_match_wins_and_buffers_are_left() {
        let plan = Plan::new().rule("*.bias", Zeros).rule("layers.0.*", he_normal());
        let resolution = plan.resolve(&params()).unwrap();
        let rules: Vec<_> = resolution.filled().map(|a| (a.name(), a.rule())).collect();
        assert_eq!(rules, [("layers.0.weight", Some(1)), ("layers.0.bias", Some(0))]);
        assert_eq!(resolution.assignments()[2].origin(), &Origin::Left);
        let text = resolution.to_string();
        assert!(text.contains("he_normal") && text.contains("by rule 2 'layers.0.*'"), "{text}");
        assert!(text.lines().last().unwrap().ends_with("left unchanged"), "{text}");
    }

    #[test]
    fn a_buffer_is_filled_by_a_rule_that_names_it() {
        let given =
            |plan: Plan| plan.resolve(&params()).unwrap().filled().map(|a| a.rule().unwrap()).collect::<Vec<_>>();
        assert_eq!(given(Plan::new().rule("*", Zeros)), [0, 0]);
        assert_eq!(given(Plan::new().rule("*", Zeros).rule("*.running_*", Ones)), [0, 0, 1]);
    }

    #[test]
    fn nothing_passes_in_silence() {
        let message = |plan: Plan| plan.resolve(&params()).unwrap_err().to_string();
        let unmatched = message(Plan::new().rule("*.bias", Zeros));
        assert!(unmatched.contains("layers.0.weight") && !unmatched.contains("running"), "{unmatched}");
        let unused = message(Plan::new().rule("layers.*", Zeros).rule("head.*", Ones));
        assert!(unused.contains("'head.*' (it matches no name)"), "{unused}");
        let shadowed = message(Plan::new().rule("layers.*", Zeros).rule("*.bias", Ones));
        assert!(shadowed.contains("earlier rules take everything it matches, such as 'layers.*'"), "{shadowed}");
        let refused = message(Plan::new().rule("layers.*", he_normal()));
        assert!(refused.contains("layers.0.bias"), "{refused}");
        let unnamed = message(Plan::new().rule("layers.*", Zeros).rule("norm.*", Ones));
        assert!(
            unnamed.contains("'norm.*' (it matches only buffers; name them, such as '*.running_mean')"),
            "{unnamed}"
        );
        let pattern = message(Plan::new().rule("layers.[", Zeros));
        assert!(pattern.contains("layers.["), "{pattern}");
    }
}
