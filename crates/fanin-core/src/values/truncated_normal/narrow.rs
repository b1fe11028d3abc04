//! The kernel in `f64` for intervals so short that differences of Φ lose them.

use super::bounds::TruncatedUnitNormal;
use super::rows::Kernel;
use crate::values::exact::exp_near_zero;
use crate::values::quadrature::{THREE_POINTS, integral};

/// Steps of Newton's method: the first guess is right to 2e-4, and each step squares the error and divides it by 1000.
const STEPS: usize = 2;

/// A draw to a unit value by the integral of the density over a part of the interval.
///
/// At `low + s length` the density is `exp(-(c s + e s²))` times that at `low`, with `c = low length` and
/// `e = length² / 2`, and varies by less than one part in 1000. The value solves `G(s) = v G(1)`, `G` the integral
/// from 0 to `s` by the rule of Gauss and Legendre of three points, which is exact to 1e-20 here.
#[derive(Debug, Clone, Copy)]
pub(in crate::values) struct Narrow {
    distribution: TruncatedUnitNormal,
    length: f64,
    c: f64,
    e: f64,
    /// `G(1)`.
    whole: f64,
    draws: f64,
}

impl Narrow {
    #[allow(clippy::cast_precision_loss, reason = "a power of two is exact")]
    pub(in crate::values) fn new(distribution: &TruncatedUnitNormal, bits: u32) -> Self {
        let length = distribution.high() - distribution.low();
        let mut kernel = Self {
            distribution: *distribution,
            length,
            c: distribution.low() * length,
            e: 0.5 * length * length,
            whole: 1.0,
            draws: (1_u64 << bits) as f64,
        };
        kernel.whole = kernel.integral_to(1.0);
        kernel
    }

    /// The distribution function of the distribution at `x` within the bounds.
    pub(super) fn share(&self, x: f64) -> f64 {
        self.integral_to((x - self.distribution.low()) / self.length) / self.whole
    }

    #[inline(always)]
    fn density(&self, s: f64) -> f64 {
        // Not farther from 0 than 1/512.
        exp_near_zero(-(self.c * s + self.e * s * s))
    }

    #[inline(always)]
    fn integral_to(&self, s: f64) -> f64 {
        s * integral(&THREE_POINTS, |node| self.density(s * node))
    }
}

impl Kernel for Narrow {
    #[inline(always)]
    fn value(&self, k: f64) -> f64 {
        let share = (k + 0.5) / self.draws;
        let target = share * self.whole;
        let mut s = share;
        for _ in 0..STEPS {
            s -= (self.integral_to(s) - target) / self.density(s);
        }
        self.distribution.clamp(self.distribution.low() + self.length * s)
    }
}
