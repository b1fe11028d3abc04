//! `ln(1 - exp(-x))`, accurate with and without cancellation.

use super::{exp, exp_m1, ln, ln_1p};

/// Computes `ln(1 - e^-x)` for `x > 0`, accurate near 0 and far out. Used to invert softplus at a positive number.
pub(crate) fn ln_one_minus_exp(x: f64) -> f64 {
    if x < std::f64::consts::LN_2 { ln(0.0 - exp_m1(-x)) } else { ln_1p(0.0 - exp(-x)) }
}

#[cfg(test)]
mod tests {
    use super::ln_one_minus_exp;

    #[test]
    fn known_answers() {
        // Computed to 40 digits by series, then rounded.
        for (x, wanted) in KNOWN {
            let found = ln_one_minus_exp(*x);
            assert!((found / wanted - 1.0).abs() < 1e-15, "{x}: {found}, not {wanted}");
        }
    }

    const KNOWN: &[(f64, f64)] = &[
        (1e-10, -23.025_850_929_990_458),
        (0.0001, -9.210_390_371_559_516),
        (0.001, -6.908_255_237_315_471),
        (0.01, -4.610_166_019_324_897),
        (0.1, -2.352_168_461_044_090_7),
        (0.3, -1.350_225_612_814_846_7),
        (0.5, -0.932_752_129_567_188_6),
        (0.69, -0.696_304_297_144_056_7),
        (0.7, -0.686_341_002_808_385_2),
        (1.0, -0.458_675_145_387_081_9),
        (5.0, -0.006_760_749_449_488_557),
        (30.0, -9.357_622_968_840_613e-14),
    ];
}
