//! Errors of configurations.

use std::path::PathBuf;

use fanin_core::message::did_you_mean;
use fanin_core::param::ShapeError;
use thiserror::Error;

/// An error of a configuration.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system error.
        source: std::io::Error,
    },
    /// An error, with the file it occurred in.
    #[error("{}: {source}", .path.display())]
    In {
        /// The file.
        path: PathBuf,
        /// The fault.
        source: Box<Self>,
    },
    /// Invalid JSON, or not a configuration.
    #[error("is not a model configuration: {reason}")]
    Format {
        /// The fault.
        reason: String,
    },
    /// An unknown family.
    #[error("unknown model_type {given}; {}known are {}", did_you_mean(given.trim_matches('\''), .known.iter().copied()), .known.join(", "))]
    Family {
        /// The value in the configuration.
        given: String,
        /// The known families.
        known: Vec<&'static str>,
    },
    /// An unknown architecture.
    #[error("unknown architecture {given} of {family}; known are {}", .known.join(", "))]
    Architecture {
        /// The value in the configuration.
        given: String,
        /// The family.
        family: &'static str,
        /// The known architectures of the family.
        known: Vec<&'static str>,
    },
    /// A field with an invalid value.
    #[error("{field} is {given}; {expected}")]
    Field {
        /// The field.
        field: String,
        /// Its value.
        given: String,
        /// The values it may have.
        expected: String,
    },
    /// An element type that cannot be written.
    #[error("unsupported dtype '{given}'; the supported types are float32, float16, bfloat16 and float64; set --dtype")]
    Dtype {
        /// The value in the configuration.
        given: String,
    },
    /// A width not divisible by the number of heads.
    #[error("{width} = {of} is not divisible by {heads} = {count}")]
    Heads {
        /// The field that contains the number of heads.
        heads: String,
        /// The number of heads, possibly the family's default.
        count: usize,
        /// The field of the width.
        width: String,
        /// The width.
        of: usize,
    },
    /// A shape too large for memory.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}
