//! Binomial tail probabilities.

use super::number::number;

/// Returns `n KL(count / n || p)`. By Chernoff's bound, a binomial count deviates this far to its side with probability
/// at most `exp` of minus this number, for every `n` and `p` (Hoeffding 1963, theorem 1).
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

/// Returns twice the smaller tail probability of the binomial distribution from `count` outward, at most 1: exact for
/// every `n` and `0 < p < 1`.
///
/// The probability of a single count follows Loader: deviance and Stirling remainders, without differences of large
/// logarithms. The tail is summed outward, each term computed from the previous one.
///
/// Source: Loader, *Fast and accurate computation of binomial probabilities*, 2000.
///
/// ```
/// use fanin_conformance::statistics::binomial_p_value;
///
/// // All of 10 heads, or none: 2 of 1024.
/// assert!((binomial_p_value(10, 10, 0.5) * 512.0 - 1.0).abs() < 1e-12);
/// assert_eq!(binomial_p_value(5, 10, 0.5), 1.0);
/// ```
#[must_use]
pub fn binomial_p_value(count: usize, n: usize, p: f64) -> f64 {
    let (k, all, odds) = (number(count), number(n), p / (1.0 - p));
    let first = probability(count, n, p);
    let above = sum_outwards(first, |step| (all - k - step) / (k + step + 1.0) * odds);
    let below = sum_outwards(first, |step| (k - step) / ((all - k + step + 1.0) * odds));
    (2.0 * above.min(below)).min(1.0)
}

/// Sums a term and all following ones, each `ratio(steps from the first)` times the previous.
fn sum_outwards(first: f64, ratio: impl Fn(f64) -> f64) -> f64 {
    let (mut sum, mut term, mut step) = (first, first, 0.0);
    loop {
        let next = term * ratio(step).max(0.0);
        sum += next;
        // On the mode's side, the terms rise at first.
        if next <= 1e-17 * sum && next <= term {
            return sum;
        }
        (term, step) = (next, step + 1.0);
    }
}

/// Returns the probability of one count.
fn probability(count: usize, n: usize, p: f64) -> f64 {
    let (k, all) = (number(count), number(n));
    let root = match count {
        0 => return (all * (-p).ln_1p()).exp(),
        all_of_them if all_of_them == n => return (all * p.ln()).exp(),
        _ => (all / (std::f64::consts::TAU * k * (all - k))).sqrt(),
    };
    let remainders = stirling_remainder(all) - stirling_remainder(k) - stirling_remainder(all - k);
    root * (remainders - tail_deviance(count, n, p)).exp()
}

/// `ln n! - ln(√(2πn) (n/e)^n)`.
fn stirling_remainder(n: f64) -> f64 {
    if n >= 16.0 {
        let square = 1.0 / (n * n);
        return (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - square / 1680.0) * square) * square) / n;
    }
    let mut factorial = 1.0;
    let mut k = 1.0;
    while k < n {
        k += 1.0;
        factorial *= k;
    }
    f64::ln(factorial) - (n + 0.5) * n.ln() + n - 0.5 * std::f64::consts::TAU.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares both tails of small distributions with the plain sum of their terms.
    #[test]
    fn p_values_are_those_of_the_definition() {
        for (n, p) in [(1_u32, 0.3), (7, 0.5), (30, 0.03), (40, 0.9)] {
            let mut terms = Vec::new();
            let mut ways = 1.0;
            for k in 0..=n {
                terms.push(ways * f64::powi(p, k.cast_signed()) * f64::powi(1.0 - p, (n - k).cast_signed()));
                ways *= f64::from(n - k) / f64::from(k + 1);
            }
            for k in 0..terms.len() {
                let (below, above): (f64, f64) = (terms[..=k].iter().sum(), terms[k..].iter().sum());
                let truth = (2.0 * below.min(above)).min(1.0);
                let found = binomial_p_value(k, terms.len() - 1, p);
                assert!((found / truth - 1.0).abs() < 1e-9, "{found}, not {truth}: {k} of {n} at {p}");
            }
        }
    }

    /// Large counts: close to the normal distribution near the mode.
    #[test]
    fn p_values_of_many() {
        let n = 1 << 28;
        let (mean, p) = (362_358.0, 362_358.0 / number(n));
        for z in [1.0, 3.0, 4.5] {
            let count = mean + z * f64::sqrt(mean * (1.0 - p));
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
            let found = binomial_p_value(count.round() as usize, n, p);
            let near = crate::statistics::z_p_value(z);
            assert!((found / near - 1.0).abs() < 0.05, "{found}, near {near}");
        }
    }
}
