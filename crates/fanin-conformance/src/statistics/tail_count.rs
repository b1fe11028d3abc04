//! How far a count is from its binomial law.

use super::number;

/// `n KL(count / n || p)`: by Chernoff's bound a binomial count deviates so far, to its side, with a probability of at most
/// `exp` of minus this number, for every `n` and `p` (Hoeffding 1963, theorem 1).
///
/// ```
/// use fanin_conformance::statistics::tail_deviance;
///
/// assert_eq!(tail_deviance(50, 100, 0.5), 0.0);
/// assert!(tail_deviance(90, 100, 0.5) > 30.0);
/// ```
#[must_use]
pub fn tail_deviance(count: usize, n: usize, p: f64) -> f64 {
    let part = |seen: f64, wanted: f64| if seen > 0.0 { seen * (seen / wanted).ln() } else { 0.0 };
    let share = number(count) / number(n);
    number(n) * (part(share, p) + part(1.0 - share, 1.0 - p))
}
