//! The `f64` kernel for intervals that reach inside 30 sigma.

use super::bounds::TruncatedUnitNormal;
use super::rows::Kernel;
use crate::values::exact::{inverse_tail, inverse_tails};
use crate::values::tile::LANES;

/// Maps a draw to a unit value by the inverse normal distribution function from the nearer tail.
///
/// Uses the scheme of the `f32` kernel with `d = mass / 2^bits`: `q = k d + (P + d/2)` left of 0 and
/// `q = k' d + (Q + d/2)` right of it. `z` then solves `Φ(-z) = q`, computed by Wichura's AS 241 (1988), PPND16.
#[derive(Debug, Clone, Copy)]
pub(in crate::values) struct Central {
    distribution: TruncatedUnitNormal,
    d: f64,
    /// `P + d/2`.
    left: f64,
    /// `Q + d/2`.
    right: f64,
    draws_left: f64,
    last: f64,
}

impl Central {
    #[allow(clippy::cast_precision_loss, reason = "at most 2^52, exact in f64")]
    pub(in crate::values) fn new(distribution: &TruncatedUnitNormal, bits: u32) -> Self {
        let draws = 1_u64 << bits;
        let d = distribution.mass() / draws as f64;
        Self {
            distribution: *distribution,
            d,
            left: distribution.below() + 0.5 * d,
            right: distribution.above() + 0.5 * d,
            draws_left: distribution.draws_left(bits) as f64,
            last: (draws - 1) as f64,
        }
    }

    /// Returns the probability beyond the value of draw `k`, in the tail on its side.
    #[inline(always)]
    fn tail(&self, k: f64) -> f64 {
        let is_left = k < self.draws_left;
        let from_end = if is_left { k } else { self.last - k };
        let offset = if is_left { self.left } else { self.right };
        from_end * self.d + offset
    }

    /// Returns the value of draw `k` from its magnitude: negated on the left and clamped to the bounds.
    #[inline(always)]
    fn signed_and_clamped(&self, z: f64, k: f64) -> f64 {
        // Subtract instead of negating, so that 0 stays 0.0.
        let z = if k < self.draws_left { 0.0 - z } else { z };
        self.distribution.clamp(z)
    }
}

impl Kernel for Central {
    #[inline(always)]
    fn value(&self, k: f64) -> f64 {
        self.signed_and_clamped(inverse_tail(self.tail(k)), k)
    }

    /// Runs in stages, like [`inverse_tails`].
    #[inline(always)]
    fn values(&self, draws: &[f64; LANES]) -> [f64; LANES] {
        let mut q = [0.0; LANES];
        for lane in 0..LANES {
            q[lane] = self.tail(draws[lane]);
        }
        let mut z = inverse_tails(&q);
        for lane in 0..LANES {
            z[lane] = self.signed_and_clamped(z[lane], draws[lane]);
        }
        z
    }
}
