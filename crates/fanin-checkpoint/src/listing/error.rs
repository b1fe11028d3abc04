//! Errors of listing parameters.

use std::path::{Path, PathBuf};

use fanin_core::param::ShapeError;
use thiserror::Error;

use crate::reading::ReadError;

/// An error of listing parameters.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ListingError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system error.
        source: std::io::Error,
    },
    /// The file has invalid content.
    #[error("{}: {reason}", .path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// The problem, and what was expected.
        reason: String,
    },
    /// A shape too large for memory.
    #[error("{}: {source}", .path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// The shape error.
        source: ShapeError,
    },
}

impl ListingError {
    pub(super) fn format(path: &Path, reason: impl Into<String>) -> Self {
        Self::Format { path: path.to_owned(), reason: reason.into() }
    }

    pub(super) fn read(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Read { path, source }
    }
}

impl From<ReadError> for ListingError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::File { path, source } => Self::Read { path, source },
            ReadError::Format { path, reason } => Self::Format { path, reason },
        }
    }
}
