//! Errors of an audit.

use fanin_core::ResolveError;
use fanin_core::param::ShapeError;
use thiserror::Error;

use fanin_checkpoint::reading::ReadError;

/// An error of an audit.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AuditError {
    /// A tensor cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The recipe does not fit the checkpoint.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// A shape too large for memory.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}
