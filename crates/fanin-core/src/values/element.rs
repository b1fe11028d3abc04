//! The numbers that a parameter can be made of.

use std::fmt::Debug;

use half::{bf16, f16};

use super::dtype::Dtype;
use super::real::Real;
use super::round_half::f16_bits;
use super::stream::Stream;
use super::tile::{MAX_TILE, Tile};

/// A number type that the fills write: `f32`, `f64`, [`f16`](struct@f16) or [`bf16`].
///
/// Sealed: values v1 says what each of the four holds at every address, and nothing about others.
pub trait Element: Sealed + Copy + Send + Sync + Default + Debug + 'static {
    /// The type as a value.
    const DTYPE: Dtype;

    /// The nearest element, ties to even. The halves are rounded from the nearest `f32`: subnormals are kept and what
    /// is too large becomes infinite.
    fn from_f64(value: f64) -> Self;

    /// The same number in `f64`, exactly.
    fn to_f64(self) -> f64;
}

/// What the fills need of an [`Element`].
pub trait Sealed {
    /// The type of the arithmetic: `f64` for `f64`, `f32` for the other three.
    type Real: Real;

    /// Rounds to nearest, ties to even.
    fn from_real(value: Self::Real) -> Self;

    /// Fills tile number `tile` with the kernel's values. `round_f16` rounds as many numbers as there are halves: it is
    /// there where the instruction set does that faster than integers do.
    #[inline(always)]
    fn fill_tile<K: Tile<Self::Real>>(
        kernel: &K,
        stream: Stream,
        tile: u64,
        out: &mut [Self],
        _round_f16: Option<impl Fn(&[f32], &mut [f16])>,
    ) where
        Self: Element,
    {
        kernel.tile(stream, tile, out);
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

    #[inline(always)]
    fn from_real(value: f32) -> Self {
        Self::from_bits(f16_bits(value))
    }

    #[inline(always)]
    fn fill_tile<K: Tile<f32>>(
        kernel: &K,
        stream: Stream,
        tile: u64,
        out: &mut [Self],
        round_f16: Option<impl Fn(&[f32], &mut [f16])>,
    ) {
        let Some(round_f16) = round_f16 else { return kernel.tile(stream, tile, out) };
        let mut values = [0_f32; MAX_TILE];
        let values = &mut values[..K::SIZE];
        kernel.tile(stream, tile, values);
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

impl Element for f32 {
    const DTYPE: Dtype = Dtype::F32;

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "rounding is the purpose")]
    fn from_f64(value: f64) -> Self {
        value as Self
    }

    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Element for f64 {
    const DTYPE: Dtype = Dtype::F64;

    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }
}

impl Element for f16 {
    const DTYPE: Dtype = Dtype::F16;

    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        Self::from_real(<f32 as Element>::from_f64(value))
    }

    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Element for bf16 {
    const DTYPE: Dtype = Dtype::BF16;

    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        Self::from_f32(<f32 as Element>::from_f64(value))
    }

    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}
