//! Outliers among ordered values that may follow a trend.
//!
//! Scales change with depth in healthy networks, so a layer is compared with three expectations, each made from the
//! other layers: their median, a straight line through them (Theil 1950, Sen 1968), and the median of the nearest. It
//! is an outlier only if it is far from all three.

use super::median::median;

/// The distance of a value from its expectation, and the spread of the other values around theirs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Distance {
    pub(crate) distance: f64,
    pub(crate) deviation: f64,
}

/// The minimum number of values that can show a trend.
const ORDERED: usize = 5;

/// The number of nearest values in a neighborhood.
const NEAR: usize = 4;

/// The maximum distance of compared layers, which keeps the cost of a thousand experts low compared with reading them.
const FARTHEST: usize = 64;

/// The distances of the value at a position from its expectations, nearest first. No spread is below `floor`, and each
/// is widened by `1 + 2/n`, because the spread of `n` values is uncertain.
#[expect(clippy::cast_precision_loss, reason = "a count of layers")]
pub(crate) fn distances(values: &[f64], at: usize, floor: f64) -> Vec<Distance> {
    let near = at.saturating_sub(FARTHEST)..(at + FARTHEST + 1).min(values.len());
    let others: Vec<(f64, f64)> =
        near.filter(|place| *place != at).map(|place| (place as f64, values[place])).collect();
    let Some(value) = values.get(at).filter(|_| !others.is_empty()) else { return Vec::new() };
    let widened = 1.0 + 2.0 / others.len() as f64;
    let distance = |expected: &dyn Fn(f64) -> f64| {
        let residuals: Vec<f64> = others.iter().map(|(place, value)| (value - expected(*place)).abs()).collect();
        // Half of a few values agree by chance.
        let few = residuals.len() < ORDERED;
        let spread = if few { residuals.into_iter().fold(0.0, f64::max) } else { DEVIATION * median(residuals) };
        let deviation = spread.max(floor) * widened;
        Distance { distance: value - expected(at as f64), deviation }
    };
    let center = median(others.iter().map(|(_, value)| *value));
    let mut distances = vec![distance(&|_| center)];
    if values.len() >= ORDERED {
        let (start, slope) = line(&others);
        distances.push(distance(&|place| start + slope * place));
        distances.push(distance(&|place| among_the_nearest(place, &others)));
    }
    distances.sort_by(|a, b| a.distance.abs().total_cmp(&b.distance.abs()));
    distances
}

/// A steady rise or fall, by design.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Steady {
    /// All values follow it.
    All,
    /// All values follow it except the one at this position.
    Except(usize),
}

/// Finds a steady rise or fall, each step by more than `least`.
pub(crate) fn steady(values: &[f64], least: f64) -> Option<Steady> {
    if is_steady(values, least) {
        return Some(Steady::All);
    }
    let without = |at: usize| [&values[..at], &values[at + 1..]].concat();
    (0..values.len()).find(|at| is_steady(&without(*at), least)).map(Steady::Except)
}

/// Whether values keep rising or falling, each step by more than `least`, and the first and last step by at most four
/// times another.
fn is_steady(values: &[f64], least: f64) -> bool {
    let steps: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let Some(first) = steps.first().filter(|_| steps.len() >= 3) else { return false };
    let sizes: Vec<f64> = steps.iter().map(|step| step * first.signum()).collect();
    let inner = |sizes: &[f64]| sizes.iter().copied().fold(0.0, f64::max);
    let ends = sizes[0] <= 4.0 * inner(&sizes[1..]) && sizes[sizes.len() - 1] <= 4.0 * inner(&sizes[..sizes.len() - 1]);
    ends && sizes.iter().all(|size| *size > least)
}

/// The factor from a median absolute deviation to a standard deviation, for normal values.
const DEVIATION: f64 = 1.4826;

/// The median, and the median absolute deviation scaled to estimate a standard deviation.
pub(crate) fn robust(values: &[f64]) -> (f64, f64) {
    let center = median(values.iter().copied());
    (center, DEVIATION * median(values.iter().map(|value| (value - center).abs())))
}

/// The Theil-Sen line: the median of the intercepts, and the median slope of all pairs.
fn line(others: &[(f64, f64)]) -> (f64, f64) {
    let pairs =
        others.iter().enumerate().flat_map(|(at, a)| others[..at].iter().map(move |b| (a.1 - b.1) / (a.0 - b.0)));
    let slope = Some(median(pairs)).filter(|slope| slope.is_finite()).unwrap_or(0.0);
    (median(others.iter().map(|(place, value)| value - slope * place)), slope)
}

/// The median of the nearest values besides the one at this position.
fn among_the_nearest(position: f64, others: &[(f64, f64)]) -> f64 {
    let after = others.partition_point(|(place, _)| *place < position);
    let start = after.saturating_sub(NEAR / 2).min(others.len().saturating_sub(NEAR + 1));
    let near = others[start..].iter().filter(|(place, _)| (place - position).abs() > 0.5);
    median(near.take(NEAR).map(|(_, value)| *value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(scales: &[f64], at: usize) -> f64 {
        let logs: Vec<f64> = scales.iter().map(|scale| scale.ln()).collect();
        distances(&logs, at, 0.08).first().map_or(f64::NAN, |of| of.distance.exp())
    }

    #[test]
    fn a_trend_explains_its_values_and_not_an_outlier() {
        for trend in [[0.41, 0.383, 0.376, 0.32, 0.21], [1.0, 0.8, 0.62, 0.5, 0.41], [0.1, 0.12, 0.16, 0.19, 0.3]] {
            for at in 0..5 {
                let factor = nearest(&trend, at);
                assert!((0.6..1.6).contains(&factor), "{trend:?} {at}: {factor}");
                let mut off = trend;
                off[at] *= 6.0;
                assert!(nearest(&off, at) > 3.0, "{trend:?} {at}: {}", nearest(&off, at));
            }
        }
        assert!((nearest(&[1.0, 1.0, 1.0, 5.0], 3) - 5.0).abs() < 1e-9);
        assert!(distances(&[1.0], 0, 0.1).is_empty() && distances(&[], 0, 0.1).is_empty());
    }

    #[test]
    fn a_steady_fall_is_not_a_step() {
        let depth = |layer: f64| -0.5 * layer.ln();
        let falling: Vec<f64> = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0].map(depth).to_vec();
        assert_eq!(steady(&falling, 0.02), Some(Steady::All));
        for at in 1..6 {
            let mut off = falling.clone();
            off[at] += 0.9;
            assert_eq!(steady(&off, 0.02), Some(Steady::Except(at)), "{at}");
        }
        assert_eq!(steady(&[0.0, 0.001, 0.002, 0.9], 0.02), None);
        assert_eq!(steady(&[0.0, 1.0, 2.0], 0.02), None);
    }
}
