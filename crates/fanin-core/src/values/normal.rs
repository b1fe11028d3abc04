//! Normal values by the Box-Muller transform.

use super::block::{Transform, two_words};
use super::choice::{either_f32, either_f64, either_u32};
use super::logarithm::{minus_two_ln_f32, minus_two_ln_f64};
use super::polynomial::{double, horner_f32, horner_f64, single};
use super::real::Real;
use super::uniform::unit_f64;

/// A mean and standard deviation in the arithmetic type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Normal<R> {
    mean: R,
    std: R,
}

impl Normal<f32> {
    pub(crate) fn new(mean: f64, std: f64) -> Self {
        // Adding zero turns -0.0 into 0.0, so a product that underflows cannot give -0.0.
        Self { mean: f32::nearest(mean) + 0.0, std: f32::nearest(std) }
    }

    /// Computes `z * std + mean`.
    #[inline]
    pub(crate) fn place(self, z: f32) -> f32 {
        z * self.std + self.mean
    }
}

impl Normal<f64> {
    pub(crate) fn new(mean: f64, std: f64) -> Self {
        Self { mean: mean + 0.0, std }
    }

    /// Computes `z * std + mean`.
    #[inline]
    pub(crate) fn place(self, z: f64) -> f64 {
        z * self.std + self.mean
    }
}

impl Transform<f32, 4> for Normal<f32> {
    #[inline(always)]
    fn block(&self, [a, b, c, d]: [u32; 4]) -> [f32; 4] {
        let ((first, second), (third, fourth)) = (box_muller_f32(a, b), box_muller_f32(c, d));
        [self.place(first), self.place(second), self.place(third), self.place(fourth)]
    }

    #[inline(always)]
    fn single(&self, [a, b, c, d]: [u32; 4], row: u32) -> f32 {
        let (second_pair, second) = (row & 2 != 0, row & 1 != 0);
        let (cosine, sine) = box_muller_f32(either_u32(second_pair, c, a), either_u32(second_pair, d, b));
        self.place(either_f32(second, sine, cosine))
    }
}

impl Transform<f64, 2> for Normal<f64> {
    #[inline(always)]
    fn block(&self, words: [u32; 4]) -> [f64; 2] {
        let [radius, angle] = two_words(words);
        let (cosine, sine) = box_muller_f64(radius, angle);
        [self.place(cosine), self.place(sine)]
    }

    #[inline(always)]
    fn single(&self, words: [u32; 4], row: u32) -> f64 {
        let [radius, angle] = two_words(words);
        let (cosine, sine) = box_muller_f64(radius, angle);
        self.place(either_f64(row != 0, sine, cosine))
    }
}

/// Maps two words to two unit normals.
#[inline]
pub(crate) fn box_muller_f32(radius: u32, angle: u32) -> (f32, f32) {
    let r = radius_f32(radius);
    let (cosine, sine) = circle_f32(angle);
    (r * cosine, r * sine)
}

/// Computes `√(-2 ln u)`.
#[inline(always)]
#[allow(clippy::cast_precision_loss, reason = "rounding the 31 bits of the radius is part of the transform")]
pub(crate) fn radius_f32(radius: u32) -> f32 {
    const TWO_POW_MINUS_31: f32 = f32::from_bits(0x3000_0000);
    // The largest number below 1. Without this cap, u may round to 1, which makes r 0.
    const CAP: f32 = f32::from_bits(0x3f7f_ffff);

    let u = (radius >> 1).cast_signed() as f32 * TWO_POW_MINUS_31 + 0.5 * TWO_POW_MINUS_31;
    let u = if u < CAP { u } else { CAP };
    minus_two_ln_f32(u).sqrt()
}

/// Computes `(cos θ, sin θ)`.
#[inline(always)]
#[allow(clippy::cast_precision_loss, reason = "24 bits are exact in f32")]
pub(crate) fn circle_f32(angle: u32) -> (f32, f32) {
    const TWO_POW_MINUS_23: f32 = f32::from_bits(0x3400_0000);

    // Exact and on the odd grid: s is never 0 or ±1, so neither the sine nor the cosine is 0.
    let s = ((angle >> 8) as f32 - 8_388_607.5) * TWO_POW_MINUS_23;
    let y = s * s;
    let sine = s * horner_f32(y, &single::SINE);
    let cosine = (1.0 - s) * (1.0 + s) * horner_f32(y, &single::COSINE);
    (f32::from_bits(cosine.to_bits() ^ angle << 31), sine)
}

/// Maps two 64-bit words to two unit normals.
#[inline]
pub(crate) fn box_muller_f64(radius: u64, angle: u64) -> (f64, f64) {
    let r = minus_two_ln_f64(unit_f64(radius)).sqrt();
    let s = 2.0 * unit_f64(angle) - 1.0;
    let y = s * s;
    let sine = s * horner_f64(y, &double::SINE);
    let cosine = (1.0 - s) * (1.0 + s) * horner_f64(y, &double::COSINE);
    let cosine = f64::from_bits(cosine.to_bits() ^ angle << 63);
    (r * cosine, r * sine)
}
