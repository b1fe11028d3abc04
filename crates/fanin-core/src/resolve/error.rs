//! Errors of resolving rules.

use thiserror::Error;

use super::PatternError;
use crate::error::InitError;
use crate::message::FirstFew;

/// An error from resolving rules or filling a model. Messages show the first few names; the fields hold all of them.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// A pattern cannot be parsed.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// No rule matches some parameters.
    #[error("no rule in {rules} matches {}; add rules", FirstFew::of(.parameters))]
    Unmatched {
        /// The name of the rules in messages.
        rules: String,
        /// The names of the parameters.
        parameters: Vec<String>,
    },
    /// Some rules of a plan match no parameter, or only parameters that earlier rules take.
    #[error("these rules apply to no parameter: {}; correct or remove them", FirstFew::of(.rules))]
    Unused {
        /// Their patterns, each with the reason.
        rules: Vec<String>,
    },
    /// Some parameters are refused by their initializers.
    #[error("{}", FirstFew::separated(.refused, "; "))]
    Refused {
        /// One error for each parameter.
        refused: Vec<InitError>,
    },
    /// The front end's own error, for example from an expression that cannot be evaluated.
    #[error(transparent)]
    FrontEnd(Box<dyn std::error::Error + Send + Sync>),
    /// The shape of a parameter differs from the one that was resolved.
    #[error(
        "parameter '{name}' was resolved with shape {resolved:?}, but the model's has shape {found:?}; resolve the \
         rules for this model"
    )]
    ShapeChanged {
        /// The parameter.
        name: String,
        /// The shape that was resolved.
        resolved: Vec<usize>,
        /// The shape in the model.
        found: Vec<usize>,
    },
    /// The model or an initializer failed during filling.
    #[error(transparent)]
    Fill(InitError),
}
