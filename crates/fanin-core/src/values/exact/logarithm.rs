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

/// `ln x`, within 1 ulp.
///
/// `x = 2^e (1 + f)` with `1 + f` in [√½, √2), then `ln(1 + f) = 2 artanh(f / (2 + f))` by its series. `ln 0 = -∞`,
/// and a negative number gives `NaN`.
///
/// Source: the order of the sums is that of the logarithm in Sun's fdlibm, 1993.
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

/// [`ln`] of a normal positive number: without a branch, for loops over lanes.
#[inline(always)]
pub(crate) fn ln_of_normal(x: f64) -> f64 {
    let (exponent, f) = split_f64(x);
    sum_of_logarithms(exponent, f)
}

/// `exponent ln 2 + ln(1 + f)`.
#[inline(always)]
fn sum_of_logarithms(exponent: f64, f: f64) -> f64 {
    let s = f / (2.0 + f);
    let y = s * s;
    let half_square = 0.5 * f * f;
    let rest = s * (half_square + y * horner_f64(y, &SERIES)) + exponent * LN_2_LOW;
    exponent * LN_2_HIGH - ((half_square - rest) - f)
}

/// `ln(1 + x)`, accurate for small `x` too.
#[must_use]
pub(crate) fn ln_1p(x: f64) -> f64 {
    let sum = 1.0 + x;
    if sum <= 0.0 || sum == f64::INFINITY {
        return ln(sum);
    }
    // The first order of what the sum lost.
    ln(sum) + (x - (sum - 1.0)) / sum
}

/// [`ln_1p`] for `-1 + 2^-53 ≤ x ≤ 1`, with the same bits: without a branch, for loops over lanes.
#[inline(always)]
pub(crate) fn ln_1p_of_normal(x: f64) -> f64 {
    let sum = 1.0 + x;
    ln_of_normal(sum) + (x - (sum - 1.0)) / sum
}
