//! The Kolmogorov-Smirnov test against a fitted normal distribution.

/// The probability that `sup |F_n - F|` of `n` values exceeds `distance` if `F` is the normal distribution with their own mean and std,
/// or with mean 0 and their own root mean square.
///
/// A fitted distribution lies closer to the values than the one that generated them, so Kolmogorov's distribution would reject too
/// rarely (Lilliefors 1967). The distances below were simulated (see [`TAILS`]); between them and beyond, the logarithm of the
/// probability is linear in the squared distance.
pub(crate) fn probability(distance: f64, n: f64, mean_is_fitted: bool) -> f64 {
    // Stephens (1974), for small n.
    let scaled = distance * (n.sqrt() - 0.01 + 0.85 / n.sqrt());
    let x = scaled * scaled;
    let points = || {
        TAILS.iter().map(|(tail, about_mean, about_zero)| {
            let at = if mean_is_fitted { about_mean } else { about_zero };
            (at * at, f64::ln(*tail))
        })
    };
    // The line through the nearest two points below the distance, or through the first two.
    let pairs = points().zip(points().skip(1));
    let line = pairs.clone().take_while(|((from, _), _)| *from <= x).last().or_else(|| pairs.clone().next());
    let Some(((from, low), (to, high))) = line else { return 1.0 };
    (low + (high - low) * (x - from) / (to - from)).exp().min(1.0)
}

/// Probabilities, and the distances exceeded by that share of 1 000 000 samples of 400 values: with mean and std fitted, and with
/// only the std fitted.
///
/// ```sh
/// cargo run --release -p fanin-audit --example fitted_normal
/// ```
const TAILS: [(f64, f64, f64); 12] = [
    (0.9, 0.4567, 0.5345),
    (0.5, 0.6109, 0.7818),
    (0.2, 0.7467, 1.0299),
    (0.1, 0.8284, 1.1843),
    (0.05, 0.9018, 1.3208),
    (0.02, 0.9889, 1.4821),
    (0.01, 1.0502, 1.5948),
    (0.005, 1.1092, 1.6998),
    (0.002, 1.1802, 1.8311),
    (0.001, 1.2303, 1.9245),
    (0.0003, 1.3140, 2.0677),
    (0.0001, 1.3852, 2.1990),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Stephens (1974), table 1.3: 0.895 at 5 %, 1.035 at 1 %.
    #[test]
    fn published_points_are_near() {
        for (distance, published) in [(0.819, 0.1), (0.895, 0.05), (1.035, 0.01)] {
            let got = probability(distance / 100.0, 1e4, true);
            assert!((got / published - 1.0).abs() < 0.25, "{distance}: {got}");
        }
    }

    #[test]
    fn the_table_is_met_and_the_tail_goes_on() {
        for (tail, about_mean, about_zero) in TAILS {
            let n = 1e8;
            assert!((probability(about_mean / 1e4, n, true) / tail - 1.0).abs() < 0.01);
            assert!((probability(about_zero / 1e4, n, false) / tail - 1.0).abs() < 0.01);
        }
        assert!(probability(0.0, 100.0, true) <= 1.0);
        assert!(probability(5e-4, 1e8, true) < 1e-30 && probability(5e-4, 1e8, false) < 1e-20);
    }
}
