//! Uniform values on [low, high).

use super::block::{Transform, two_words, word};
use super::choice::either_u64;
use super::real::Real;

/// An interval in the arithmetic type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Uniform<R> {
    low: R,
    span: R,
    high: R,
    /// The largest possible value.
    last: R,
}

impl Uniform<f32> {
    pub(crate) fn new(low: f64, high: f64) -> Self {
        // Adding zero turns -0.0 into 0.0.
        let (first, high32, span) = (f32::nearest(low) + 0.0, f32::nearest(high), f32::nearest(high - low));
        if first >= high32 {
            return Self { low: first, span: 0.0, high: f32::INFINITY, last: first };
        }
        Self { low: first, span, high: high32, last: high32.next_down() }
    }

    /// Computes `u * (high - low) + low`, kept below `high`.
    #[inline(always)]
    fn place(&self, u: f32) -> f32 {
        let value = u * self.span + self.low;
        if value >= self.high { self.last } else { value }
    }
}

impl Uniform<f64> {
    pub(crate) fn new(low: f64, high: f64) -> Self {
        let first = low + 0.0;
        if first >= high {
            return Self { low: first, span: 0.0, high: f64::INFINITY, last: first };
        }
        Self { low: first, span: high - low, high, last: high.next_down() }
    }

    /// Computes `u * (high - low) + low`, kept below `high`.
    #[inline(always)]
    fn place(&self, u: f64) -> f64 {
        let value = u * self.span + self.low;
        if value >= self.high { self.last } else { value }
    }
}

impl Transform<f32, 4> for Uniform<f32> {
    #[inline(always)]
    fn block(&self, [a, b, c, d]: [u32; 4]) -> [f32; 4] {
        [self.place(unit_f32(a)), self.place(unit_f32(b)), self.place(unit_f32(c)), self.place(unit_f32(d))]
    }

    #[inline(always)]
    fn single(&self, words: [u32; 4], row: u32) -> f32 {
        self.place(unit_f32(word(words, row)))
    }
}

impl Transform<f64, 2> for Uniform<f64> {
    #[inline(always)]
    fn block(&self, words: [u32; 4]) -> [f64; 2] {
        let [first, second] = two_words(words);
        [self.place(unit_f64(first)), self.place(unit_f64(second))]
    }

    #[inline(always)]
    fn single(&self, words: [u32; 4], row: u32) -> f64 {
        let [first, second] = two_words(words);
        self.place(unit_f64(either_u64(row != 0, second, first)))
    }
}

/// Converts the upper 24 bits to a multiple of 2^-24 in [0, 1).
#[inline(always)]
#[allow(clippy::cast_precision_loss, reason = "24 bits are exact in f32")]
pub(crate) fn unit_f32(word: u32) -> f32 {
    (word >> 8) as f32 * f32::from_bits(0x3380_0000)
}

/// Converts the upper 52 bits to a number on the odd grid `(2k + 1) * 2^-53`, never 0 or 1.
#[inline(always)]
pub(crate) fn unit_f64(x: u64) -> f64 {
    // Subtracting 1 - 2^-53 from a number in [1, 2) is exact.
    f64::from_bits(0x3ff << 52 | x >> 12) - (1.0 - 0.5 * f64::EPSILON)
}
