//! The arctangent.

use crate::values::polynomial::horner_f64;

/// `-1/3, 1/5, -1/7, …`: the series of `atan(t) / t - 1` divided by `t²`, in `t²`.
const SERIES: [f64; 22] = {
    let mut series = [0.0; 22];
    let (mut index, mut odd, mut sign) = (0, 3.0, -1.0);
    while index < series.len() {
        series[index] = sign / odd;
        (index, odd, sign) = (index + 1, odd + 2.0, -sign);
    }
    series
};

/// Computes `atan x`, in [-π/2, π/2], within 2 ulp.
///
/// Uses `atan |x| = atan c + atan((|x| - c) / (1 + c |x|))` with the nearest `c` of 0, ½, 1, 3/2 and infinity, then the
/// Taylor series of the remainder, which is at most 7/16.
#[must_use]
pub fn atan(x: f64) -> f64 {
    let size = x.abs();
    // `atan c` as a sum of two words.
    let (t, high, low) = if size.is_nan() {
        return x;
    } else if size < 0.4375 {
        return series(x);
    } else if size < 0.6875 {
        ((2.0 * size - 1.0) / (2.0 + size), 0.463_647_609_000_806_1, 2.269_877_745_296_168_7e-17)
    } else if size < 1.1875 {
        ((size - 1.0) / (size + 1.0), std::f64::consts::FRAC_PI_4, 3.061_616_997_868_383e-17)
    } else if size < 2.4375 {
        ((size - 1.5) / (1.0 + 1.5 * size), 0.982_793_723_247_329, 1.390_331_103_123_099_8e-17)
    } else {
        (-1.0 / size, std::f64::consts::FRAC_PI_2, 6.123_233_995_736_766e-17)
    };
    let value = high + (series(t) + low);
    if x < 0.0 { -value } else { value }
}

fn series(t: f64) -> f64 {
    let y = t * t;
    t + t * (y * horner_f64(y, &SERIES))
}
