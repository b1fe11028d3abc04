//! The outcome of comparing a tensor.

use super::Change;
use fanin_checkpoint::reading::{ElementType, Tensor};

/// The outcome of comparing a tensor.
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
    /// The new values are independent of the old ones, and an initializer could have generated them.
    DrawnAnew {
        /// The initializer.
        initializer: String,
    },
    /// The new values are independent of the old ones, and no known initializer could have generated them.
    Replaced,
    /// Changed in another way.
    Changed,
    /// Different bytes of an unsupported type.
    Bytes,
    /// Different shapes.
    Shape,
    /// Different element types, one of them unsupported.
    ElementType,
    /// At least one side is stored in an unsupported way, so values cannot be compared.
    Unread,
    /// Only in the first checkpoint.
    OnlyInA,
    /// Only in the second checkpoint.
    OnlyInB,
}

/// The shape and element type of a tensor in one checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorType {
    /// The shape.
    pub shape: Vec<usize>,
    /// The element type.
    pub element: ElementType,
}

/// The comparison of one tensor.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The name.
    pub name: String,
    /// Shape and type in the first checkpoint.
    pub a: Option<TensorType>,
    /// Shape and type in the second checkpoint.
    pub b: Option<TensorType>,
    /// The outcome.
    pub outcome: Outcome,
    /// The size of the change, if it can be computed.
    pub change: Option<Change>,
}

impl TensorType {
    pub(super) fn of(tensor: &Tensor) -> Self {
        Self { shape: tensor.shape().to_vec(), element: tensor.element() }
    }
}
