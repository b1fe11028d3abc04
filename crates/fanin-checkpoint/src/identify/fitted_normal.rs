//! How far a sample lies from the normal distribution that was fitted to it.

/// The probability that `sup |F_n - F|` of `n` values exceeds `distance` where `F` is the normal distribution of their own mean and std, or of
/// mean 0 and their own root mean square.
///
/// A fitted distribution lies nearer than the one that made the values, so that Kolmogorov's distribution would refuse too little (Lilliefors 1967).
/// The distances below were found by drawing (see [`TAILS`]); between them, and beyond, the logarithm of the probability is a
/// straight line in the square of the distance, as in every distribution of this kind.
pub(super) fn probability(distance: f64, n: f64, mean_is_fitted: bool) -> f64 {
    // Stephens (1974), for small n.
    let scaled = distance * (n.sqrt() - 0.01 + 0.85 / n.sqrt());
    let x = scaled * scaled;
    let points = || {
        TAILS.iter().map(|(tail, about_mean, about_zero)| {
            let at = if mean_is_fitted { about_mean } else { about_zero };
            (at * at, f64::ln(*tail))
        })
    };
    // The line through the last two points that begin below, or through the first two.
    let pairs = points().zip(points().skip(1));
    let line = pairs.clone().take_while(|((from, _), _)| *from <= x).last().or_else(|| pairs.clone().next());
    let Some(((from, low), (to, high))) = line else { return 1.0 };
    (low + (high - low) * (x - from) / (to - from)).exp().min(1.0)
}

/// Probabilities, and the distances that so many of 1 000 000 samples of 400 values exceed: where mean and std are fitted, and where
/// the std alone is.
///
/// ```sh
/// cargo run --release -p fanin-checkpoint --example fitted_normal
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
