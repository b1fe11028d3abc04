//! Pearson correlation.

use super::number::number;

/// Returns the correlation of pairs; under independence it is close to `N(0, 1 / n)`. `None` if a side is constant.
///
/// ```
/// use fanin_conformance::statistics::correlation;
///
/// assert_eq!(correlation(&[(1.0, 2.0), (3.0, 6.0)]), Some(1.0));
/// assert_eq!(correlation(&[(1.0, 2.0), (3.0, 2.0)]), None);
/// ```
#[must_use]
pub fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let n = number(pairs.len());
    let (left, right) = pairs.iter().fold((0.0, 0.0), |(left, right), (a, b)| (left + a, right + b));
    let (left, right) = (left / n, right / n);
    let (mut squares, mut others, mut products) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        let (a, b) = (a - left, b - right);
        squares += a * a;
        others += b * b;
        products += a * b;
    }
    let spread = f64::sqrt(squares * others);
    (spread > 0.0).then(|| products / spread)
}

/// Returns the standard deviation of the correlation of independent pairs, estimated from the pairs: `1 / sqrt(n)` if
/// each side is identically distributed, and more if magnitudes vary together, for example if both sides are zero at
/// the same positions. Returns 0 if a side is constant.
///
/// ```
/// use fanin_conformance::statistics::correlation_error;
///
/// assert_eq!(correlation_error(&[(1.0, 1.0), (-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0)]), 0.5);
/// ```
#[must_use]
pub fn correlation_error(pairs: &[(f64, f64)]) -> f64 {
    let n = number(pairs.len());
    let (left, right) = pairs.iter().fold((0.0, 0.0), |(left, right), (a, b)| (left + a, right + b));
    let (left, right) = (left / n, right / n);
    let (mut squares, mut others, mut products) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        let (a, b) = ((a - left) * (a - left), (b - right) * (b - right));
        squares += a;
        others += b;
        products += a * b;
    }
    let spread = squares * others;
    if spread > 0.0 { (products / spread).sqrt() } else { 0.0 }
}
