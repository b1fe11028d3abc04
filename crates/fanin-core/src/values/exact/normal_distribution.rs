//! The density, distribution function and tail of the unit normal distribution.

use super::error_function::{erf, erfc, erfc_scaled, erfc_scaled_far};
use super::exponential::exp;
use super::split;

/// `1/√(2π)`.
const ONE_OVER_ROOT_TAU: f64 = 0.398_942_280_401_432_7;
/// `√(π/2)`.
const ROOT_HALF_PI: f64 = 1.253_314_137_315_500_3;
/// Distance from 0 within which erf is more accurate.
const CENTER: f64 = 0.66;
/// Distance from 0 beyond which the density is 0 in `f64`.
const END: f64 = 40.0;

/// Computes the density `φ(x) = exp(-x²/2) / √(2π)`, to a relative accuracy of 1e-15 where it is normal.
#[must_use]
pub fn normal_density(x: f64) -> f64 {
    ONE_OVER_ROOT_TAU * bell(x)
}

/// Computes the distribution function `Φ(x) = erfc(-x/√2) / 2`, accurate in the small tail: see [`normal_tail`].
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    normal_tail(-x)
}

/// Computes the upper tail `Φ(-x) = 1 - Φ(x)`, to a relative accuracy of 1e-14 down to 1e-300.
///
/// Uses `φ(x) √(π/2) exp(x²/2) erfc(x/√2)`, which avoids amplifying the rounding error of `x²`.
#[must_use]
pub fn normal_tail(x: f64) -> f64 {
    if x.is_nan() {
        x
    } else if x.abs() <= CENTER {
        0.5 * erfc(x * std::f64::consts::FRAC_1_SQRT_2)
    } else if x < 0.0 {
        1.0 - normal_tail(-x)
    } else if x > END {
        0.0
    } else {
        bell(x) * (0.5 * erfc_scaled(x * std::f64::consts::FRAC_1_SQRT_2))
    }
}

/// Computes Mills' ratio `Φ(-x) / φ(x)` for `x ≥ 0`.
pub(crate) fn mills_ratio(x: f64) -> f64 {
    ROOT_HALF_PI * erfc_scaled(x * std::f64::consts::FRAC_1_SQRT_2)
}

/// Branch-free [`mills_ratio`] for `x ≥ 6`, with the same bits, for loops over lanes.
#[inline(always)]
pub(crate) fn mills_ratio_far(x: f64) -> f64 {
    ROOT_HALF_PI * erfc_scaled_far(x * std::f64::consts::FRAC_1_SQRT_2)
}

/// Computes `Φ(x) - ½`, accurate near 0.
pub(crate) fn central_mass(x: f64) -> f64 {
    0.5 * erf(x * std::f64::consts::FRAC_1_SQRT_2)
}

/// Computes `exp(-x²/2)`, with the square split into two parts.
fn bell(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x.abs() > END {
        return 0.0;
    }
    let (high, low) = split(x);
    exp(-0.5 * high * high) * exp(-0.5 * low * (x + high))
}
