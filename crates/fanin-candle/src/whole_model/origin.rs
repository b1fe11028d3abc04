//! Where the values of a parameter come from.

use std::fmt;

/// Where the values of a parameter come from.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Origin {
    /// A rule of the plan or the recipe.
    Rule {
        /// The rule, counted from 0.
        rule: usize,
        /// Its pattern that matched.
        pattern: String,
        /// The initializer.
        initializer: String,
        /// Why, if the rule says.
        reason: Option<String>,
    },
    /// A running statistic that no rule names: means start at 0, variances at 1.
    Statistic {
        /// The initializer.
        initializer: String,
    },
    /// The blueprint's default.
    Default {
        /// The initializer.
        initializer: String,
    },
    /// The hint that the model gave candle, which the blueprint takes as a default.
    Hint {
        /// The initializer.
        initializer: String,
    },
    /// Tensors that were given.
    Pretrained {
        /// Where they come from.
        from: String,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule { rule, pattern, initializer, .. } => {
                write!(f, "{initializer} by rule {} '{pattern}'", rule + 1)
            }
            Self::Statistic { initializer } => write!(f, "{initializer}, a running statistic"),
            Self::Default { initializer } => write!(f, "{initializer} by default"),
            Self::Hint { initializer } => write!(f, "{initializer} by candle's hint"),
            Self::Pretrained { from } => write!(f, "given by {from}"),
        }
    }
}
