//! The `f32` kernel: the inverse normal distribution function from the nearer tail.

use super::bounds::{Shape, TruncatedUnitNormal};
#[cfg(test)]
use crate::values::logarithm::minus_ln_f32;
#[cfg(test)]
use crate::values::polynomial::{horner_f32, single};
use crate::values::real::Real;

/// The smallest tail probability that the polynomial fits cover.
const SMALLEST_TAIL: f64 = 7e-11;
/// `2^31`, the number of draws.
const DRAWS: f64 = 2_147_483_648.0;
/// All 31 bits of a draw.
const ALL: u32 = 0x7fff_ffff;

/// Maps a 31-bit draw to a unit value.
///
/// Let `d = mass / 2^31`, let `k` be the draw and let `T` draws lie left of 0. Left of 0, `q = k d + (P + d/2)`; right
/// of it, `q = k' d + (Q + d/2)` with `k'` counted from the top. Then `w = -ln(4q (1 - q))` and
/// `z = (1 - 2q) C(w - 2.5)` for `w < 5`, otherwise `(1 - 2q) D(√w - 3.5)`, negated on the left. `w` tends to 0 like
/// `(1 - 2q)²` at the center, which keeps the relative error small there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Single {
    /// `P + d/2`.
    left: f32,
    /// `Q + d/2`.
    right: f32,
    d: f32,
    draws_left: u32,
    low: f32,
    high: f32,
}

impl Single {
    /// Creates the kernel if it is accurate for the bounds: every tail probability is at least 7e-11 and the interval
    /// is not narrow.
    pub(crate) fn new(distribution: &TruncatedUnitNormal) -> Option<Self> {
        let d = distribution.mass() / DRAWS;
        let draws_left = u32::try_from(distribution.draws_left(31)).unwrap_or(1 << 31);
        let smallest_left = if draws_left > 0 { distribution.below() + 0.5 * d } else { 1.0 };
        let smallest_right = if draws_left <= ALL { distribution.above() + 0.5 * d } else { 1.0 };
        let smallest = smallest_left.min(smallest_right);
        if distribution.shape() != Shape::Central || smallest < SMALLEST_TAIL {
            return None;
        }
        let (below, above, d) =
            (f32::nearest(distribution.below()), f32::nearest(distribution.above()), f32::nearest(d));
        Some(Self {
            left: below + 0.5 * d,
            right: above + 0.5 * d,
            d,
            draws_left,
            low: f32::nearest(distribution.low()),
            high: f32::nearest(distribution.high()),
        })
    }

    /// Returns the value of draw `k`.
    #[cfg(test)]
    pub(crate) fn value(&self, k: u32) -> f32 {
        self.signed_and_clamped(inverse_tail_f32(self.tail(k, self.is_left(k))), k)
    }

    /// Returns the value of draw `k` from its magnitude: negated on the left and clamped to the bounds.
    #[inline(always)]
    pub(crate) fn signed_and_clamped(&self, z: f32, k: u32) -> f32 {
        // Subtract instead of negating, so that 0 stays 0.0.
        let z = if self.is_left(k) { 0.0 - z } else { z };
        let z = if z < self.low { self.low } else { z };
        if z > self.high { self.high } else { z }
    }

    /// Returns `true` if draw `k` lies left of 0.
    #[inline(always)]
    pub(crate) fn is_left(&self, k: u32) -> bool {
        k < self.draws_left
    }

    /// Returns the probability beyond the value of draw `k`, in the tail on its side.
    #[inline(always)]
    #[allow(clippy::cast_precision_loss, reason = "rounding the 31 bits is part of the transform")]
    pub(crate) fn tail(&self, k: u32, is_left: bool) -> f32 {
        let from_end = if is_left { k } else { k ^ ALL };
        let offset = if is_left { self.left } else { self.right };
        from_end.cast_signed() as f32 * self.d + offset
    }
}

#[cfg(test)]
impl Single {
    /// Returns `T`.
    pub(crate) fn draws_left(&self) -> u32 {
        self.draws_left
    }
}

/// Returns the `z` with `Φ(-z) = q`, for `7e-11 ≤ q ≤ ½`, within 5 ulp. Combines the stages of a tile in one function,
/// for accuracy tests.
#[cfg(test)]
pub(crate) fn inverse_tail_f32(q: f32) -> f32 {
    let w = minus_ln_f32(4.0 * q * (1.0 - q));
    // Compute both and select one, as the branch-free loop over lanes does.
    let center = horner_f32(w - 2.5, &single::CENTER);
    let tail = horner_f32(w.sqrt() - 3.5, &single::TAIL);
    let factor = if w < 5.0 { center } else { tail };
    (1.0 - 2.0 * q) * factor
}
