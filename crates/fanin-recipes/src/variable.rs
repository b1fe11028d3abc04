//! Variables of recipes.

use fanin_core::resolve::Pattern;

use crate::expression::Expression;

/// A number used by rules, with its origin if it is not set.
#[derive(Clone, Debug)]
pub struct RecipeVariable {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) origins: Vec<Origin>,
}

/// An origin of a variable's value; the first origin with a value wins.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// The number of parameters whose names match.
    Count(Vec<Pattern>),
    /// The length of an axis of the first parameter whose name matches.
    Axis { parameter: Vec<Pattern>, axis: usize },
    /// An expression over the variables before it.
    Value(Expression),
}

impl RecipeVariable {
    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns a one-line description.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// Describes the origin of its value if it is not set; empty if it must be set.
    #[must_use]
    pub fn origin(&self) -> String {
        self.origins.iter().map(Origin::words).collect::<Vec<_>>().join(", else ")
    }
}

impl Origin {
    fn words(&self) -> String {
        let list = |patterns: &[Pattern]| patterns.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
        match self {
            Self::Count(patterns) => format!("the number of {}", list(patterns)),
            Self::Axis { parameter, axis } => format!("axis {axis} of {}", list(parameter)),
            Self::Value(expression) => expression.text().to_owned(),
        }
    }
}
