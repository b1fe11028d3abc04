//! A recipe for one model: what each parameter gets.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use fanin_core::param::Fans;
use fanin_core::param::ParametersMut;
use fanin_core::{Initializer, Key, ParamSpec, PlanError, Role, Seed, text};

use crate::error::RecipeError;
use crate::expression::{Expression, ExpressionError};
use crate::recipe::Recipe;
use crate::rule::Rule;
use crate::scope::{Model, with_layout};

/// What a recipe gives to each parameter of a model.
#[derive(Clone, Debug)]
pub struct Resolution {
    recipe: String,
    variables: Vec<(String, f64)>,
    assignments: Vec<Assignment>,
    left: Vec<String>,
}

/// What becomes of one parameter.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It is filled.
    Filled(Box<Assignment>),
    /// A buffer that is left as it is.
    Left,
    /// No rule matches it.
    NoRule,
}

/// A recipe with the variables of one model, ready to be asked for one parameter after another.
#[derive(Clone, Debug)]
pub struct Bound<'a> {
    recipe: &'a Recipe,
    model: Model<'a>,
}

/// What one parameter gets.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Assignment {
    /// The parameter, with the fans by which it is filled.
    pub param: ParamSpec,
    /// Its initializer.
    pub initializer: Arc<dyn Initializer>,
    /// The factor of its learning rate.
    pub learning_rate: f64,
    /// The rule, counted from 0.
    pub rule: usize,
    /// The rule's pattern that matched.
    pub pattern: String,
    /// Why, if the rule says.
    pub reason: Option<String>,
}

impl Recipe {
    /// What each parameter of a model would get, in the model's order. `settings` are the values of variables; what is not set
    /// comes from the shapes.
    ///
    /// A parameter that states its own layout keeps it; to others the rule's is given. A rule that no parameter uses is no
    /// error: a recipe serves many members of a family.
    ///
    /// # Errors
    /// [`RecipeError`]: a variable that the recipe does not have or that is needed and has no value, parameters without a rule
    /// (buffers aside), or parameters that their initializer refuses; all of a kind are named together.
    pub fn resolve(&self, params: &[ParamSpec], settings: &BTreeMap<String, f64>) -> Result<Resolution, RecipeError> {
        let bound = self.bind(params, settings)?;
        let (mut assignments, mut left, mut unmatched, mut refused) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for param in params {
            match bound.assign(param)? {
                Outcome::Filled(assignment) => {
                    refused.extend(assignment.initializer.check(&assignment.param).err());
                    assignments.push(*assignment);
                }
                Outcome::Left => left.push(param.name().to_owned()),
                Outcome::NoRule => unmatched.push(param.name().to_owned()),
            }
        }
        let recipe = self.name().to_owned();
        if !unmatched.is_empty() {
            return Err(RecipeError::Unmatched { recipe, parameters: unmatched });
        }
        if !refused.is_empty() {
            return Err(RecipeError::Refused { recipe, refused });
        }
        let variables = bound.model.values().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Resolution { recipe, variables, assignments, left })
    }

    /// The recipe for a model of these parameters: [`Recipe::resolve`], one parameter at a time, for those who have another
    /// answer where there is no rule.
    ///
    /// # Errors
    /// [`RecipeError::UnknownVariable`].
    pub fn bind<'a>(
        &'a self,
        params: &'a [ParamSpec],
        settings: &BTreeMap<String, f64>,
    ) -> Result<Bound<'a>, RecipeError> {
        Ok(Bound { recipe: self, model: Model::new(self, Some(params), settings)? })
    }

    /// The recipe for a model whose parameters nobody has listed yet: what a rule takes from other parameters, be it a count of
    /// layers or the shape of a sibling, has no value unless a variable is set, and is an error where it is needed.
    ///
    /// # Errors
    /// [`RecipeError::UnknownVariable`].
    pub fn bind_unlisted(&self, settings: &BTreeMap<String, f64>) -> Result<Bound<'_>, RecipeError> {
        Ok(Bound { recipe: self, model: Model::new(self, None, settings)? })
    }
}

impl Bound<'_> {
    /// The first rule that matches the parameter and whose condition holds, and what it makes of it. What the initializer
    /// refuses is not asked.
    ///
    /// # Errors
    /// [`RecipeError`]: an expression of the rule has no value, or makes no initializer.
    pub fn assign(&self, param: &ParamSpec) -> Result<Outcome, RecipeError> {
        let Self { recipe, model } = self;
        for (index, rule) in recipe.rules.iter().enumerate() {
            let Some(pattern) = rule.patterns.iter().find(|pattern| pattern.matches(param.name())) else { continue };
            let place = || format!("rule {} for parameter '{}'", index + 1, param.name());
            let name = || recipe.name().to_owned();
            let refuse = |source: ExpressionError| RecipeError::Expression { recipe: name(), place: place(), source };
            let value = |name: &str| model.value(param, rule.layout, name);
            let holds = rule.when.as_ref().map_or(Ok(1.0), |when| when.value(&value)).map_err(refuse)?;
            if holds == 0.0 {
                continue;
            }
            let Some(init) = &rule.init else { return Ok(Outcome::Left) };
            let text = init.fill(&value).map_err(refuse)?;
            let initializer = text::parse(&text).map_err(|source| RecipeError::Initializer {
                recipe: name(),
                place: place(),
                source: Box::new(source),
            })?;
            let learning_rate =
                rule.learning_rate.as_ref().map_or(Ok(1.0), |rate| rate.value(&value)).map_err(refuse)?;
            let fans = rule.fans.as_ref().map(|fans| stated(fans, &value)).transpose().map_err(refuse)?;
            let groups = rule.groups.as_ref().map_or(Ok(1.0), |groups| groups.value(&value)).map_err(refuse)?;
            return Ok(Outcome::Filled(Box::new(Assignment {
                param: filled_by(rule, param, groups, fans),
                initializer: Arc::from(initializer),
                learning_rate,
                rule: index,
                pattern: pattern.to_string(),
                reason: rule.reason.clone(),
            })));
        }
        Ok(if param.role() == Role::Buffer { Outcome::Left } else { Outcome::NoRule })
    }
}

