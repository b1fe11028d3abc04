//! What became of a tensor.

use super::Change;
use crate::reading::{ElementType, Tensor};

/// What became of a tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The same bytes.
    Equal,
    /// One side is the other, rounded to its element type.
    Rounded,
    /// The same rows (of the first axis) in another order.
    RowsPermuted,
    /// The same columns (of the second axis) in another order.
    ColumnsPermuted,
    /// Nothing of the old values is left, and an initializer could have made the new ones.
    DrawnAnew {
        /// Which.
        initializer: String,
    },
    /// Nothing of the old values is left, and no known initializer could have made the new ones.
    Replaced,
    /// Changed, in another way.
    Changed,
    /// Other bytes, of a type that is not looked into.
    Bytes,
    /// Another shape.
    Shape,
    /// Another element type, one that is not looked into.
    ElementType,
    /// Kept in a way that is not read on one side or both, so that nothing can be said.
    Unread,
    /// Only the first checkpoint has it.
    OnlyInA,
    /// Only the second checkpoint has it.
    OnlyInB,
}

/// A tensor as one of the checkpoints has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorType {
    /// The shape.
    pub shape: Vec<usize>,
    /// The element type.
    pub element: ElementType,
}

/// What became of a tensor, and how much it changed.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The name.
    pub name: String,
    /// As the first checkpoint has it.
    pub a: Option<TensorType>,
    /// As the second checkpoint has it.
    pub b: Option<TensorType>,
    /// What became of it.
    pub outcome: Outcome,
    /// How much it changed, where that can be said.
    pub change: Option<Change>,
}

impl TensorType {
    pub(super) fn of(tensor: &Tensor) -> Self {
        Self { shape: tensor.shape().to_vec(), element: tensor.element() }
    }
}
