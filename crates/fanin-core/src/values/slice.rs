//! Borrowed host memory of any of the four element types.

use half::{bf16, f16};

use super::dtype::Dtype;

/// A shared slice of one of the four element types.
#[derive(Clone, Copy, Debug)]
pub enum Slice<'a> {
    /// 32-bit floats.
    F32(&'a [f32]),
    /// 64-bit floats.
    F64(&'a [f64]),
    /// IEEE 754 half precision.
    F16(&'a [f16]),
    /// bfloat16.
    BF16(&'a [bf16]),
}

/// A mutable slice of one of the four element types.
#[derive(Debug)]
pub enum SliceMut<'a> {
    /// 32-bit floats.
    F32(&'a mut [f32]),
    /// 64-bit floats.
    F64(&'a mut [f64]),
    /// IEEE 754 half precision.
    F16(&'a mut [f16]),
    /// bfloat16.
    BF16(&'a mut [bf16]),
}

/// Evaluates the same expression for every variant.
macro_rules! each {
    ($slice:expr, $data:ident => $body:expr) => {
        match $slice {
            Self::F32($data) => $body,
            Self::F64($data) => $body,
            Self::F16($data) => $body,
            Self::BF16($data) => $body,
        }
    };
}

impl<'a> Slice<'a> {
    /// Returns the number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        each!(self, data => data.len())
    }

    /// Returns `true` if the slice has no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the element type.
    #[must_use]
    pub fn dtype(&self) -> Dtype {
        match self {
            Self::F32(_) => Dtype::F32,
            Self::F64(_) => Dtype::F64,
            Self::F16(_) => Dtype::F16,
            Self::BF16(_) => Dtype::BF16,
        }
    }

    /// Iterates over the values in order, converted exactly to `f64`.
    pub fn iter(&self) -> impl Iterator<Item = f64> + use<'a> {
        let slice = *self;
        (0..slice.len()).map(move |i| match slice {
            Self::F32(data) => f64::from(data[i]),
            Self::F64(data) => data[i],
            Self::F16(data) => f64::from(data[i]),
            Self::BF16(data) => f64::from(data[i]),
        })
    }

    /// Copies the values into a vector, converted exactly to `f64`.
    #[must_use]
    pub fn to_vec(&self) -> Vec<f64> {
        fn widen<T: Copy + Into<f64>>(data: &[T]) -> Vec<f64> {
            data.iter().map(|value| (*value).into()).collect()
        }
        each!(self, data => widen(data))
    }
}

impl SliceMut<'_> {
    /// Returns the number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        each!(self, data => data.len())
    }

    /// Returns `true` if the slice has no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the element type.
    #[must_use]
    pub fn dtype(&self) -> Dtype {
        self.as_slice().dtype()
    }

    /// Returns a shared slice of the same memory.
    #[must_use]
    pub fn as_slice(&self) -> Slice<'_> {
        match self {
            Self::F32(data) => Slice::F32(data),
            Self::F64(data) => Slice::F64(data),
            Self::F16(data) => Slice::F16(data),
            Self::BF16(data) => Slice::BF16(data),
        }
    }

    /// Reborrows the same memory for a shorter lifetime.
    pub fn reborrow(&mut self) -> SliceMut<'_> {
        match self {
            Self::F32(data) => SliceMut::F32(data),
            Self::F64(data) => SliceMut::F64(data),
            Self::F16(data) => SliceMut::F16(data),
            Self::BF16(data) => SliceMut::BF16(data),
        }
    }
}
