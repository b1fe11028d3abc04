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
    /// The same bytes in another shape.
    Reshaped,
    /// The same values with the axes in another order, rounded if the element types differ.
    Transposed {
        /// The axes of the first tensor in the order of the second.
        axes: Vec<usize>,
    },
    /// One axis became longer or shorter; the leading part that both have is equal, or rounded if the element types differ.
    Resized {
        /// The axis.
        axis: usize,
        /// The length of the equal part.
        kept: usize,
    },
    /// A tensor of the second checkpoint that consists of several of the first.
    Fused {
        /// The tensors of the first checkpoint.
        parts: Vec<String>,
        /// The axis along which they are concatenated.
        axis: usize,
        /// Whether each is transposed first.
        transposed: bool,
        /// Whether their rows or columns are interleaved, as in attention heads.
        interleaved: bool,
    },
    /// A tensor of the first checkpoint that consists of several of the second.
    Split {
        /// The tensors of the second checkpoint.
        parts: Vec<String>,
        /// The axis along which it was split.
        axis: usize,
        /// Whether each part is transposed.
        transposed: bool,
        /// Whether their rows or columns were interleaved.
        interleaved: bool,
    },
    /// The same rows (of the first axis) in another order.
    RowsPermuted,
    /// The same columns (of the second axis) in another order.
    ColumnsPermuted,
    /// The new values are independent of the old ones, and an initializer generated them.
    DrawnAnew {
        /// The initializer.
        initializer: String,
    },
    /// The new values are independent of the old ones, and no known initializer generated them.
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

/// The difference of one tensor.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The name in the first checkpoint; in the second if only that one has the tensor.
    pub name: String,
    /// The name in the second checkpoint, if it differs.
    pub renamed: Option<String>,
    /// Shape and type in the first checkpoint.
    pub a: Option<TensorType>,
    /// Shape and type in the second checkpoint.
    pub b: Option<TensorType>,
    /// The outcome.
    pub outcome: Outcome,
    /// The size of the change, if it can be computed.
    pub change: Option<Change>,
}

impl Difference {
    /// Whether nothing differs, including the name.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.outcome == Outcome::Equal && self.renamed.is_none()
    }
}

impl TensorType {
    pub(super) fn of(tensor: &Tensor) -> Self {
        Self { shape: tensor.shape().to_vec(), element: tensor.element() }
    }
}
