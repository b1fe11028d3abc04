//! The natural logarithm.

use super::{LN_2_HIGH, LN_2_LOW};
use crate::values::logarithm::split_f64;
use crate::values::polynomial::horner_f64;

/// `2/3, 2/5, 2/7, …`: the series of `ln((1 + s) / (1 - s)) / s - 2` in `s²`.
const SERIES: [f64; 11] = [
    2.0 / 3.0,
    2.0 / 5.0,
    2.0 / 7.0,
    2.0 / 9.0,
    2.0 / 11.0,
    2.0 / 13.0,
    2.0 / 15.0,
    2.0 / 17.0,
    2.0 / 19.0,
    2.0 / 21.0,
    2.0 / 23.0,
];

/// Computes `ln x`, within 1 ulp.
///
/// Uses `x = 2^e (1 + f)` with `1 + f` in [√½, √2), then the series of `ln(1 + f) = 2 artanh(f / (2 + f))`. Returns
/// `-∞` for 0 and `NaN` for negative numbers.
///
/// Source of the summation order: the logarithm in Sun's fdlibm, 1993.
#[must_use]
pub fn ln(x: f64) -> f64 {
    const TWO_POW_54: f64 = 18_014_398_509_481_984.0;
    if x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x == f64::INFINITY {
        return x;
    }
    let subnormal = x < f64::MIN_POSITIVE;
    let (exponent, f) = split_f64(if subnormal { x * TWO_POW_54 } else { x });
    sum_of_logarithms(if subnormal { exponent - 54.0 } else { exponent }, f)
}

/// Branch-free [`ln`] of a normal positive number, for loops over lanes.
#[inline(always)]
pub(crate) fn ln_of_normal(x: f64) -> f64 {
    let (exponent, f) = split_f64(x);
    sum_of_logarithms(exponent, f)
}

/// Computes `exponent ln 2 + ln(1 + f)`.
#[inline(always)]
fn sum_of_logarithms(exponent: f64, f: f64) -> f64 {
    let s = f / (2.0 + f);
    let y = s * s;
    let half_square = 0.5 * f * f;
    let rest = s * (half_square + y * horner_f64(y, &SERIES)) + exponent * LN_2_LOW;
    exponent * LN_2_HIGH - ((half_square - rest) - f)
}

/// Computes `ln(1 + x)`, accurate even for small `x`.
#[must_use]
pub(crate) fn ln_1p(x: f64) -> f64 {
    let sum = 1.0 + x;
    if sum <= 0.0 || sum == f64::INFINITY {
        return ln(sum);
    }
    // First-order correction for the rounding error of the sum.
    ln(sum) + (x - (sum - 1.0)) / sum
}

/// Branch-free [`ln_1p`] for `-1 + 2^-53 ≤ x ≤ 1`, with the same bits, for loops over lanes.
#[inline(always)]
pub(crate) fn ln_1p_of_normal(x: f64) -> f64 {
    let sum = 1.0 + x;
    ln_of_normal(sum) + (x - (sum - 1.0)) / sum
}
