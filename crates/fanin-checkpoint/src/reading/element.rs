//! The types of stored elements.

use std::fmt;

use fanin_core::values::Dtype;

use super::Float8;

/// The type of a stored element. Most weights have a float type, returned by [`ElementType::dtype`]; tensors of other
/// types are listed and compared byte by byte. [`Tensor::is_readable`](super::Tensor::is_readable) returns whether the
/// values can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ElementType {
    /// One of the four supported float types.
    Float(Dtype),
    /// An 8-bit float.
    Float8(Float8),
    /// Another type, by its name in the file and its size.
    Other {
        /// The name.
        name: &'static str,
        /// The bits of an element.
        bits: usize,
    },
    /// Values in an unsupported representation, such as quantized ones: the tensor is listed, but its values are
    /// unavailable.
    Unread {
        /// A description.
        how: &'static str,
    },
}

impl ElementType {
    /// The float type, if supported.
    #[must_use]
    pub fn dtype(self) -> Option<Dtype> {
        match self {
            Self::Float(dtype) => Some(dtype),
            Self::Float8(_) | Self::Other { .. } | Self::Unread { .. } => None,
        }
    }

    /// The size of this many elements in bytes; `None` on overflow.
    #[must_use]
    pub fn bytes(self, elements: usize) -> Option<usize> {
        match self {
            Self::Float(dtype) => elements.checked_mul(dtype.bytes()),
            Self::Float8(_) => Some(elements),
            Self::Other { bits, .. } => elements.checked_mul(bits).map(|bits| bits.div_ceil(8)),
            Self::Unread { .. } => Some(0),
        }
    }
}

impl fmt::Display for ElementType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Float(dtype) => dtype.fmt(f),
            Self::Float8(format) => f.pad(format.name()),
            Self::Other { name, .. } => f.pad(name),
            Self::Unread { how } => f.pad(how),
        }
    }
}
