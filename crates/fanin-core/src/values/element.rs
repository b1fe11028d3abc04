//! The number types that a parameter can hold.

use std::fmt::Debug;

use half::{bf16, f16};

use super::dtype::Dtype;
use super::real::Real;
use super::round_half::f16_bits;
use super::slice::{Slice, SliceMut};

/// A number type that the fills write: `f32`, `f64`, [`f16`](struct@f16) or [`bf16`].
///
/// Sealed: values v1 defines what each of these four holds at every address, and no others.
pub trait Element: Sealed + Copy + Send + Sync + Default + Debug + 'static {
    /// The type as a value.
    const DTYPE: Dtype;

    /// The nearest element, ties to even. The 16-bit types are rounded from the nearest `f32`: subnormals are kept, and
    /// a value that is too large becomes infinite.
    fn from_f64(value: f64) -> Self;

    /// The same number in `f64`, exactly.
    fn to_f64(self) -> f64;

    /// This memory, to read.
    fn lend(data: &[Self]) -> Slice<'_>;

    /// This memory, to write.
    fn lend_mut(data: &mut [Self]) -> SliceMut<'_>;
}

/// What a window needs of an [`Element`] to store the values of a kernel.
pub trait Sealed: Sized {
    /// The type of the arithmetic: `f64` for `f64`, `f32` for the other three.
    type Real: Real;

    /// Rounds to nearest, ties to even.
    fn from_real(value: Self::Real) -> Self;

    /// Whether processors have an instruction that rounds to this type.
    const HAS_INSTRUCTION: bool = false;

    /// Rounds `values` into `out`, which is as long, by the instruction behind `round_f16`, if there is one for this type.
    #[inline(always)]
    fn round(values: &[Self::Real], out: &mut [Self], round_f16: impl Fn(&[f32], &mut [f16])) {
        let _ = round_f16;
        for (element, value) in out.iter_mut().zip(values) {
            *element = Self::from_real(*value);
        }
    }
}

impl Sealed for f32 {
    type Real = f32;

    #[inline(always)]
    fn from_real(value: f32) -> Self {
        value
    }
}

impl Sealed for f64 {
    type Real = f64;

    #[inline(always)]
    fn from_real(value: f64) -> Self {
        value
    }
}

impl Sealed for f16 {
    type Real = f32;

    const HAS_INSTRUCTION: bool = true;

    #[inline(always)]
    fn from_real(value: f32) -> Self {
        Self::from_bits(f16_bits(value))
    }

    #[inline(always)]
    fn round(values: &[f32], out: &mut [Self], round_f16: impl Fn(&[f32], &mut [f16])) {
        round_f16(values, out);
    }
}

impl Sealed for bf16 {
    type Real = f32;

    #[inline(always)]
    fn from_real(value: f32) -> Self {
        Self::from_f32(value)
    }
}

macro_rules! element {
    ($($element:ty => $variant:ident;)*) => {$(
        impl Element for $element {
            const DTYPE: Dtype = Dtype::$variant;

            #[inline(always)]
            fn from_f64(value: f64) -> Self {
                Self::from_real(<Self as Sealed>::Real::nearest(value))
            }

            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }

            #[inline(always)]
            fn lend(data: &[Self]) -> Slice<'_> {
                Slice::$variant(data)
            }

            #[inline(always)]
            fn lend_mut(data: &mut [Self]) -> SliceMut<'_> {
                SliceMut::$variant(data)
            }
        }
    )*};
}

element! {
    f32 => F32;
    f64 => F64;
    f16 => F16;
    bf16 => BF16;
}
