//! The element types of a parameter.

use std::fmt::Debug;

use half::{bf16, f16};

use super::dtype::Dtype;
use super::real::Real;
use super::round_half::f16_bits;
use super::scattered::{AnyScattered, Scattered};
use super::slice::{Slice, SliceMut};

/// An element type that the fills write: `f32`, `f64`, [`f16`](struct@f16) or [`bf16`].
///
/// This trait is sealed: values v1 defines the value at every address for these four types only.
pub trait Element: Sealed + Copy + Send + Sync + Default + Debug + 'static {
    /// The corresponding `Dtype`.
    const DTYPE: Dtype;

    /// Rounds to the nearest element, ties to even. The 16-bit types are rounded from the nearest `f32`. Subnormals are
    /// kept, and values out of range become infinite.
    fn from_f64(value: f64) -> Self;

    /// Converts exactly to `f64`.
    fn to_f64(self) -> f64;

    /// Wraps a shared slice.
    fn lend(data: &[Self]) -> Slice<'_>;

    /// Wraps a mutable slice.
    fn lend_mut(data: &mut [Self]) -> SliceMut<'_>;
}

/// The operations of an [`Element`] that a window uses to store the values of a kernel.
pub trait Sealed: Sized {
    /// The arithmetic type: `f64` for `f64`, `f32` for the other three.
    type Real: Real;

    /// Rounds to nearest, ties to even.
    fn from_real(value: Self::Real) -> Self;

    /// Wraps scattered elements.
    fn scattered(elements: Scattered<'_, Self>) -> AnyScattered<'_>;

    /// Whether a processor instruction for rounding to this type exists.
    const HAS_INSTRUCTION: bool = false;

    /// Rounds `values` into `out`, which has the same length, with the processor's instruction if this type has one and
    /// `round_f16` is given.
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

    fn scattered(elements: Scattered<'_, Self>) -> AnyScattered<'_> {
        AnyScattered::F32(elements)
    }

    #[inline(always)]
    fn from_real(value: f32) -> Self {
        value
    }
}

impl Sealed for f64 {
    type Real = f64;

    fn scattered(elements: Scattered<'_, Self>) -> AnyScattered<'_> {
        AnyScattered::F64(elements)
    }

    #[inline(always)]
    fn from_real(value: f64) -> Self {
        value
    }
}

impl Sealed for f16 {
    type Real = f32;

    fn scattered(elements: Scattered<'_, Self>) -> AnyScattered<'_> {
        AnyScattered::F16(elements)
    }

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

    fn scattered(elements: Scattered<'_, Self>) -> AnyScattered<'_> {
        AnyScattered::BF16(elements)
    }

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
