//! What goes wrong when a parameter is filled.

use thiserror::Error;

use crate::address::Key;
use crate::param::{ParamSpec, ShapeError};
use crate::values::{Dtype, WindowError};

/// An argument of an initializer that has no meaning.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{initializer}: {argument} = {value} {reason}")]
pub struct ArgumentError {
    /// The initializer, by its text name.
    pub initializer: &'static str,
    /// The argument.
    pub argument: &'static str,
    /// Its value, as written.
    pub value: String,
    /// What is wrong, and what to give instead.
    pub reason: &'static str,
}

impl ArgumentError {
    /// Refuses a value that is NaN or infinite.
    pub(crate) fn finite(initializer: &'static str, argument: &'static str, value: f64) -> Result<f64, Self> {
        if value.is_finite() {
            return Ok(value);
        }
        Err(Self { initializer, argument, value: value.to_string(), reason: "is not a finite number; give one" })
    }

    /// Refuses a value that is not a finite number above zero.
    pub(crate) fn positive(initializer: &'static str, argument: &'static str, value: f64) -> Result<f64, Self> {
        let value = Self::finite(initializer, argument, value)?;
        if value > 0.0 {
            return Ok(value);
        }
        Err(Self { initializer, argument, value: value.to_string(), reason: "is not above 0; give a number that is" })
    }

    /// Refuses a value that is NaN, infinite or below zero.
    pub(crate) fn not_negative(initializer: &'static str, argument: &'static str, value: f64) -> Result<f64, Self> {
        let value = Self::finite(initializer, argument, value)?;
        if value >= 0.0 {
            return Ok(value);
        }
        Err(Self { initializer, argument, value: value.to_string(), reason: "is negative; give 0 or more" })
    }
}

/// Why a parameter could not be filled, read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InitError {
    /// A fan was asked for where none is known.
    #[error("parameter '{name}' of shape {shape:?} has no fan: {reason}")]
    NoFan {
        /// The parameter.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
        /// Why, and what to do.
        reason: String,
    },
    /// The initializer has no meaning for this shape.
    #[error("parameter '{name}' of shape {shape:?} cannot be filled by {initializer}: {reason}")]
    Shape {
        /// The parameter.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
        /// The initializer.
        initializer: String,
        /// Why, and what to do.
        reason: String,
    },
    /// An argument of the initializer has no meaning.
    #[error(transparent)]
    Argument(#[from] ArgumentError),
    /// A shape that no memory could hold.
    #[error(transparent)]
    Overflow(#[from] ShapeError),
    /// An argument that the parameter's element type cannot hold.
    #[error(
        "parameter '{name}': {argument} = {value:e} is beyond {dtype}; give a smaller one, or another element type"
    )]
    Range {
        /// The parameter.
        name: String,
        /// The argument.
        argument: &'static str,
        /// Its value.
        value: f64,
        /// The type of the arithmetic, or of the element.
        dtype: Dtype,
    },
    /// A window that ends beyond 2^64 elements, or beyond its parameter.
    #[error("parameter '{name}': {reason}")]
    Window {
        /// The parameter.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// A name that the model does not have.
    #[error("no parameter is called '{name}'; there are: {}", .known.join(", "))]
    UnknownParameter {
        /// The name that was asked for.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// Memory of another element type than the parameter's.
    #[error("parameter '{name}' holds {held}; {asked} was asked for")]
    Dtype {
        /// The parameter.
        name: String,
        /// The type it holds.
        held: Dtype,
        /// The type asked for.
        asked: Dtype,
    },
    /// What the backend met.
    #[error("parameter '{name}': the backend failed: {source}")]
    Backend {
        /// The parameter.
        name: String,
        /// The backend's own error.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What a custom initializer met.
    #[error("parameter '{name}': {reason}")]
    Custom {
        /// The parameter.
        name: String,
        /// What is wrong, and what to do.
        reason: String,
    },
}

impl InitError {
    pub(crate) fn window(key: Key<'_>, error: &WindowError) -> Self {
        Self::Window { name: key.name().to_owned(), reason: error.to_string() }
    }

    /// Refuses a parameter whose shape the initializer cannot serve. `reason` says why and what to do.
    ///
    /// ```
    /// use fanin_core::{InitError, ParamSpec};
    ///
    /// let bias = ParamSpec::new("head.bias", [10])?;
    /// let error = InitError::shape(&bias, "checkerboard", "a vector has no rows; give a matrix");
    /// assert!(error.to_string().starts_with("parameter 'head.bias' of shape [10]"));
    /// # Ok::<(), InitError>(())
    /// ```
    #[must_use]
    pub fn shape(param: &ParamSpec, initializer: &str, reason: impl Into<String>) -> Self {
        Self::Shape {
            name: param.name().to_owned(),
            shape: param.shape().to_vec(),
            initializer: initializer.to_owned(),
            reason: reason.into(),
        }
    }

    pub(crate) fn range(key: Key<'_>, argument: &'static str, value: f64, dtype: Dtype) -> Self {
        Self::Range { name: key.name().to_owned(), argument, value, dtype }
    }

    /// The error for a name that is not among `specs`.
    #[must_use]
    pub fn unknown(name: &str, specs: &[ParamSpec]) -> Self {
        Self::UnknownParameter {
            name: name.to_owned(),
            known: specs.iter().map(|spec| spec.name().to_owned()).collect(),
        }
    }
}
