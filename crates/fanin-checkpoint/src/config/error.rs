//! Why a configuration describes no model.

use std::path::PathBuf;

use fanin_core::param::ShapeError;
use thiserror::Error;

/// Why a configuration describes no model.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// What is wrong with the configuration in a file.
    #[error("{}: {source}", .path.display())]
    In {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: Box<Self>,
    },
    /// The text is no configuration.
    #[error("is no configuration of a model: {reason}")]
    Format {
        /// What is wrong.
        reason: String,
    },
    /// A family that is not known.
    #[error("the model_type {given} is not known; known are {}", .known.join(", "))]
    Family {
        /// What the configuration says.
        given: String,
        /// The families that there are.
        known: Vec<&'static str>,
    },
    /// An architecture that is not known.
    #[error("{given} is no known architecture of {family}; known are {}", .known.join(", "))]
    Architecture {
        /// What the configuration says.
        given: String,
        /// The family.
        family: &'static str,
        /// The architectures of the family.
        known: Vec<&'static str>,
    },
    /// A field that has another value than a model of the family can have.
    #[error("{field} is {given}; {expected}")]
    Field {
        /// The field.
        field: String,
        /// Its value.
        given: String,
        /// What to give.
        expected: String,
    },
    /// An element type that is not filled.
    #[error("the dtype is '{given}'; float32, float16, bfloat16 and float64 are filled: give --dtype")]
    Dtype {
        /// What the configuration says.
        given: String,
    },
    /// A width that its heads do not divide.
    #[error("{heads} is {count} and {width} is {of}; give a number of heads that divides it")]
    Heads {
        /// The field of the number of heads.
        heads: String,
        /// The number, which may be the family's default.
        count: usize,
        /// The field of the width.
        width: String,
        /// The width.
        of: usize,
    },
    /// A shape that no memory could hold.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}
