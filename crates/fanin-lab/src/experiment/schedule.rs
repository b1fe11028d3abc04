//! Selection of recorded steps.

use std::collections::BTreeSet;

/// Returns at most `count` steps, spaced evenly from the first to `last`, both included.
pub(super) fn even(last: usize, count: usize) -> BTreeSet<usize> {
    let count = count.clamp(2, last.saturating_add(1).max(2));
    (0..count).map(|at| at.saturating_mul(last) / (count - 1)).collect()
}

/// Returns at most `count` multiples of a round number (1, 2, 5, 10, 20, ...), plus the last step, so that round step
/// numbers are among them.
pub(super) fn round(last: usize, count: usize) -> BTreeSet<usize> {
    let mut strides =
        (0..).map_while(|power| 10_usize.checked_pow(power)).flat_map(|ten| [1, 2, 5].map(|n| ten.saturating_mul(n)));
    let stride = strides.find(|stride| last / stride < count.max(1)).unwrap_or(usize::MAX);
    (0..=last / stride).map(|at| at * stride).chain([last]).collect()
}

#[cfg(test)]
mod tests {
    use super::{even, round};

    #[test]
    fn strides_are_round() {
        assert_eq!(Vec::from_iter(round(599, 1000)), (0..600).collect::<Vec<_>>());
        let published = round(14_999, 1000);
        assert!([0, 1000, 5000, 10_000, 14_000, 14_999].iter().all(|step| published.contains(step)));
        assert!(published.len() <= 1001);
        assert_eq!(Vec::from_iter(round(0, 10)), [0]);
        assert!(round(usize::MAX, 10).contains(&usize::MAX));
    }

    #[test]
    fn both_ends_are_always_there() {
        assert_eq!(Vec::from_iter(even(600, 3)), [0, 300, 600]);
        assert_eq!(Vec::from_iter(even(3, 100)), [0, 1, 2, 3]);
        assert_eq!(Vec::from_iter(even(1, 5)), [0, 1]);
        assert_eq!(Vec::from_iter(even(0, 5)), [0]);
        assert_eq!(even(15_000, 1000).len(), 1000);
    }
}
