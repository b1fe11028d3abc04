//! The `f64` kernel for intervals beyond 30 sigma, where probabilities leave the range of `f64`.

use super::bounds::TruncatedUnitNormal;
use super::rows::Kernel;
use crate::values::choice::either_f64;
use crate::values::exact::{exp, ln, ln_1p_of_normal, ln_of_normal, mills_ratio, mills_ratio_far};
use crate::values::tile::LANES;

/// Number of Newton steps. The initial guess is accurate to 1e-3, and each step squares the error.
const STEPS: usize = 3;

/// Maps a draw to a unit value, in logarithms relative to the nearer bound `a`.
///
/// With Mills' ratio `m(x) = Φ(-x) / φ(x)`, the tail beyond `a + t` is `exp(-(a t + t²/2)) m(a + t) / m(a)` of the tail
/// beyond `a`. The value solves `-(a t + t²/2) + ln(m(a + t) / m(a)) = ln(1 - v M)`, where `v` is the draw in (0, 1)
/// and `M` is the fraction of the tail beyond `a` that lies in the interval. The derivative is `-1 / m(a + t)`. An
/// interval left of 0 is mirrored.
#[derive(Debug, Clone, Copy)]
pub(in crate::values) struct Far {
    distribution: TruncatedUnitNormal,
    /// `a`.
    near: f64,
    /// `m(a)`.
    ratio: f64,
    /// The fraction of the tail beyond `a` that lies beyond the interval.
    beyond: f64,
    /// `M`.
    inside: f64,
    mirrored: bool,
    draws: f64,
    last: f64,
}

impl Far {
    #[allow(clippy::cast_precision_loss, reason = "at most 2^52, exact in f64")]
    pub(in crate::values) fn new(distribution: &TruncatedUnitNormal, bits: u32) -> Self {
        let draws = 1_u64 << bits;
        let near = distribution.nearer();
        let mut kernel = Self {
            distribution: *distribution,
            near,
            ratio: mills_ratio(near),
            beyond: 0.0,
            inside: 1.0,
            mirrored: distribution.high() < 0.0,
            draws: draws as f64,
            last: (draws - 1) as f64,
        };
        let length = distribution.high() - distribution.low();
        if length < f64::INFINITY {
            kernel.beyond = exp(kernel.log_tail(length));
            kernel.inside = 1.0 - kernel.beyond;
        }
        kernel
    }

    /// Computes the distribution function at `x` within the bounds.
    pub(super) fn share(&self, x: f64) -> f64 {
        let distance = x.abs() - self.near;
        let share = (1.0 - exp(self.log_tail(distance))) / self.inside;
        if self.mirrored { 1.0 - share } else { share }
    }

    /// Computes the logarithm of the tail beyond `a + t`, relative to the tail beyond `a`.
    fn log_tail(&self, t: f64) -> f64 {
        ln(mills_ratio(self.near + t) / self.ratio) - t * (self.near + 0.5 * t)
    }
}

impl Far {
    /// Returns the draw and its complement as fractions in (0, 1), the first counted from the nearer bound.
    #[inline(always)]
    fn shares(&self, k: f64) -> (f64, f64) {
        let (below, above) = (k, self.last - k);
        let (inside, outside) = if self.mirrored { (above, below) } else { (below, above) };
        ((inside + 0.5) / self.draws, (outside + 0.5) / self.draws)
    }

    /// Computes `ln(1 - v M)` for `v` below ½.
    #[inline(always)]
    fn target_of_near_half(&self, inside: f64) -> f64 {
        ln_1p_of_normal(-inside * self.inside)
    }

    /// Computes `ln(1 - v M)` for the other half.
    #[inline(always)]
    fn target_of_far_half(&self, outside: f64) -> f64 {
        ln_of_normal(self.beyond + outside * self.inside)
    }

    /// Returns the initial guess: the solution if the ratio of Mills' ratios is taken as 1.
    #[inline(always)]
    fn guess(&self, target: f64) -> f64 {
        -2.0 * target / ((self.near * self.near - 2.0 * target).sqrt() + self.near)
    }

    /// Performs one Newton step.
    #[inline(always)]
    fn step(&self, t: f64, target: f64) -> f64 {
        let ratio = mills_ratio_far(self.near + t);
        t + (ln_of_normal(ratio / self.ratio) - t * (self.near + 0.5 * t) - target) * ratio
    }

    #[inline(always)]
    fn place(&self, t: f64) -> f64 {
        let z = self.near + t;
        self.distribution.clamp(if self.mirrored { 0.0 - z } else { z })
    }
}

impl Kernel for Far {
    #[inline(always)]
    fn value(&self, k: f64) -> f64 {
        let (inside, outside) = self.shares(k);
        let target = if inside < 0.5 { self.target_of_near_half(inside) } else { self.target_of_far_half(outside) };
        let mut t = self.guess(target);
        for _ in 0..STEPS {
            t = self.step(t, target);
        }
        self.place(t)
    }

    /// Runs in stages, each of which applies one chain of operations to all lanes. Free of branches: both alternatives are computed, then one is selected.
    #[inline(always)]
    fn values(&self, draws: &[f64; LANES]) -> [f64; LANES] {
        let (mut target, mut other, mut t) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        for lane in 0..LANES {
            target[lane] = self.target_of_near_half(self.shares(draws[lane]).0);
        }
        for lane in 0..LANES {
            other[lane] = self.target_of_far_half(self.shares(draws[lane]).1);
        }
        for lane in 0..LANES {
            target[lane] = either_f64(self.shares(draws[lane]).0 < 0.5, target[lane], other[lane]);
        }
        for lane in 0..LANES {
            t[lane] = self.guess(target[lane]);
        }
        for _ in 0..STEPS {
            for lane in 0..LANES {
                t[lane] = self.step(t[lane], target[lane]);
            }
        }
        for lane in 0..LANES {
            t[lane] = self.place(t[lane]);
        }
        t
    }
}
