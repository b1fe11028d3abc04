//! What a parameter gets.

use std::sync::Arc;

use fanin_core::plan::Plan;
use fanin_core::{Initializer, ParamSpec, Role};
use fanin_recipes::{Bound, Outcome};

use super::{BuildError, Origin, Pretrained};

/// What a parameter gets.
#[derive(Clone, Debug)]
pub(super) enum Prescription {
    /// Values that are drawn.
    Drawn(Drawn),
    /// Values from elsewhere.
    Pretrained(ParamSpec, Pretrained),
    /// A buffer that is left as it is.
    Left,
    /// Nothing: the model does without.
    Absent,
    /// Nothing: neither rule nor default.
    NoRule,
}

/// Values that are drawn.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    /// The parameter, with the fans by which it is filled.
    pub(super) param: ParamSpec,
    pub(super) initializer: Arc<dyn Initializer>,
    pub(super) origin: Origin,
    /// The factor of its learning rate.
    pub(super) learning_rate: f64,
}

/// Rules that can be asked for one parameter after another.
pub(super) enum BoundRules<'a> {
    Plan(&'a Plan),
    Recipe(Bound<'a>),
}

impl BoundRules<'_> {
    /// What the rules alone give.
    pub(super) fn assign(&self, param: &ParamSpec) -> Result<Prescription, BuildError> {
        match self {
            Self::Plan(plan) => Ok(match plan.choose(param)? {
                Some(choice) => Prescription::Drawn(Drawn {
                    param: param.clone(),
                    initializer: Arc::clone(choice.initializer),
                    origin: Origin::Rule {
                        rule: choice.rule,
                        pattern: choice.pattern.to_string(),
                        initializer: words(choice.initializer),
                        reason: None,
                    },
                    learning_rate: 1.0,
                }),
                None if param.role() == Role::Buffer => Prescription::Left,
                None => Prescription::NoRule,
            }),
            Self::Recipe(bound) => Ok(match bound.assign(param)? {
                Outcome::Filled(assignment) => Prescription::Drawn(Drawn {
                    origin: Origin::Rule {
                        rule: assignment.rule,
                        pattern: assignment.pattern.clone(),
                        initializer: assignment.text(),
                        reason: assignment.reason.clone(),
                    },
                    param: assignment.param,
                    initializer: assignment.initializer,
                    learning_rate: assignment.learning_rate,
                }),
                Outcome::Left => Prescription::Left,
                Outcome::NoRule => Prescription::NoRule,
            }),
        }
    }
}

/// The initializer's text form or, where it has none, its debug form.
pub(super) fn words(initializer: &Arc<dyn Initializer>) -> String {
    initializer.text().unwrap_or_else(|| format!("{initializer:?}"))
}
