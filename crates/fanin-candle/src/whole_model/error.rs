//! Why a whole model could not be built.

use fanin_core::message::FirstFew;
use fanin_core::resolve::{PatternError, ResolveError};
use fanin_core::{InitError, initializer::ArgumentError, param::ShapeError};
use thiserror::Error;

use super::Request;

/// Why a model could not be built or filled.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Parameters without a rule, a default or pretrained values.
    #[error(
        "{rules} has no rule for {}; add a rule for each, a default by Blueprint::otherwise, or their values by \
         Blueprint::pretrained",
        FirstFew::of(.parameters)
    )]
    Unruled {
        /// The plan or the recipe.
        rules: String,
        /// The parameters.
        parameters: Vec<Request>,
    },
    /// Parameters whose initializer needs a layout, where none is known.
    #[error(
        "no layout is stated for {}, whose initializer needs one; state it by Blueprint::layout, such as \
         Blueprint::layout(\"{}\", Layout::OutIn), or use an initializer that needs no fan",
        FirstFew::of(.parameters), .parameters.first().map_or("*", |first| &first.name)
    )]
    NoLayout {
        /// The parameters.
        parameters: Vec<Request>,
    },
    /// A buffer that the rules leave as it is, in a model that does not exist yet.
    #[error(
        "{rules} leaves the buffer {buffer} as it is, and the model has nothing there yet; give its values by \
         Blueprint::pretrained, or declare it absent by Blueprint::absent"
    )]
    Left {
        /// The plan or the recipe.
        rules: String,
        /// The buffer.
        buffer: Request,
    },
    /// A name that was asked for with two shapes.
    #[error("parameter '{name}' was asked for with the shape {first:?}, then with {second:?}; one name has one shape")]
    ShapeChanged {
        /// The parameter.
        name: String,
        /// The shape it has.
        first: Vec<usize>,
        /// The shape that was asked for later.
        second: Vec<usize>,
    },
    /// An element type that no initializer fills.
    #[error(
        "parameter {parameter} cannot be filled: its element type is none of f32, f64, f16 and bf16; give its values by \
         Blueprint::pretrained"
    )]
    Dtype {
        /// The parameter.
        parameter: Request,
    },
    /// A parameter that is not in the list by which the model is built.
    #[error(
        "parameter {parameter} is not in the list of the model's parameters; list it, or build by a closure that asks for \
         the same parameters each time"
    )]
    Unlisted {
        /// The parameter.
        parameter: Request,
    },
    /// A parameter that the blueprint calls absent.
    #[error("parameter '{name}' is absent, as the blueprint says")]
    Absent {
        /// The parameter.
        name: String,
    },
    /// A parameter that was asked for without a shape, and has none yet.
    #[error(
        "parameter '{name}' was asked for without a shape, and nothing says which it has; list it by Blueprint::list, or \
         give its values by Blueprint::pretrained"
    )]
    NoShape {
        /// The parameter.
        name: String,
    },
    /// A pattern that matches none of the parameters.
    #[error("the pattern '{pattern}' matches no parameter; there are: {}", FirstFew::of(.known))]
    MatchesNothing {
        /// The pattern.
        pattern: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// Rules that do not fit the model, or a pattern that cannot be parsed.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// A hint of candle's that has no meaning.
    #[error("the hint of parameter '{name}': {source}")]
    Hint {
        /// The parameter.
        name: String,
        /// What is wrong.
        source: ArgumentError,
    },
    /// A shape that no memory could hold.
    #[error(transparent)]
    Overflow(#[from] ShapeError),
    /// A parameter could not be filled.
    #[error(transparent)]
    Fill(#[from] InitError),
    /// Pretrained tensors that could not be taken.
    #[error("parameter '{name}', given by {from}: {source}")]
    Pretrained {
        /// The parameter.
        name: String,
        /// Where its values come from.
        from: String,
        /// What candle says.
        source: Box<candle_core::Error>,
    },
    /// What candle or the model met.
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
