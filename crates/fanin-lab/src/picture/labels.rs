//! Placement of labels beside the ends of lines: as close as possible without overlap.

use super::number::real;

/// Returns label positions at least `gap` apart, within `low` to `high` as far as they fit. Apart from these limits,
/// they minimize the sum of squared distances to `wanted` (isotonic regression by pooling adjacent violators; Ayer et
/// al. 1955).
pub(super) fn apart(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    let want = |index: usize| wanted.get(index).copied().filter(|height| height.is_finite()).unwrap_or(low);
    order.sort_by(|left, right| want(*left).total_cmp(&want(*right)).then(left.cmp(right)));

    // Groups of touching neighbors: the sum of the positions that each wants for the group's first label, and the
    // group's size.
    let mut groups: Vec<(f64, usize)> = Vec::new();
    for (rank, index) in order.iter().enumerate() {
        groups.push((want(*index) - gap * real(rank), 1));
        while let [.., (upper, above), (lower, below)] = groups[..] {
            if upper / real(above) < lower / real(below) {
                break;
            }
            groups.truncate(groups.len() - 2);
            groups.push((upper + lower, above + below));
        }
    }
    let first_limit = high - gap * real(wanted.len().saturating_sub(1));
    let firsts = groups.iter().flat_map(|(sum, count)| std::iter::repeat_n(sum / real(*count), *count));
    let mut heights = vec![low; wanted.len()];
    for ((rank, index), first) in order.into_iter().enumerate().zip(firsts) {
        if let Some(height) = heights.get_mut(index) {
            *height = first.min(first_limit).max(low) + gap * real(rank);
        }
    }
    heights
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(heights: &[f64]) -> f64 {
        let mut sorted = heights.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn labels_with_room_stay_where_they_are() {
        assert_eq!(apart(&[90.0, 10.0, 50.0], 20.0, 0.0, 100.0), [90.0, 10.0, 50.0]);
    }

    #[test]
    fn equal_labels_spread_around_their_place() {
        assert_eq!(apart(&[50.0, 50.0, 50.0], 10.0, 0.0, 100.0), [40.0, 50.0, 60.0]);
    }

    #[test]
    fn labels_keep_their_gap_and_their_limits() {
        for wanted in
            [vec![0.0; 6], vec![100.0; 6], vec![97.0, 3.0, 98.0, 2.0, 50.0, 51.0], vec![f64::NAN, 1.0, 1e300, 2.0]]
        {
            let heights = apart(&wanted, 15.0, 0.0, 100.0);
            assert!(gaps(&heights) >= 15.0 - 1e-9, "{wanted:?}: {heights:?}");
            assert!(heights.iter().all(|height| (0.0..=100.0).contains(height)), "{wanted:?}: {heights:?}");
        }
        assert!(apart(&[], 15.0, 0.0, 100.0).is_empty());
    }
}
