//! The kernel in `f64` for intervals beyond 30 sigma, where probabilities leave the range of `f64`.

use super::Kernel;
use super::bounds::TruncatedUnitNormal;
use crate::values::exact::{exp, ln, ln_1p, mills_ratio};

/// Steps of Newton's method: the first guess is right to 1e-3, and each step squares the error.
const STEPS: usize = 3;

/// A draw to a unit value in logarithms relative to the nearer bound `a`.
///
/// With Mills' ratio `m(x) = Φ(-x) / φ(x)`, the tail beyond `a + t` is `exp(-(a t + t²/2)) m(a + t) / m(a)` of the
/// tail beyond `a`. The value solves `-(a t + t²/2) + ln(m(a + t) / m(a)) = ln(1 - v M)`, where `v` is the draw in
/// (0, 1) and `M` the share of the tail beyond `a` that the interval holds; the derivative is `-1 / m(a + t)`. An
/// interval left of 0 is mirrored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Far {
    law: TruncatedUnitNormal,
    /// `a`.
    near: f64,
    /// `m(a)`.
    ratio: f64,
    /// The share of the tail beyond `a` that lies beyond the interval.
    beyond: f64,
    /// `M`.
    inside: f64,
    mirrored: bool,
    draws: f64,
    last: u64,
}

impl Far {
    #[allow(clippy::cast_precision_loss, reason = "a power of two is exact")]
    pub(super) fn new(law: &TruncatedUnitNormal, bits: u32) -> Self {
        let draws = 1_u64 << bits;
        let near = law.nearer();
        let mut kernel = Self {
            law: *law,
            near,
            ratio: mills_ratio(near),
            beyond: 0.0,
            inside: 1.0,
            mirrored: law.high() < 0.0,
            draws: draws as f64,
            last: draws - 1,
        };
        let length = law.high() - law.low();
        if length < f64::INFINITY {
            kernel.beyond = exp(kernel.log_tail(length));
            kernel.inside = 1.0 - kernel.beyond;
        }
        kernel
    }

    /// The distribution function of the law at `x` within the bounds.
    pub(super) fn share(&self, x: f64) -> f64 {
        let distance = x.abs() - self.near;
        let share = (1.0 - exp(self.log_tail(distance))) / self.inside;
        if self.mirrored { 1.0 - share } else { share }
    }

    /// The logarithm of the tail beyond `a + t`, relative to the tail beyond `a`.
    fn log_tail(&self, t: f64) -> f64 {
        ln(mills_ratio(self.near + t) / self.ratio) - t * (self.near + 0.5 * t)
    }
}

impl Kernel for Far {
    #[allow(clippy::cast_precision_loss, reason = "at most 52 bits are exact in f64")]
    fn value(&self, k: u64) -> f64 {
        let k = if self.mirrored { k ^ self.last } else { k };
        let inside = (k as f64 + 0.5) / self.draws;
        let outside = ((k ^ self.last) as f64 + 0.5) / self.draws;
        // Both forms are ln(1 - v M); each is accurate on its half.
        let target = if inside < 0.5 { ln_1p(-inside * self.inside) } else { ln(self.beyond + outside * self.inside) };

        // The solution without the ratio of Mills' ratios.
        let mut t = -2.0 * target / ((self.near * self.near - 2.0 * target).sqrt() + self.near);
        for _ in 0..STEPS {
            t += (self.log_tail(t) - target) * mills_ratio(self.near + t);
        }
        let z = self.near + t;
        self.law.clamp(if self.mirrored { 0.0 - z } else { z })
    }
}
