//! The Kolmogorov-Smirnov test, for rounded values.

use fanin_core::Dtype;

use super::number::number;
use super::upper_edge;

/// Returns `sup |F_n - F|` over the values of a sorted sample.
///
/// A value represents the cell of numbers that round to it: `F_n` at `v` is compared with `F` at the upper edge of the
/// cell of `v`, so that 16-bit and 64-bit values can be tested against the same distribution.
#[must_use]
pub fn ks_distance(sorted: &[f64], dtype: Dtype, cdf: impl Fn(f64) -> f64) -> f64 {
    ks_distance_of_part(sorted, 0, sorted.len(), dtype, cdf)
}

/// Returns the contribution to [`ks_distance`] of one part of a sorted sample of `n`. The part follows the `below`
/// smallest values and contains every value equal to one of its own. The distance is the maximum over all parts, so
/// threads can share the work.
#[must_use]
pub fn ks_distance_of_part(part: &[f64], below: usize, n: usize, dtype: Dtype, cdf: impl Fn(f64) -> f64) -> f64 {
    let n = number(n);
    let mut distance = 0.0_f64;
    let mut below = below;
    for cell in part.chunk_by(|a, b| a.to_bits() == b.to_bits()) {
        let Some(value) = cell.first() else { continue };
        // Just left of the cell, and at its right edge.
        let left = cdf((-upper_edge(dtype, -value)).next_down());
        let right = cdf(upper_edge(dtype, *value));
        distance = distance.max((number(below) / n - left).abs());
        below += cell.len();
        distance = distance.max((number(below) / n - right).abs());
    }
    distance
}

/// Returns the distance that a correct sample exceeds with probability at most `alpha`, for every `n` and every
/// distribution: `sqrt(ln(2 / alpha) / (2 n))` (Dvoretzky, Kiefer & Wolfowitz 1956, with the constant of Massart 1990).
///
/// ```
/// use fanin_conformance::statistics::ks_critical;
///
/// assert!((ks_critical(131_072, 1e-6) - 0.007_44).abs() < 1e-5);
/// ```
#[must_use]
pub fn ks_critical(n: usize, alpha: f64) -> f64 {
    ((2.0 / alpha).ln() / (2.0 * number(n))).sqrt()
}

/// Returns the probability that a correct sample of `n` has at least this distance, or an upper bound where it is
/// small: the inverse of [`ks_critical`].
///
/// ```
/// use fanin_conformance::statistics::{ks_critical, ks_p_value};
///
/// assert!((ks_p_value(1000, ks_critical(1000, 0.01)) - 0.01).abs() < 1e-12);
/// ```
#[must_use]
pub fn ks_p_value(n: usize, distance: f64) -> f64 {
    (2.0 * (-2.0 * number(n) * distance * distance).exp()).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::rounded;

    #[test]
    fn a_perfect_grid_is_half_a_step_away() {
        let grid: Vec<f64> = (0..100).map(|i| (f64::from(i) + 0.5) / 100.0).collect();
        let distance = ks_distance(&grid, Dtype::F64, |x| x.clamp(0.0, 1.0));
        assert!((distance - 0.005).abs() < 1e-12, "{distance}");
        let parts = [(0, 30), (30, 31), (31, 100)].map(|(from, to)| {
            ks_distance_of_part(&grid[from..to], from, grid.len(), Dtype::F64, |x| x.clamp(0.0, 1.0).powi(2))
        });
        let whole = ks_distance(&grid, Dtype::F64, |x| x.clamp(0.0, 1.0).powi(2));
        assert_eq!(parts.into_iter().fold(0.0, f64::max), whole);
    }

    #[test]
    fn rounding_alone_is_no_distance() {
        // 2^16 equidistant numbers on [1, 2): bfloat16 has 128 cells there, so naive steps would have height 1/128.
        let values: Vec<f64> = (0..65536).map(|i| rounded(Dtype::BF16, 1.0 + f64::from(i) / 65536.0)).collect();
        let distance = ks_distance(&values, Dtype::BF16, |x| (x - 1.0).clamp(0.0, 1.0));
        assert!(distance < 1e-4, "{distance}");
        let naive = ks_distance(&values, Dtype::F64, |x| (x - 1.0).clamp(0.0, 1.0));
        assert!(naive > 3e-3, "{naive}");
    }

    #[test]
    fn a_wrong_law_is_far() {
        let squares: Vec<f64> = (0..1000).map(|i| (f64::from(i) / 1000.0).powi(2)).collect();
        assert!(ks_distance(&squares, Dtype::F64, |x| x.clamp(0.0, 1.0)) > ks_critical(1000, 1e-6));
    }
}
