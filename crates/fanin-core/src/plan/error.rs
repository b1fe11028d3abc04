//! What is wrong with a plan.

use thiserror::Error;

use super::PatternError;
use crate::initializer::InitError;

/// Why a plan does not fit a model.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A pattern that cannot be read.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// Parameters that no rule matches.
    #[error("no rule of the plan matches {}; add a rule for each", .parameters.join(", "))]
    Unmatched {
        /// Their names.
        parameters: Vec<String>,
    },
    /// Rules that no parameter uses.
    #[error("no parameter uses the rules {}; correct or remove them", .rules.join(", "))]
    Unused {
        /// Their patterns, each with the reason.
        rules: Vec<String>,
    },
    /// Parameters that their initializer refuses.
    #[error("{}", .refused.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Refused {
        /// One error a parameter.
        refused: Vec<InitError>,
    },
    /// The model or an initializer failed while it was filled.
    #[error(transparent)]
    Fill(InitError),
}
