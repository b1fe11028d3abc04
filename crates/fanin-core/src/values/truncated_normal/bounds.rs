//! The truncated unit normal distribution, defined by its bounds.

use super::moments;
use crate::values::exact::{central_mass, normal_cdf, normal_tail};

/// Distance from 0 beyond which a one-sided interval is handled in logarithms, because its probabilities approach the
/// limits of `f64`.
const FAR: f64 = 30.0;
/// Largest product of length and outer bound of a narrow interval. The density varies by a factor of at most `exp` of
/// it.
const NARROW: f64 = 1.0 / 1024.0;

/// The unit normal distribution truncated to `[low, high]`, in sigma.
///
/// The density between the bounds is `φ(x) / (Φ(high) - Φ(low))`. Either bound may be infinite, both may lie on one
/// side of 0 and as far out as `f64` goes, and the interval may be as short as `f64` allows. Probabilities are computed
/// from the nearer tail, and beyond 30 sigma in logarithms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TruncatedUnitNormal {
    low: f64,
    high: f64,
    /// `Φ(low)`.
    below: f64,
    /// `Φ(-high)`.
    above: f64,
    /// `Φ(high) - Φ(low)`.
    mass: f64,
}

/// The error returned when truncation bounds do not form an interval.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("invalid truncation bounds [{low}, {high}]; use low < high, in units of sigma")]
pub struct BoundsError {
    /// The given lower bound.
    pub low: f64,
    /// The given upper bound.
    pub high: f64,
}

/// Selects the `f64` kernel that is accurate for the bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::values) enum Shape {
    Central,
    Far,
    Narrow,
}

impl TruncatedUnitNormal {
    /// Creates the distribution on `[low, high]`.
    ///
    /// # Errors
    /// Returns [`BoundsError`] if a bound is `NaN` or `low >= high`.
    pub fn new(low: f64, high: f64) -> Result<Self, BoundsError> {
        if low.is_nan() || high.is_nan() || low >= high {
            return Err(BoundsError { low, high });
        }
        // Adding zero turns -0.0 into 0.0.
        let (low, high) = (low + 0.0, high + 0.0);
        let (below, above) = (normal_cdf(low), normal_tail(high));
        // Avoid 1 - x: compute a one-sided mass from its small tail.
        let mass = if low >= 0.0 {
            normal_tail(low) - above
        } else if high <= 0.0 {
            normal_cdf(high) - below
        } else {
            central_mass(high) + central_mass(-low)
        };
        Ok(Self { low, high, below, above, mass })
    }

    /// Returns the lower bound, in sigma.
    #[must_use]
    pub fn low(&self) -> f64 {
        self.low
    }

    /// Returns the upper bound, in sigma.
    #[must_use]
    pub fn high(&self) -> f64 {
        self.high
    }

    /// Returns the mean of the truncated distribution, in sigma. It is 0 for symmetric bounds.
    ///
    /// Computes `(φ(low) - φ(high)) / (Φ(high) - Φ(low))` by quadrature, which avoids cancellation.
    #[must_use]
    pub fn mean(&self) -> f64 {
        moments::mean_and_std(self.low, self.high).0
    }

    /// Returns the standard deviation of the truncated distribution, in sigma. Truncation reduces it from 1.
    ///
    /// Computes the square root of `1 + (low φ(low) - high φ(high)) / mass - mean²` by quadrature, which avoids
    /// cancellation. Bounds of ±2 give 0.8796.
    ///
    /// Source: Johnson, Kotz and Balakrishnan, *Continuous univariate distributions* 1, 1994, section 13.10.1.
    #[must_use]
    pub fn std(&self) -> f64 {
        moments::mean_and_std(self.low, self.high).1
    }

    pub(in crate::values) fn shape(&self) -> Shape {
        if (self.high - self.low) * self.low.abs().max(self.high.abs()) <= NARROW {
            Shape::Narrow
        } else if self.nearer() >= FAR {
            Shape::Far
        } else {
            Shape::Central
        }
    }

    /// Returns the distance of a one-sided interval from 0. The result is 0 or negative if the interval contains 0.
    pub(super) fn nearer(&self) -> f64 {
        self.low.max(-self.high)
    }

    /// Returns `Φ(low)`.
    pub(super) fn below(&self) -> f64 {
        self.below
    }

    /// Returns `Φ(-high)`.
    pub(super) fn above(&self) -> f64 {
        self.above
    }

    /// Returns `Φ(high) - Φ(low)`.
    pub(super) fn mass(&self) -> f64 {
        self.mass
    }

    /// Returns the number of the `2^bits` draws that lie left of 0: `T = (½ - Φ(low)) / d` with `d = mass / 2^bits`,
    /// rounded half up.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a power of two is exact, and the cast back saturates at 0, as the clamp wants"
    )]
    pub(super) fn draws_left(&self, bits: u32) -> u64 {
        let draws = 1_u64 << bits;
        let left = central_mass(-self.low) / (self.mass / draws as f64);
        ((left + 0.5) as u64).min(draws)
    }

    /// Clamps `z` to the bounds.
    #[inline(always)]
    pub(super) fn clamp(&self, z: f64) -> f64 {
        if z < self.low {
            self.low
        } else if z > self.high {
            self.high
        } else {
            z
        }
    }
}
