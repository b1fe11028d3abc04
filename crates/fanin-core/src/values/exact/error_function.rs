//! The error function and the complementary error function.
#![allow(clippy::excessive_precision, reason = "the digits are those of the paper; each rounds once")]

use super::exponential::exp;
use super::split;
use crate::values::polynomial::horner_f64;

/// Largest argument for which the error function itself is approximated. Above it, the complement is.
const CENTER: f64 = 0.46875;
/// Argument above which the complement is approximated in `1/x²`.
const FAR: f64 = 4.0;
/// `1/√π`.
const ONE_OVER_ROOT_PI: f64 = 0.5 * std::f64::consts::FRAC_2_SQRT_PI;

// Cody's rational approximations, constant term first.
const ERF_ABOVE: [f64; 5] = [
    3.209_377_589_138_469_472_56e3,
    3.774_852_376_853_020_208_14e2,
    1.138_641_541_510_501_556_50e2,
    3.161_123_743_870_565_600_00,
    1.857_777_061_846_031_526_73e-1,
];
const ERF_BELOW: [f64; 5] = [
    2.844_236_833_439_170_622_27e3,
    1.282_616_526_077_372_275_65e3,
    2.440_246_379_344_441_730_56e2,
    2.360_129_095_234_412_093_50e1,
    1.0,
];
const MIDDLE_ABOVE: [f64; 9] = [
    1.230_339_354_797_997_253_27e3,
    2.051_078_377_826_071_465_33e3,
    1.712_047_612_634_070_583_14e3,
    8.819_522_212_417_690_904_11e2,
    2.986_351_381_974_001_311_32e2,
    6.611_919_063_714_162_948_18e1,
    8.883_149_794_388_375_941_18,
    5.641_884_969_886_700_891_80e-1,
    2.153_115_354_744_038_463_43e-8,
];
const MIDDLE_BELOW: [f64; 9] = [
    1.230_339_354_803_749_424_76e3,
    3.439_367_674_143_721_636_96e3,
    4.362_619_090_143_247_158_20e3,
    3.290_799_235_733_459_626_78e3,
    1.621_389_574_566_690_189_82e3,
    5.371_811_018_620_098_575_09e2,
    1.176_939_508_913_124_993_06e2,
    1.574_492_611_070_983_473_73e1,
    1.0,
];
const FAR_ABOVE: [f64; 6] = [
    6.587_491_615_298_378_031_57e-4,
    1.608_378_514_874_227_663_16e-2,
    1.257_817_261_112_292_462_05e-1,
    3.603_448_999_498_044_394_30e-1,
    3.053_266_349_612_323_440_44e-1,
    1.631_538_713_730_209_785_00e-2,
];
const FAR_BELOW: [f64; 6] = [
    2.335_204_976_268_691_853_91e-3,
    6.051_834_131_244_131_912_18e-2,
    5.279_051_029_514_284_122_49e-1,
    1.872_952_849_923_460_472_09,
    2.568_520_192_289_822_421_00,
    1.0,
];

/// Computes `erf x = 2/√π ∫ exp(-t²) dt` from 0 to `x`, to a relative accuracy of 1e-15.
///
/// Source: Cody, *Rational Chebyshev approximations for the error function*, Math. Comp. 23 (1969).
#[must_use]
pub fn erf(x: f64) -> f64 {
    let size = x.abs();
    if x.is_nan() {
        x
    } else if size <= CENTER {
        erf_center(x)
    } else {
        let value = 1.0 - erfc_right(size);
        if x < 0.0 { -value } else { value }
    }
}

/// Computes `erfc x = 1 - erf x`, to a relative accuracy of 1e-15, or 1e-14 far in the tail, down to the subnormals.
///
/// Source: Cody, *Rational Chebyshev approximations for the error function*, Math. Comp. 23 (1969).
#[must_use]
pub fn erfc(x: f64) -> f64 {
    if x.is_nan() {
        x
    } else if x.abs() <= CENTER {
        1.0 - erf_center(x)
    } else if x < 0.0 {
        2.0 - erfc_right(-x)
    } else {
        erfc_right(x)
    }
}

/// Computes `exp(x²) erfc x` for `x ≥ 0`. It neither overflows nor underflows before `x` does.
pub(super) fn erfc_scaled(x: f64) -> f64 {
    if x <= CENTER {
        exp(x * x) * (1.0 - erf_center(x))
    } else if x <= FAR {
        horner_f64(x, &MIDDLE_ABOVE) / horner_f64(x, &MIDDLE_BELOW)
    } else {
        erfc_scaled_far(x)
    }
}

/// Branch-free [`erfc_scaled`] for `x > FAR`, for loops over lanes.
#[inline(always)]
pub(super) fn erfc_scaled_far(x: f64) -> f64 {
    let y = 1.0 / (x * x);
    (ONE_OVER_ROOT_PI - y * (horner_f64(y, &FAR_ABOVE) / horner_f64(y, &FAR_BELOW))) / x
}

/// Computes `erf x` for small `x`.
fn erf_center(x: f64) -> f64 {
    let y = x * x;
    x * (horner_f64(y, &ERF_ABOVE) / horner_f64(y, &ERF_BELOW))
}

/// Computes `erfc x` for `x > CENTER`.
fn erfc_right(x: f64) -> f64 {
    // exp(-x²) is below the subnormals.
    if x > 28.0 {
        return 0.0;
    }
    // Compute the square in two parts: a single rounding of it would change the result by 1e-13 at the far end.
    let (high, low) = split(x);
    exp(-(high * high)) * (exp(-low * (x + high)) * erfc_scaled(x))
}
