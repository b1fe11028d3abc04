//! Pearson's correlation.

use super::number;

/// The correlation of pairs; under independence it is near `N(0, 1 / n)`. `None` if a side does not vary.
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

/// The standard deviation of the correlation of independent pairs, from the pairs themselves: `1 / sqrt(n)` where each side has one
/// law, and more where sizes vary together, as where both are zero at the same places; 0 if a side does not vary.
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
