//! Why a file gives no list of parameters.

use std::path::{Path, PathBuf};

use fanin_core::param::ShapeError;
use thiserror::Error;

use crate::reading::ReadError;

/// Why a file gives no list of parameters.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ListingError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("{}: {reason}", .path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what was expected.
        reason: String,
    },
    /// A shape that no memory could hold.
    #[error("{}: {source}", .path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// Which.
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