/// Fans that the rule states.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of f64 saturates; a fan of 0 is refused"
)]
fn stated(
    [fan_in, fan_out]: &[Expression; 2],
    value: &dyn Fn(&str) -> Result<f64, ExpressionError>,
) -> Result<Fans, ExpressionError> {
    Ok(Fans { fan_in: fan_in.value(value)? as usize, fan_out: fan_out.value(value)? as usize })
}

/// The parameter as the rule's initializer is told of it.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of f64 saturates; 0 groups are refused"
)]
fn filled_by(rule: &Rule, param: &ParamSpec, groups: f64, fans: Option<Fans>) -> ParamSpec {
    let param = match fans {
        Some(fans) if param.fans().is_err() => param.clone().with_fans(fans),
        _ => with_layout(param, rule.layout, groups as usize),
    };
    if param.role() == Role::Weight { param.with_role(rule.role) } else { param }
}

impl Resolution {
    /// The recipe's name.
    #[must_use]
    pub fn recipe(&self) -> &str {
        &self.recipe
    }

    /// The variables that have a value, by name.
    #[must_use]
    pub fn variables(&self) -> &[(String, f64)] {
        &self.variables
    }

    /// One a parameter that is filled, in the model's order.
    #[must_use]
    pub fn assignments(&self) -> &[Assignment] {
        &self.assignments
    }

    /// The names of the buffers that are left as they are.
    #[must_use]
    pub fn left(&self) -> &[String] {
        &self.left
    }

    /// Fills every parameter of the model for which it was made.
    ///
    /// # Errors
    /// [`RecipeError::Fill`] if the model has other parameters, or it or an initializer fails on the way.
    pub fn apply<P: ParametersMut + ?Sized>(&self, model: &mut P, seed: Seed) -> Result<(), RecipeError> {
        let filled = |name: &str| self.assignments.iter().any(|assignment| assignment.param.name() == name);
        let left = |spec: &ParamSpec| spec.role() == Role::Buffer || self.left.iter().any(|name| name == spec.name());
        let missing = model.specs().iter().filter(|spec| !left(spec) && !filled(spec.name()));
        let parameters: Vec<String> = missing.map(|spec| spec.name().to_owned()).collect();
        if !parameters.is_empty() {
            return Err(RecipeError::Unmatched { recipe: self.recipe.clone(), parameters });
        }
        for assignment in &self.assignments {
            let Assignment { param, initializer, .. } = assignment;
            model
                .write(param.name(), &mut |_, view| initializer.fill(param, Key::new(seed, param.name()), view))
                .map_err(PlanError::Fill)?;
        }
        Ok(())
    }
}

impl Assignment {
    /// The initializer's text form or, where it has none, its debug form.
    #[must_use]
    pub fn text(&self) -> String {
        self.initializer.text().unwrap_or_else(|| format!("{:?}", self.initializer))
    }
}

impl fmt::Display for Resolution {
    /// One line a parameter: name, shape, initializer, distribution, learning rate where it is not 1, rule.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<[String; 5]> = self.assignments.iter().map(row).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [width(0), width(1), width(2), width(3)];
        for [aligned @ .., rule] in &rows {
            for (cell, width) in aligned.iter().zip(widths) {
                write!(f, "{cell:<width$}  ")?;
            }
            writeln!(f, "{rule}")?;
        }
        Ok(())
    }
}

fn row(assignment: &Assignment) -> [String; 5] {
    let distribution = assignment.initializer.distribution(&assignment.param);
    let distribution = match (distribution.mean(), distribution.std()) {
        (Some(mean), Some(std)) => format!("mean {mean:.4}, std {std:.6}"),
        _ => "distribution not stated".to_owned(),
    };
    let rate = if assignment.learning_rate == 1.0 {
        String::new()
    } else {
        format!(", learning rate x {}", assignment.learning_rate)
    };
    [
        assignment.param.name().to_owned(),
        format!("{:?}", assignment.param.shape()),
        assignment.text(),
        distribution,
        format!("by rule {} '{}'{rate}", assignment.rule + 1, assignment.pattern),
    ]
}
