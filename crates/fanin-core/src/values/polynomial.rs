//! Horner's rule and the coefficients of values v1.
//!
//! The tables are minimax fits made for this purpose. Every digit is part of the contract.

/// Evaluates `c0 + c1·x + c2·x² + …` by Horner's rule in `f32`, every operation rounded.
#[inline(always)]
pub(crate) fn horner_f32<const N: usize>(x: f32, coefficients: &[f32; N]) -> f32 {
    let mut sum = coefficients[N - 1];
    for i in (0..N - 1).rev() {
        sum = sum * x + coefficients[i];
    }
    sum
}

/// Evaluates `c0 + c1·x + c2·x² + …` by Horner's rule in `f64`, every operation rounded.
#[inline(always)]
pub(crate) fn horner_f64<const N: usize>(x: f64, coefficients: &[f64; N]) -> f64 {
    let mut sum = coefficients[N - 1];
    for i in (0..N - 1).rev() {
        sum = sum * x + coefficients[i];
    }
    sum
}

/// Coefficient tables for `f32`.
#[allow(clippy::excessive_precision, reason = "the digits are those of the contract; each rounds once to f32")]
pub(crate) mod single {
    /// `ln(1 + f) / f` on [√½ - 1, √2 - 1].
    pub(crate) const LN: [f32; 9] = [
        1.0,
        -0.499_999_880_8,
        0.333_341_866_7,
        -0.250_020_742_4,
        0.199_568_331_2,
        -0.165_623_933_1,
        0.149_522_662_2,
        -0.143_668_428_1,
        0.087_223_552_17,
    ];
    /// `sin(π s / 2) / s` as a polynomial in s².
    pub(crate) const SINE: [f32; 5] =
        [1.570_796_371, -0.645_963_788_0, 0.079_689_927_40, -0.004_674_157_593, 1.516_785_269e-4];
    /// `cos(π s / 2) / (1 - s²)` as a polynomial in s².
    pub(crate) const COSINE: [f32; 5] = [1.0, -0.233_700_379_7, 0.019_967_950_88, -8.924_732_101e-4, 2.306_431_998e-5];
    /// The inverse normal distribution function divided by `1 - 2q`, as a polynomial in `w - 2.5` for `w < 5`.
    pub(crate) const CENTER: [f32; 10] = [
        2.123_313_427,
        0.348_802_030_1,
        -0.005_907_717_161,
        -0.001_771_644_573,
        3.087_856_749e-4,
        -7.019_229_997e-6,
        -4.897_003_691e-6,
        6.592_640_602e-7,
        3.285_589_045e-8,
        -1.243_237_335e-8,
    ];
    /// The same function as a polynomial in `√w - 3.5` for `w ≥ 5`.
    pub(crate) const TAIL: [f32; 10] = [
        4.717_088_699,
        1.424_637_914,
        0.004_644_339_439,
        -0.002_952_426_905,
        0.001_488_427_282,
        -8.588_284_254e-4,
        7.225_428_126e-4,
        -4.416_694_865e-4,
        2.381_985_723e-5,
        5.713_207_429e-5,
    ];
}

/// Coefficient tables for `f64`, named as in [`single`].
#[allow(clippy::approx_constant, reason = "a coefficient of a fit, not the constant that it is near")]
pub(crate) mod double {
    /// `ln(1 + f) / f` on [√½ - 1, √2 - 1].
    pub(crate) const LN: [f64; 21] = [
        1.0,
        -0.500_000_000_000_000_4,
        0.333_333_333_333_327_43,
        -0.249_999_999_999_744_18,
        0.200_000_000_001_490_37,
        -0.166_666_666_713_845_1,
        0.142_857_142_733_977_84,
        -0.124_999_996_014_686_35,
        0.111_111_114_189_064_34,
        -0.100_000_182_242_854_62,
        0.090_909_179_730_876_82,
        -0.083_328_507_832_371_33,
        0.076_915_985_432_275_7,
        -0.071_502_621_282_357_35,
        0.066_842_961_771_963_71,
        -0.061_900_598_300_090_454,
        0.056_666_906_356_964_954,
        -0.057_076_122_126_055_21,
        0.065_258_993_725_343_7,
        -0.059_241_499_774_533_246,
        0.025_489_911_800_405_576,
    ];
    /// `sin(π s / 2) / s` as a polynomial in s².
    pub(crate) const SINE: [f64; 9] = [
        1.570_796_326_794_896_6,
        -0.645_964_097_506_246_2,
        0.079_692_626_246_165_65,
        -0.004_681_754_135_304_255,
        0.000_160_441_184_713_091_6,
        -3.598_843_020_467_257_6e-6,
        5.692_136_428_098_625_4e-8,
        -6.684_416_831_856_085e-10,
        5.872_975_744_799_95e-12,
    ];
    /// `cos(π s / 2) / (1 - s²)` as a polynomial in s².
    pub(crate) const COSINE: [f64; 9] = [
        1.0,
        -0.233_700_550_136_169_83,
        0.019_968_957_764_878_077,
        -0.000_894_522_998_473_644_4,
        2.473_727_635_883_673e-5,
        -4.647_659_915_952_978e-7,
        6.321_440_904_258_357e-9,
        -6.510_529_156_797_684e-11,
        5.108_469_685_422_41e-13,
    ];
}
