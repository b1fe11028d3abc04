//! Sine and cosine.

use crate::values::polynomial::horner_f64;

/// `-1/3!, 1/5!, … 1/17!`
const SINE: [f64; 8] = [
    -1.0 / 6.0,
    1.0 / 120.0,
    -1.0 / 5_040.0,
    1.0 / 362_880.0,
    -1.0 / 39_916_800.0,
    1.0 / 6_227_020_800.0,
    -1.0 / 1_307_674_368_000.0,
    1.0 / 355_687_428_096_000.0,
];
/// `1/4!, -1/6!, … 1/16!`
const COSINE: [f64; 7] = [
    1.0 / 24.0,
    -1.0 / 720.0,
    1.0 / 40_320.0,
    -1.0 / 3_628_800.0,
    1.0 / 479_001_600.0,
    -1.0 / 87_178_291_200.0,
    1.0 / 20_922_789_888_000.0,
];

/// The first 1,216 fractional bits of 2/π, enough for every `f64`.
const TWO_OVER_PI: [u64; 19] = [
    0xa2f9_836e_4e44_1529,
    0xfc27_57d1_f534_ddc0,
    0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561,
    0xb724_6e3a_424d_d2e0,
    0x0649_2eea_09d1_921c,
    0xfe1d_eb1c_b129_a73e,
    0xe882_35f5_2ebb_4484,
    0xe99c_7026_b45f_7e41,
    0x3991_d639_8353_39f4,
    0x9c84_5f8b_bdf9_283b,
    0x1ff8_97ff_de05_980f,
    0xef2f_118b_5a0a_6d1f,
    0x6d36_7ecf_27cb_09b7,
    0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b,
    0x3d07_39f7_8a52_92ea,
    0x6bfb_5fb1_1f8d_5d08,
    0x5603_3046_fc7b_6bab,
];

/// Computes `sin x`, within 2 ulp for every finite `x`. Returns `NaN` for infinities.
///
/// Uses the Taylor series within π/4 of 0. Farther out, it first subtracts the nearest multiple of π/2, using as many
/// bits of 2/π as `x` requires.
///
/// Source: Payne and Hanek, *Radian reduction for trigonometric functions*, ACM SIGNUM Newsletter 18 (1983).
#[must_use]
pub fn sin(x: f64) -> f64 {
    let (quadrant, rest) = reduced(x.abs());
    let value = match quadrant {
        0 => sine(rest),
        1 => cosine(rest),
        2 => -sine(rest),
        _ => -cosine(rest),
    };
    if x < 0.0 { -value } else { value }
}

/// Computes `cos x`, within 2 ulp for every finite `x`, in the same way as [`sin`].
#[must_use]
pub fn cos(x: f64) -> f64 {
    let (quadrant, rest) = reduced(x.abs());
    match quadrant {
        0 => cosine(rest),
        1 => -sine(rest),
        2 => -cosine(rest),
        _ => sine(rest),
    }
}

/// Reduces `x = (π/2) n + r` with `|r| ≤ π/4` and returns `n` modulo 4 and `r`. `x` must not be negative.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "rounds and truncates by design")]
fn reduced(x: f64) -> (u8, f64) {
    /// π/2 as a sum of two words.
    const HIGH: f64 = std::f64::consts::FRAC_PI_2;
    const LOW: f64 = 6.123_233_995_736_766e-17;
    const UNIT: f64 = 1.0 / (1_u128 << 126) as f64;
    if x <= std::f64::consts::FRAC_PI_4 {
        return (0, x);
    }
    if !x.is_finite() {
        return (0, f64::NAN);
    }
    // x = mantissa 2^exponent. Skip bits of 2/π that contribute only multiples of 4.
    let mantissa = x.to_bits() & ((1 << 52) - 1) | 1 << 52;
    let exponent = i64::try_from(x.to_bits() >> 52).unwrap_or(0) - 1075;
    let skipped = usize::try_from(exponent - 2).unwrap_or(0);
    let excess = u32::try_from(2 - exponent).unwrap_or(0);
    // Compute x 2/π modulo 4 in units of 2^-190: a product of four words, lowest first, shifted by the excess.
    let mut product = [0_u64; 4];
    let mut carry = 0_u128;
    for (place, word) in product.iter_mut().zip([2, 1, 0].map(|word| bits(skipped + 64 * word))) {
        carry += u128::from(mantissa) * u128::from(word);
        *place = carry as u64;
        carry >>= 64;
    }
    product[3] = carry as u64;
    let [_, low, high, top] = product;
    let head = u128::from(high) << 64 | u128::from(low);
    let turns = if excess == 0 { head } else { head >> excess | u128::from(top) << 64 << (64 - excess) };
    // The two upper bits count quadrants. The other 126 bits are a fraction of a quadrant, from the nearest end.
    let quadrant = ((turns >> 125) + 1) >> 1;
    let fraction = (turns.wrapping_sub(quadrant << 126)).cast_signed();
    let near = fraction as f64;
    let lost = (fraction - near as i128) as f64;
    ((quadrant & 3) as u8, (near * HIGH + (near * LOW + lost * HIGH)) * UNIT)
}

/// Returns 64 bits of 2/π, starting at bit `from`.
fn bits(from: usize) -> u64 {
    let word = |index: usize| TWO_OVER_PI.get(index).copied().unwrap_or(0);
    let (index, shift) = (from / 64, from % 64);
    if shift == 0 { word(index) } else { word(index) << shift | word(index + 1) >> (64 - shift) }
}

fn sine(x: f64) -> f64 {
    let y = x * x;
    x + x * (y * horner_f64(y, &SINE))
}

/// Computes the cosine by its series, adding back the rounding error of `1 - y/2`.
fn cosine(x: f64) -> f64 {
    let y = x * x;
    let half = 0.5 * y;
    let head = 1.0 - half;
    head + (((1.0 - head) - half) + y * y * horner_f64(y, &COSINE))
}
