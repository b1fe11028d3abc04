//! The `f64` kernel for intervals so short that differences of Φ lose precision.

use super::bounds::TruncatedUnitNormal;
use super::rows::Kernel;
use crate::values::exact::exp_near_zero;
use crate::values::quadrature::{THREE_POINTS, integral};

/// Number of Newton steps. The initial guess is accurate to 2e-4; each step squares the error and divides it by 1000.
const STEPS: usize = 2;

/// Maps a draw to a unit value by integrating the density over a part of the interval.
///
/// The density at `low + s length` is `exp(-(c s + e s²))` times that at `low`, with `c = low length` and
/// `e = length² / 2`, and varies by less than one part in 1000. The value solves `G(s) = v G(1)`, where `G` is the
/// integral from 0 to `s` by the three-point Gauss-Legendre rule, which is accurate to 1e-20 here.
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

    /// Computes the distribution function at `x` within the bounds.
    pub(super) fn share(&self, x: f64) -> f64 {
        self.integral_to((x - self.distribution.low()) / self.length) / self.whole
    }

    #[inline(always)]
    fn density(&self, s: f64) -> f64 {
        // The argument is within 1/512 of 0.
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
