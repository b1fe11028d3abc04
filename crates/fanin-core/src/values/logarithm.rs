//! The logarithm used in transforms: splits off the exponent and approximates the rest by a polynomial.

use super::polynomial::{double, horner_f32, horner_f64, single};

/// Bits of the `f32` nearest to √½. Fractions lie in [√½, √2).
const ROOT_HALF_F32: u32 = 0x3f35_04f3;
/// Bits of the `f64` nearest to √½.
const ROOT_HALF_F64: u64 = 0x3fe6_a09e_667f_3bcd;
/// `-ln 2` to `f32`.
#[allow(clippy::excessive_precision, reason = "the digits of the contract")]
#[allow(clippy::approx_constant, reason = "written out like the other constants of the contract")]
const MINUS_LN_2_F32: f32 = -0.693_147_181;
/// `-ln 2` to `f64`.
#[allow(clippy::approx_constant, reason = "written out like the other constants of the contract")]
const MINUS_LN_2_F64: f64 = -0.693_147_180_559_945_3;

/// Computes `-ln u` for a normal positive `u`.
#[inline(always)]
pub(crate) fn minus_ln_f32(u: f32) -> f32 {
    let (e, f) = split_f32(u);
    e * MINUS_LN_2_F32 + f * (-horner_f32(f, &single::LN))
}

/// Computes `-2 ln u` for a normal positive `u`. Gives the same bits as `2 * minus_ln_f32(u)`, because doubling is
/// exact.
#[inline(always)]
pub(crate) fn minus_two_ln_f32(u: f32) -> f32 {
    let (e, f) = split_f32(u);
    e * (2.0 * MINUS_LN_2_F32) + f * (-2.0 * horner_f32(f, &single::LN))
}

/// Computes `-2 ln u` for a normal positive `u`.
#[inline(always)]
pub(crate) fn minus_two_ln_f64(u: f64) -> f64 {
    let (e, f) = split_f64(u);
    e * (2.0 * MINUS_LN_2_F64) + f * (-2.0 * horner_f64(f, &double::LN))
}

/// Splits `u = 2^e (1 + f)` into `e` and `f`, with `1 + f` in [√½, √2).
#[inline(always)]
#[allow(clippy::cast_precision_loss, reason = "|e| < 2^8 is exact in f32")]
fn split_f32(u: f32) -> (f32, f32) {
    let bits = u.to_bits();
    let e = bits.wrapping_sub(ROOT_HALF_F32).cast_signed() >> 23;
    let fraction = bits.wrapping_sub((e << 23).cast_unsigned());
    (e as f32, f32::from_bits(fraction) - 1.0)
}

/// Splits `u = 2^e (1 + f)` into `e` and `f`, with `1 + f` in [√½, √2).
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "|e| < 2^11")]
pub(crate) fn split_f64(u: f64) -> (f64, f64) {
    let bits = u.to_bits();
    let e = bits.wrapping_sub(ROOT_HALF_F64).cast_signed() >> 52;
    let fraction = bits.wrapping_sub((e << 52).cast_unsigned());
    // Convert through i32: vectors of i64 have no conversion before AVX-512.
    (f64::from(e as i32), f64::from_bits(fraction) - 1.0)
}
