//! Errors of initializers and parameters.

use thiserror::Error;

use crate::address::Key;
use crate::message::FirstFew;
use crate::values::{Dtype, WindowError};

/// A shape with more elements than the address space can hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("parameter '{name}': the shape {shape:?} has more elements than this machine can address; use smaller axes")]
pub struct ShapeError {
    /// The parameter.
    pub name: String,
    /// The requested shape.
    pub shape: Vec<usize>,
}

/// An invalid argument of an initializer.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{initializer}: {argument} = {value} {reason}")]
pub struct ArgumentError {
    /// The initializer, by its text name.
    pub initializer: &'static str,
    /// The argument.
    pub argument: &'static str,
    /// The value, as text.
    pub value: String,
    /// The problem, and the valid values.
    pub reason: &'static str,
}

impl ArgumentError {
    /// Returns `value`, or an error if it is NaN or infinite.
    pub(crate) fn finite(initializer: &'static str, argument: &'static str, value: f64) -> Result<f64, Self> {
        if value.is_finite() {
            return Ok(value);
        }
        Err(Self { initializer, argument, value: value.to_string(), reason: "is not finite; use a finite number" })
    }

    /// Returns `value`, or an error if it is not finite and positive.
    pub(crate) fn positive(initializer: &'static str, argument: &'static str, value: f64) -> Result<f64, Self> {
        let value = Self::finite(initializer, argument, value)?;
        if value > 0.0 {
            return Ok(value);
        }
        Err(Self { initializer, argument, value: value.to_string(), reason: "is not above 0; use a positive number" })
    }

    /// Returns `value`, or an error if it is NaN, infinite or negative.
    pub(crate) fn not_negative(initializer: &'static str, argument: &'static str, value: f64) -> Result<f64, Self> {
        let value = Self::finite(initializer, argument, value)?;
        if value >= 0.0 {
            return Ok(value);
        }
        Err(Self { initializer, argument, value: value.to_string(), reason: "is negative; use 0 or more" })
    }
}

/// An error from filling, reading or writing a parameter.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InitError {
    /// A fan is needed but unknown.
    #[error("parameter '{name}' of shape {shape:?} has no fan: {reason}")]
    NoFan {
        /// The parameter.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
        /// The reason, and what to do.
        reason: String,
    },
    /// The initializer does not support this shape.
    #[error("parameter '{name}' of shape {shape:?} cannot be filled by {initializer}: {reason}")]
    Shape {
        /// The parameter.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
        /// The initializer.
        initializer: String,
        /// The reason, and what to do.
        reason: String,
    },
    /// An argument of the initializer is invalid.
    #[error(transparent)]
    Argument(#[from] ArgumentError),
    /// The shape has more elements than the address space can hold.
    #[error(transparent)]
    Overflow(#[from] ShapeError),
    /// An argument is out of range for the parameter's element type.
    #[error(
        "parameter '{name}': {argument} = {} is out of range for {dtype}, whose largest value is {}; use a smaller \
         value or a \
         wider element type",
        value_text(*.value),
        largest_text(*.dtype)
    )]
    Range {
        /// The parameter.
        name: String,
        /// The argument.
        argument: &'static str,
        /// The value of the argument.
        value: f64,
        /// The element type, or the type used for the arithmetic.
        dtype: Dtype,
    },
    /// A window extends past 2^64 elements or past the end of the parameter.
    #[error("parameter '{name}': {reason}")]
    Window {
        /// The parameter.
        name: String,
        /// The problem.
        reason: String,
    },
    /// The shapes of a parameter, a block of it and the block's memory do not match.
    #[error("parameter '{name}': {reason}")]
    Block {
        /// The parameter.
        name: String,
        /// The problem, and what to do.
        reason: String,
    },
    /// The model has no parameter with this name.
    #[error("unknown parameter '{name}'; the parameters are: {}", FirstFew::of(.known))]
    UnknownParameter {
        /// The requested name.
        name: String,
        /// The model's parameter names.
        known: Vec<String>,
    },
    /// The stored element type differs from the requested one.
    #[error("parameter '{name}' has type {held}, but {asked} was requested")]
    Dtype {
        /// The parameter.
        name: String,
        /// The stored type.
        held: Dtype,
        /// The requested type.
        asked: Dtype,
    },
    /// The backend failed.
    #[error("parameter '{name}': the backend failed: {source}")]
    Backend {
        /// The parameter.
        name: String,
        /// The backend's own error.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A custom initializer failed.
    #[error("parameter '{name}': {reason}")]
    Custom {
        /// The parameter.
        name: String,
        /// The problem, and what to do.
        reason: String,
    },
}

impl InitError {
    pub(crate) fn window(key: Key<'_>, error: &WindowError) -> Self {
        Self::Window { name: key.name().to_owned(), reason: error.to_string() }
    }

    pub(crate) fn range(name: &str, argument: &'static str, value: f64, dtype: Dtype) -> Self {
        Self::Range { name: name.to_owned(), argument, value, dtype }
    }

    /// Returns an error if the element type cannot represent every value between the bounds.
    pub(crate) fn check_bounds(name: &str, dtype: Dtype, (low, high): (f64, f64)) -> Result<(), Self> {
        let largest = low.abs().max(high.abs());
        if dtype.holds(largest) {
            return Ok(());
        }
        Err(Self::range(name, "the largest possible magnitude", largest, dtype))
    }
}

/// Formats a value, with three significant digits if it has more.
fn value_text(value: f64) -> String {
    let rounded = format!("{value:.2e}");
    if rounded.parse() == Ok(value) { format!("{value:e}") } else { rounded }
}

/// Formats the largest value of an element type, with three significant digits from 1e5 on.
fn largest_text(dtype: Dtype) -> String {
    let largest = dtype.largest();
    if largest < 1e5 { largest.to_string() } else { format!("{largest:.2e}") }
}
