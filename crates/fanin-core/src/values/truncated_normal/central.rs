//! The kernel in `f64` for intervals that reach inside 30 sigma.

use super::Kernel;
use super::bounds::TruncatedUnitNormal;
use crate::values::exact::inverse_tail;

/// A draw to a unit value by the inverse normal distribution function from the nearer tail.
///
/// The scheme of the `f32` kernel with `d = mass / 2^bits`: left of 0, `q = k d + (P + d/2)`, right of it
/// `q = k' d + (Q + d/2)`; then `z` with `Φ(-z) = q` by Wichura's AS 241 (1988), PPND16.
#[derive(Debug, Clone, Copy)]
pub(super) struct Central {
    law: TruncatedUnitNormal,
    d: f64,
    /// `P + d/2`.
    left: f64,
    /// `Q + d/2`.
    right: f64,
    draws_left: u64,
    last: u64,
}

impl Central {
    #[allow(clippy::cast_precision_loss, reason = "a power of two is exact")]
    pub(super) fn new(law: &TruncatedUnitNormal, bits: u32) -> Self {
        let draws = 1_u64 << bits;
        let d = law.mass() / draws as f64;
        Self {
            law: *law,
            d,
            left: law.below() + 0.5 * d,
            right: law.above() + 0.5 * d,
            draws_left: law.draws_left(bits),
            last: draws - 1,
        }
    }
}

impl Kernel for Central {
    #[inline(always)]
    #[allow(clippy::cast_precision_loss, reason = "at most 52 bits are exact in f64")]
    fn value(&self, k: u64) -> f64 {
        let z = if k < self.draws_left {
            // Not a change of sign: 0 stays 0.0.
            0.0 - inverse_tail(k as f64 * self.d + self.left)
        } else {
            inverse_tail((k ^ self.last) as f64 * self.d + self.right)
        };
        self.law.clamp(z)
    }
}
