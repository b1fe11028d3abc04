//! Recipes as a front end of the resolver: rules whose numbers are computed from the model.

use std::collections::HashMap;
use std::sync::Arc;

use fanin_core::param::{Fans, ParametersMut};
use fanin_core::resolve::{Decision, Draft, Resolution, ResolveError, Rules};
use fanin_core::{Initializer, ParamSpec, Role, Seed, text};

use crate::error::RecipeError;
use crate::expression::{Expression, ExpressionError};
use crate::recipe::Recipe;
use crate::recipe_rule::RecipeRule;
use crate::scope::{Model, with_layout};

impl Recipe {
    /// Assigns an initializer to each parameter of a model, in the model's order, without drawing anything. Variables
    /// that are not [set](Recipe::set) are derived from the shapes. The resolution prints as a table.
    ///
    /// A parameter that states its own layout keeps it; other parameters get the layout of their rule. Unused rules are
    /// not errors, because a recipe covers many members of a family.
    ///
    /// # Errors
    /// [`ResolveError`] if parameters (except buffers) have no rule or are rejected by their initializer, with all
    /// problems of a kind in one error; [`ResolveError::FrontEnd`] with a [`RecipeError`] if a variable that a rule
    /// needs has no value.
    pub fn resolve(&self, params: &[ParamSpec]) -> Result<Resolution, ResolveError> {
        Rules::resolve(self, params)
    }

    /// Fills every parameter of a model, in parallel if the model supports it ([`ParametersMut::fill_all`]).
    ///
    /// The whole recipe is checked before the first value is written.
    ///
    /// ```
    /// use fanin_core::{Activation, ParametersExt, Seed, network::{Loss, MlpSpec}};
    /// use fanin_ndarray::Mlp;
    /// use fanin_recipes::Recipe;
    ///
    /// let spec = MlpSpec::new([64, 32, 10], Activation::Relu, Loss::SoftmaxCrossEntropy)?;
    /// let mut network = Mlp::<f32>::new(&spec)?;
    /// Recipe::named("torch")?.apply(&mut network, Seed(42))?;
    /// let bound = 1.0 / 64.0_f64.sqrt();
    /// assert!(network.values("layers.0.weight")?.iter().all(|value| value.abs() <= bound));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    /// # Errors
    /// Same as [`Recipe::resolve`], and [`ResolveError::Fill`] if the model or an initializer fails.
    pub fn apply<P: ParametersMut + ?Sized>(&self, model: &mut P, seed: Seed) -> Result<(), ResolveError> {
        self.resolve(model.specs())?.apply(model, seed)
    }

    /// Returns the values of the variables for a model with these parameters: those that are set or derived from the
    /// shapes.
    #[must_use]
    pub fn values(&self, params: &[ParamSpec]) -> Vec<(String, f64)> {
        Model::new(self, Some(params)).values().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn assign(&self, params: &[ParamSpec], model: &Model<'_>) -> Result<Draft, ResolveError> {
        let mut parsed = HashMap::new();
        let decide = |index: usize, rule: &RecipeRule, param: &ParamSpec| {
            self.decide(index, rule, param, model, &mut parsed).map_err(Into::into)
        };
        Ok(self.rules.draft(self.label(), params, decide)?)
    }

    /// Decides on a parameter whose name matches a rule. `parsed` caches initializers.
    fn decide(
        &self,
        index: usize,
        rule: &RecipeRule,
        param: &ParamSpec,
        model: &Model<'_>,
        parsed: &mut HashMap<String, Arc<dyn Initializer>>,
    ) -> Result<Decision, RecipeError> {
        let place = || format!("rule {} for parameter '{}'", index + 1, param.name());
        let recipe = || self.name().to_owned();
        let refuse = |source: ExpressionError| RecipeError::Expression { recipe: recipe(), place: place(), source };
        let value = |name: &str| model.value(param, rule.layout, name);
        let or_one = |expression: &Option<Expression>| expression.as_ref().map_or(Ok(1.0), |one| one.value(&value));
        if or_one(&rule.when).map_err(refuse)? == 0.0 {
            return Ok(Decision::Pass);
        }
        let Some(init) = &rule.init else { return Ok(Decision::Leave) };
        let text = init.fill(&value).map_err(refuse)?;
        let initializer = match parsed.get(&text) {
            Some(initializer) => Arc::clone(initializer),
            None => {
                let refuse =
                    |source| RecipeError::Initializer { recipe: recipe(), place: place(), source: Box::new(source) };
                let initializer: Arc<dyn Initializer> = Arc::from(text::parse(&text).map_err(refuse)?);
                Arc::clone(parsed.entry(text).or_insert(initializer))
            }
        };
        let learning_rate = or_one(&rule.learning_rate).map_err(refuse)?;
        let fans = rule.fans.as_ref().map(|fans| stated(fans, &value)).transpose().map_err(refuse)?;
        let groups = or_one(&rule.groups).map_err(refuse)?;
        Ok(Decision::Fill { param: filled_by(rule, param, groups, fans), initializer, learning_rate })
    }
}

impl Rules for Recipe {
    fn label(&self) -> String {
        format!("the recipe '{}'", self.name())
    }

    fn draft(&self, params: &[ParamSpec]) -> Result<Draft, ResolveError> {
        self.assign(params, &Model::new(self, Some(params)))
    }

    /// Values that depend on other parameters, such as the number of layers or the shape of a sibling, are unknown
    /// here: a rule that needs one fails unless the variable is set.
    fn draft_unlisted(&self, param: &ParamSpec) -> Result<Draft, ResolveError> {
        self.assign(std::slice::from_ref(param), &Model::new(self, None))
    }
}

/// The fans stated by the rule.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "casts from f64 saturate; a fan of 0 is rejected"
)]
fn stated(
    [fan_in, fan_out]: &[Expression; 2],
    value: &dyn Fn(&str) -> Result<f64, ExpressionError>,
) -> Result<Fans, ExpressionError> {
    Ok(Fans { fan_in: fan_in.value(value)? as usize, fan_out: fan_out.value(value)? as usize })
}

/// The parameter as passed to the rule's initializer.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "casts from f64 saturate; 0 groups are rejected"
)]
fn filled_by(rule: &RecipeRule, param: &ParamSpec, groups: f64, fans: Option<Fans>) -> ParamSpec {
    let param = match fans {
        Some(fans) if param.fans().is_err() => param.clone().with_fans(fans),
        _ => with_layout(param, rule.layout, groups as usize),
    };
    if param.role() == Role::Weight { param.with_role(rule.role) } else { param }
}
