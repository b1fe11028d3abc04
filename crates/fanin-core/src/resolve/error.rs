//! Why rules do not fit a model.

use thiserror::Error;

use super::PatternError;
use crate::error::InitError;
use crate::message::FirstFew;

/// Why rules do not fit a model, or could not fill it. Messages show the first few names; the fields hold all.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// A pattern that cannot be parsed.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// Parameters that no rule matches.
    #[error("no rule of {rules} matches {}; add a rule for each", FirstFew::of(.parameters))]
    Unmatched {
        /// The rules, as messages call them.
        rules: String,
        /// The names of the parameters.
        parameters: Vec<String>,
    },
    /// Rules of a plan that no parameter uses.
    #[error("no parameter uses the rules {}; correct or remove them", FirstFew::of(.rules))]
    Unused {
        /// Their patterns, each with the reason.
        rules: Vec<String>,
    },
    /// Parameters that their initializer refuses.
    #[error("{}", FirstFew::separated(.refused, "; "))]
    Refused {
        /// One error for each parameter.
        refused: Vec<InitError>,
    },
    /// The front end's own error: an expression of a recipe without a value, for one.
    #[error(transparent)]
    FrontEnd(Box<dyn std::error::Error + Send + Sync>),
    /// The model has another shape than the parameter that was resolved.
    #[error(
        "parameter '{name}' was resolved with shape {resolved:?}, and the model has shape {found:?}; resolve the rules for this model"
    )]
    ShapeChanged {
        /// The parameter.
        name: String,
        /// The shape that was resolved.
        resolved: Vec<usize>,
        /// The shape that the model has.
        found: Vec<usize>,
    },
    /// The model or an initializer failed while the model was filled.
    #[error(transparent)]
    Fill(InitError),
}
