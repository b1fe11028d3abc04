//! The types that a stored element may have.

use std::fmt;

use fanin_core::values::Dtype;

/// The type of a stored element. Weights are of a floating type that [`ElementType::dtype`] names; other types are listed,
/// compared byte by byte, and not looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ElementType {
    /// One of the four that fanin computes with.
    Float(Dtype),
    /// Another type, by its name in the file, whose elements have so many bits.
    Other {
        /// The name.
        name: &'static str,
        /// The bits of an element.
        bits: usize,
    },
    /// Values that are kept in a way that is not read, such as quantized ones: the tensor is listed, and no byte of it is to be had.
    Unread {
        /// What they are, in words.
        how: &'static str,
    },
}

impl ElementType {
    /// The floating type, where fanin computes with it.
    #[must_use]
    pub fn dtype(self) -> Option<Dtype> {
        match self {
            Self::Float(dtype) => Some(dtype),
            Self::Other { .. } | Self::Unread { .. } => None,
        }
    }

    /// The bytes of so many elements; nothing if no memory could hold them.
    #[must_use]
    pub fn bytes(self, elements: usize) -> Option<usize> {
        match self {
            Self::Float(dtype) => elements.checked_mul(dtype.bytes()),
            Self::Other { bits, .. } => elements.checked_mul(bits).map(|bits| bits.div_ceil(8)),
            Self::Unread { .. } => Some(0),
        }
    }
}

impl fmt::Display for ElementType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Float(dtype) => dtype.fmt(f),
            Self::Other { name, .. } => f.pad(name),
            Self::Unread { how } => f.pad(how),
        }
    }
}
