//! Probabilities of sample moments, and of several probabilities together.

use fanin_core::values::exact::normal_tail;

/// The skewness of `n` normal values as a normal deviation (D'Agostino 1970).
pub(crate) fn skewness_deviation(skewness: f64, n: f64) -> f64 {
    let y = skewness * ((n + 1.0) * (n + 3.0) / (6.0 * (n - 2.0))).sqrt();
    let beta =
        3.0 * (n * n + 27.0 * n - 70.0) * (n + 1.0) * (n + 3.0) / ((n - 2.0) * (n + 5.0) * (n + 7.0) * (n + 9.0));
    let w = (2.0 * (beta - 1.0)).sqrt() - 1.0;
    let (delta, alpha) = (1.0 / (0.5 * w.ln()).sqrt(), (2.0 / (w - 1.0)).sqrt());
    delta * (y / alpha).asinh()
}

/// The kurtosis of `n` normal values as a normal deviation (Anscombe & Glynn 1983).
pub(crate) fn kurtosis_deviation(kurtosis: f64, n: f64) -> f64 {
    let variance = 24.0 * n * (n - 2.0) * (n - 3.0) / ((n + 1.0) * (n + 1.0) * (n + 3.0) * (n + 5.0));
    let x = (kurtosis - 3.0 * (n - 1.0) / (n + 1.0)) / variance.sqrt();
    let skew = 6.0 * (n * n - 5.0 * n + 2.0) / ((n + 7.0) * (n + 9.0))
        * (6.0 * (n + 3.0) * (n + 5.0) / (n * (n - 2.0) * (n - 3.0))).sqrt();
    let a = 6.0 + 8.0 / skew * (2.0 / skew + (1.0 + 4.0 / (skew * skew)).sqrt());
    let ratio = (1.0 - 2.0 / a) / (1.0 + x * (2.0 / (a - 4.0)).sqrt()).max(1e-9);
    (1.0 - 2.0 / (9.0 * a) - ratio.cbrt()) / (2.0 / (9.0 * a)).sqrt()
}

/// The probability that chi-square with six degrees of freedom exceeds `x`.
pub(crate) fn chi_square_tail_of_six(x: f64) -> f64 {
    let half = x / 2.0;
    (-half).exp() * (1.0 + half + half * half / 2.0)
}

/// Fisher's combination of independent probabilities: that of chance explaining all of them. Chi-square by Wilson & Hilferty (1931).
pub(crate) fn combined(probabilities: &[f64]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a count of tensors")]
    let freedom = 2.0 * probabilities.len() as f64;
    if probabilities.is_empty() {
        return 1.0;
    }
    let chi_square: f64 = probabilities.iter().map(|p| -2.0 * p.max(1e-300).ln()).sum();
    let spread = 2.0 / (9.0 * freedom);
    normal_tail(((chi_square / freedom).cbrt() - (1.0 - spread)) / spread.sqrt())
}

/// The two-sided probability of a normal deviation.
pub(crate) fn two_sided(deviation: f64) -> f64 {
    (2.0 * normal_tail(deviation.abs())).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_probabilities() {
        assert!((chi_square_tail_of_six(24.0) - 5.222_6e-4).abs() < 1e-7);
        assert!((combined(&[0.05, 0.05]) - 0.017_5).abs() < 1e-3);
        assert_eq!(combined(&[]), 1.0);
        // The mean kurtosis of 100 normal values is 2.94, and the median is lower.
        assert!((kurtosis_deviation(3.0, 100.0) - 0.321_209).abs() < 1e-6);
        assert!((kurtosis_deviation(3.5, 100.0) - 1.240_750).abs() < 1e-6);
        assert!(skewness_deviation(0.0, 100.0).abs() < 1e-12);
    }
}
