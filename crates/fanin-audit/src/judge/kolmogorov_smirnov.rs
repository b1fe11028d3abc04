//! The Kolmogorov-Smirnov test of a sample or of counts against a distribution, and of two tensors.

use crate::measure::Cell;
use crate::measure::number;

/// `sup |F_n - F|` of a sorted sample.
pub(crate) fn distance_of_sample(sorted: &[f32], cdf: impl Fn(f64) -> f64) -> f64 {
    distance_at_every(1, sorted, cdf)
}

/// The same, unless one value in sixteen already shows a distance whose p-value is below `hopeless`. Then that distance, which is never
/// larger.
pub(crate) fn distance_unless_hopeless(sorted: &[f32], hopeless: f64, cdf: impl Fn(f64) -> f64) -> f64 {
    let distance = distance_at_every(16, sorted, &cdf);
    if p_value(distance, number(sorted.len() as u64)) < hopeless { distance } else { distance_of_sample(sorted, cdf) }
}

fn distance_at_every(step: usize, sorted: &[f32], cdf: impl Fn(f64) -> f64) -> f64 {
    let count = number(sorted.len() as u64);
    let at = |(at, value): (u64, &f32)| {
        let p = cdf(f64::from(*value));
        (p - number(at) / count).max(number(at + 1) / count - p)
    };
    (0..).zip(sorted).step_by(step).map(at).fold(0.0, f64::max)
}

/// `sup |F_n - F|` over the edges of nonempty cells. It ignores differences within a cell, so it is never too large.
///
/// Extremes that the distribution was fitted to are excluded: given the extremes, the other values follow the distribution between them
/// (David & Nagaraja 2003, section 2.4).
pub(crate) fn distance_of_cells(
    cells: &[Cell],
    without: Extremes,
    cdf: impl Fn(f64) -> Option<f64>,
) -> Option<(f64, f64)> {
    let all: u64 = cells.iter().map(|cell| cell.count).sum();
    let (lowest, highest) = match without {
        Extremes::None => (0, 0),
        Extremes::Lowest => (1, 0),
        Extremes::Highest => (0, 1),
        Extremes::Both => (1, 1),
    };
    let n = all.checked_sub(lowest + highest).filter(|n| *n > 0)?;
    // An atom at zero lies in the cell above this edge.
    let below_edge = |edge: f64| cdf(if edge == 0.0 { -f64::from_bits(1) } else { edge });
    let (mut below, mut distance) = (0_u64, 0.0_f64);
    for (at, cell) in cells.iter().enumerate() {
        let mut count = cell.count;
        if at == 0 {
            count = count.saturating_sub(lowest);
        }
        if at + 1 == cells.len() {
            count = count.saturating_sub(highest);
        }
        distance = distance.max((number(below) / number(n) - below_edge(cell.low)?).abs());
        below += count;
        distance = distance.max((number(below) / number(n) - below_edge(cell.high)?).abs());
    }
    Some((distance, number(n)))
}

/// The extremes that a distribution was fitted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extremes {
    None,
    Lowest,
    Highest,
    Both,
}

/// `sup |F_a - F_b|` over the edges of the cells.
pub(crate) fn distance_of_two(a: &[Cell], b: &[Cell]) -> f64 {
    let total = |cells: &[Cell]| number(cells.iter().map(|cell| cell.count).sum::<u64>().max(1));
    let (all_a, all_b) = (total(a), total(b));
    let (mut at_a, mut at_b) = (a.iter().peekable(), b.iter().peekable());
    let (mut below_a, mut below_b, mut distance) = (0_u64, 0_u64, 0.0_f64);
    loop {
        let next = match (at_a.peek(), at_b.peek()) {
            (Some(a), Some(b)) => a.high.min(b.high),
            (Some(cell), None) | (None, Some(cell)) => cell.high,
            (None, None) => return distance,
        };
        below_a += at_a.next_if(|cell| cell.high <= next).map_or(0, |cell| cell.count);
        below_b += at_b.next_if(|cell| cell.high <= next).map_or(0, |cell| cell.count);
        distance = distance.max((number(below_a) / all_a - number(below_b) / all_b).abs());
    }
}

/// The p-value of a distance for `n` values: Kolmogorov's limit with the correction of Stephens (1970) for small `n`. For two samples of
/// `a` and `b` values, `n = a b / (a + b)`.
pub(crate) fn p_value(distance: f64, n: f64) -> f64 {
    let root = n.sqrt();
    let x = distance * (root + 0.12 + 0.11 / root);
    if x < 0.2 {
        return 1.0;
    }
    // The terms decrease fast.
    let term = |k: i32| {
        let k = f64::from(k);
        let size = (-2.0 * k * k * x * x).exp();
        if k % 2.0 == 1.0 { size } else { -size }
    };
    (2.0 * (1..=20).map(term).sum::<f64>()).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_probabilities() {
        // Kolmogorov's limit: 1.36 at 5 %, 1.63 at 1 %.
        for (x, p) in [(1.358_1, 0.05), (1.627_6, 0.01), (1.949_5, 0.001)] {
            let got = p_value(x / 1e4, 1e8);
            assert!((got / p - 1.0).abs() < 1e-3, "{x}: {got}");
        }
        assert_eq!(p_value(0.0, 100.0), 1.0);
        assert!(p_value(1.0, 100.0) < 1e-80);
    }

    /// The distance of a hopeless sample is a lower bound; others are exact.
    #[test]
    fn hopeless_samples_are_rejected_early() {
        let values: Vec<f32> = (0_u16..4096).map(|at| f32::from(at) / 4096.0).collect();
        let (uniform, other) = (|x: f64| x, |x: f64| x * x);
        assert_eq!(distance_unless_hopeless(&values, 1e-12, uniform), distance_of_sample(&values, uniform));
        let (early, exact) = (distance_unless_hopeless(&values, 1e-12, other), distance_of_sample(&values, other));
        assert!(early <= exact && early > 0.99 * exact, "{early} {exact}");
        assert!(p_value(early, 4096.0) < 1e-12);
    }

    fn grid(edges: &[f64], counts: &[u64]) -> Vec<Cell> {
        let cell = |(pair, count): (&[f64], &u64)| Cell { low: pair[0], high: pair[1], value: pair[0], count: *count };
        edges.windows(2).zip(counts).map(cell).collect()
    }

    #[test]
    fn distances_counted_by_hand() {
        let cells = grid(&[0.0, 0.25, 0.5, 1.0], &[2, 1, 1]);
        let uniform = |x: f64| Some(x);
        assert_eq!(distance_of_cells(&cells, Extremes::None, uniform), Some((0.25, 4.0)));
        assert_eq!(distance_of_cells(&cells, Extremes::Lowest, uniform), Some((0.166_666_666_666_666_63, 3.0)));
        assert_eq!(distance_of_cells(&cells, Extremes::Both, uniform), Some((0.5, 2.0)));
        assert_eq!(distance_of_cells(&[], Extremes::None, uniform), None);
        assert_eq!(distance_of_two(&cells, &grid(&[0.0, 0.25, 0.5, 1.0], &[1, 2, 1])), 0.25);
        assert_eq!(distance_of_two(&cells, &grid(&[2.0, 3.0], &[7])), 1.0);
        assert_eq!(distance_of_two(&cells, &cells), 0.0);
    }
}
