//! The two arithmetics behind the four elements, and their transforms.

use super::element::Element;
use super::normal::Normal;
use super::tile::{LANES, Window, WindowError};
use super::truncated_normal::{self, TruncatedUnitNormal};
use super::uniform::Uniform;

/// The arithmetic behind an element, `f32` or `f64`, with its transforms.
pub trait Real: Copy + Default + 'static {
    /// Elements that one block of four words gives.
    const PER_BLOCK: usize;
    /// The transform to uniform values.
    type Uniform: Transform<Self>;
    /// The transform to normal values.
    type Normal: Transform<Self>;

    /// See [`fill_uniform`](super::fill_uniform).
    fn uniform(low: f64, high: f64) -> Self::Uniform;

    /// See [`fill_normal`](super::fill_normal).
    fn normal(mean: f64, std: f64) -> Self::Normal;

    /// See [`fill_truncated_normal`](super::fill_truncated_normal). It fills by itself, for the bounds decide the type
    /// of the transform.
    ///
    /// # Errors
    /// [`WindowError`], as the public function.
    fn fill_truncated<T: Element<Real = Self>>(
        window: Window<'_, T>,
        law: &TruncatedUnitNormal,
        mean: f64,
        std: f64,
    ) -> Result<(), WindowError>;
}

/// The words of a tile: `words[w][lane]` is word `w` of its block `lane`.
pub(crate) type Words = [[u32; LANES]; 4];
/// The values of a tile, row by row: the first [`PER_BLOCK`](Real::PER_BLOCK) rows count.
pub(crate) type Rows<R> = [[R; LANES]; 4];

/// A pure function from the four words of a block to its values, for the 64 blocks of a tile at once.
///
/// An implementation is a scalar function in plain loops over the lanes, which the compiler vectorises without
/// changing a bit.
pub trait Transform<R: Real> {
    /// The values of a tile.
    fn tile(&self, words: &Words, values: &mut Rows<R>);
}

/// One word an element: row `w` of values from row `w` of words.
#[inline]
pub(crate) fn each_word<R>(words: &Words, values: &mut Rows<R>, value: impl Fn(u32) -> R) {
    for (words, values) in words.iter().zip(values) {
        for lane in 0..LANES {
            values[lane] = value(words[lane]);
        }
    }
}

/// Two words an element, the first on top: rows 0 and 1 of values from rows 0, 1 and 2, 3 of words.
#[inline]
pub(crate) fn each_two_words<R>(words: &Words, values: &mut Rows<R>, value: impl Fn(u64) -> R) {
    for row in 0..2 {
        for lane in 0..LANES {
            values[row][lane] = value(joined(words[2 * row][lane], words[2 * row + 1][lane]));
        }
    }
}

/// Two words as the 64 bits of an `f64` element, the first word on top.
#[inline]
pub(crate) fn joined(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

impl Real for f32 {
    const PER_BLOCK: usize = 4;
    type Uniform = Uniform<f32>;
    type Normal = Normal<f32>;

    fn uniform(low: f64, high: f64) -> Uniform<f32> {
        Uniform::<f32>::new(low, high)
    }

    fn normal(mean: f64, std: f64) -> Normal<f32> {
        Normal::<f32>::new(mean, std)
    }

    fn fill_truncated<T: Element<Real = Self>>(
        window: Window<'_, T>,
        law: &TruncatedUnitNormal,
        mean: f64,
        std: f64,
    ) -> Result<(), WindowError> {
        truncated_normal::fill_single(window, law, Normal::<f32>::new(mean, std))
    }
}

impl Real for f64 {
    const PER_BLOCK: usize = 2;
    type Uniform = Uniform<f64>;
    type Normal = Normal<f64>;

    fn uniform(low: f64, high: f64) -> Uniform<f64> {
        Uniform::<f64>::new(low, high)
    }

    fn normal(mean: f64, std: f64) -> Normal<f64> {
        Normal::<f64>::new(mean, std)
    }

    fn fill_truncated<T: Element<Real = Self>>(
        window: Window<'_, T>,
        law: &TruncatedUnitNormal,
        mean: f64,
        std: f64,
    ) -> Result<(), WindowError> {
        truncated_normal::fill_double(window, law, Normal::<f64>::new(mean, std))
    }
}
