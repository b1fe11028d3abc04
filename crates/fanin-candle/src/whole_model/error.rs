//! Errors of building whole models.

use fanin_core::message::FirstFew;
use fanin_core::resolve::{PatternError, ResolveError};
use fanin_core::{InitError, initializer::ArgumentError, param::ShapeError};
use thiserror::Error;

use super::Request;

/// An error from building or filling a model.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Parameters without a rule, a default or pretrained values.
    #[error(
        "{rules} has no rule for {}; add rules, set a default with Blueprint::otherwise, or provide values with \
         Blueprint::pretrained",
        FirstFew::of(.parameters)
    )]
    Unruled {
        /// The plan or the recipe.
        rules: String,
        /// The parameters.
        parameters: Vec<Request>,
    },
    /// Parameters whose initializer needs a layout that is unknown.
    #[error(
        "no layout is stated for {}, whose initializer needs one; set it with Blueprint::layout, for example \
         Blueprint::layout(\"{}\", Layout::OutIn), or use an initializer that needs no fan",
        FirstFew::of(.parameters), .parameters.first().map_or("*", |first| &first.name)
    )]
    NoLayout {
        /// The parameters.
        parameters: Vec<Request>,
    },
    /// The rules leave a buffer unchanged, but the model does not exist yet.
    #[error(
        "{rules} leaves the buffer {buffer} unchanged, but the model has no values for it yet; provide them with \
         Blueprint::pretrained, or declare the buffer absent with Blueprint::absent"
    )]
    Left {
        /// The plan or the recipe.
        rules: String,
        /// The buffer.
        buffer: Request,
    },
    /// A name was requested with two shapes.
    #[error("parameter '{name}' was requested with the shape {first:?}, then with {second:?}; use one shape per name")]
    ShapeChanged {
        /// The parameter.
        name: String,
        /// The first shape requested.
        first: Vec<usize>,
        /// The shape requested later.
        second: Vec<usize>,
    },
    /// An element type that initializers cannot fill.
    #[error(
        "parameter {parameter} cannot be filled: its element type is not f32, f64, f16 or bf16; provide its values \
         with \
         Blueprint::pretrained"
    )]
    Dtype {
        /// The parameter.
        parameter: Request,
    },
    /// A parameter is not in the list from which the model is built.
    #[error(
        "parameter {parameter} is not in the list of the model's parameters; add it to the list, or build with a \
         closure that always requests the same parameters"
    )]
    Unlisted {
        /// The parameter.
        parameter: Request,
    },
    /// The blueprint declares the parameter absent.
    #[error("parameter '{name}' is declared absent by the blueprint")]
    Absent {
        /// The parameter.
        name: String,
    },
    /// A parameter was requested without a shape, which is unknown.
    #[error(
        "parameter '{name}' was requested without a shape, and its shape is unknown; list it with Blueprint::list, \
         or provide its values with Blueprint::pretrained"
    )]
    NoShape {
        /// The parameter.
        name: String,
    },
    /// A pattern matches no parameter.
    #[error("the pattern '{pattern}' matches no parameter; the parameters are: {}", FirstFew::of(.known))]
    MatchesNothing {
        /// The pattern.
        pattern: String,
        /// The names of the parameters.
        known: Vec<String>,
    },
    /// The rules do not fit the model, or a pattern cannot be parsed.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// A candle hint is invalid.
    #[error("the hint of parameter '{name}': {source}")]
    Hint {
        /// The parameter.
        name: String,
        /// The problem.
        source: ArgumentError,
    },
    /// A shape is too large for memory.
    #[error(transparent)]
    Overflow(#[from] ShapeError),
    /// A parameter could not be filled.
    #[error(transparent)]
    Fill(#[from] InitError),
    /// Pretrained tensors could not be read.
    #[error("parameter '{name}', pretrained from {from}: {source}")]
    Pretrained {
        /// The parameter.
        name: String,
        /// The source of its values.
        from: String,
        /// candle's error.
        source: Box<candle_core::Error>,
    },
    /// candle or the model failed.
    #[error(transparent)]
    Candle(#[from] candle_core::Error),
}

impl From<BuildError> for candle_core::Error {
    fn from(error: BuildError) -> Self {
        match error {
            BuildError::Candle(error) => error,
            error => Self::wrap(error),
        }
    }
}

impl From<PatternError> for BuildError {
    fn from(error: PatternError) -> Self {
        Self::Resolve(error.into())
    }
}
