//! The exponential function.

use super::{LN_2_HIGH, LN_2_LOW};
use crate::values::polynomial::horner_f64;

/// `1/2!, 1/3!, … 1/14!`, each rounded once.
const SERIES: [f64; 13] = [
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
    1.0 / 6_227_020_800.0,
    1.0 / 87_178_291_200.0,
];

/// Computes `e^x`, within 1 ulp if the result is normal.
///
/// Uses `x = k ln 2 + r` with `|r| ≤ ln 2 / 2` in two words, then the Taylor series of `e^r`. Overflow gives infinity,
/// underflow is gradual down to 0, and `NaN` stays `NaN`.
///
/// Source of the reduction: Cody and Waite, *Software manual for the elementary functions*, 1980, chapter 6.
#[must_use]
pub fn exp(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x > 710.0 {
        return f64::INFINITY;
    }
    if x < -746.0 {
        return 0.0;
    }
    let (k, rest) = reduced(x);
    // Scale in two steps: 2^k alone may be out of range when the result is not.
    let first = k / 2;
    (1.0 + rest) * power_of_two(first) * power_of_two(k - first)
}

/// Branch-free [`exp`] for `|x| < 0.34`, with the same bits, for loops over lanes.
#[inline(always)]
pub(crate) fn exp_near_zero(x: f64) -> f64 {
    // The reduction leaves x unchanged.
    1.0 + (x + x * x * horner_f64(x, &SERIES))
}

/// Computes `e^x - 1`, within 2 ulp even for small `x`.
///
/// Uses `2^k (e^r - 1) + (2^k - 1)` with `k` and `r` as in [`exp`], whose series gives `e^r - 1` directly.
#[must_use]
pub fn exp_m1(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x < -40.0 {
        return -1.0;
    }
    // The 1 is less than half an ulp of the result.
    if x > 40.0 {
        return exp(x);
    }
    let (k, rest) = reduced(x);
    let scale = power_of_two(k);
    if k == 0 { rest } else { scale * rest + (scale - 1.0) }
}

/// Reduces `x = k ln 2 + r` and returns `k` and `e^r - 1`. `|x|` must be below 750.
#[allow(clippy::cast_possible_truncation, reason = "|k| < 1100")]
fn reduced(x: f64) -> (i32, f64) {
    let half = if x < 0.0 { -0.5 } else { 0.5 };
    let k = (x * std::f64::consts::LOG2_E + half) as i32;
    let high = x - f64::from(k) * LN_2_HIGH;
    let low = f64::from(k) * LN_2_LOW;
    let r = high - low;
    // The rounding error of r.
    let lost = (high - r) - low;
    (k, r + (r * r * horner_f64(r, &SERIES) + lost))
}

/// Computes `2^k` for `-1022 ≤ k ≤ 1023`.
fn power_of_two(k: i32) -> f64 {
    f64::from_bits(u64::from((k + 1023).cast_unsigned()) << 52)
}

#[cfg(test)]
mod tests {
    use super::{exp, exp_near_zero};

    #[test]
    fn near_zero_it_has_the_same_bits() {
        for i in -34_000..=34_000 {
            let x = f64::from(i) * 0.999e-5;
            assert_eq!(exp_near_zero(x).to_bits(), exp(x).to_bits(), "{x}");
            assert_eq!(exp_near_zero(x * 1e-13).to_bits(), exp(x * 1e-13).to_bits(), "{x} e-13");
        }
    }
}
