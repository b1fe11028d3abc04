//! Why an audit cannot be made.

use fanin_core::param::ShapeError;
use fanin_recipes::RecipeError;
use thiserror::Error;

use crate::reading::ReadError;

/// Why an audit cannot be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AuditError {
    /// A tensor cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The recipe does not fit the checkpoint.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// A shape that no memory could hold.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}
