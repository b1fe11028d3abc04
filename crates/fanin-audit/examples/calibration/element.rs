//! The types of elements, and values of each as `f32`.

use half::f16;

/// The type of the elements of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    F16,
    F32,
    F64,
}

impl Element {
    /// The number of bytes.
    pub(crate) fn size(self) -> usize {
        match self {
            Self::F16 => 2,
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// Reads values; those of 64 bits are rounded.
    #[expect(clippy::cast_possible_truncation, reason = "faults need no more precision")]
    pub(crate) fn values(self, bytes: &[u8]) -> Vec<f32> {
        match self {
            Self::F16 => bytes.as_chunks().0.iter().map(|value| f16::from_le_bytes(*value).to_f32()).collect(),
            Self::F32 => bytes.as_chunks().0.iter().map(|value| f32::from_le_bytes(*value)).collect(),
            Self::F64 => bytes.as_chunks().0.iter().map(|value| f64::from_le_bytes(*value) as f32).collect(),
        }
    }

    /// Stores values.
    pub(crate) fn bytes(self, values: &[f32]) -> Vec<u8> {
        let values = values.iter();
        match self {
            Self::F16 => values.flat_map(|value| f16::from_f32(*value).to_le_bytes()).collect(),
            Self::F32 => values.flat_map(|value| value.to_le_bytes()).collect(),
            Self::F64 => values.flat_map(|value| f64::from(*value).to_le_bytes()).collect(),
        }
    }
}
