//! At which steps something is noted down.

use std::collections::BTreeSet;

/// `count` steps, or fewer, spread evenly from the first to `last`, both among them.
pub(super) fn even(last: usize, count: usize) -> BTreeSet<usize> {
    let count = count.clamp(2, last.saturating_add(1).max(2));
    (0..count).map(|at| at.saturating_mul(last) / (count - 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::even;

    #[test]
    fn both_ends_are_always_there() {
        assert_eq!(Vec::from_iter(even(600, 3)), [0, 300, 600]);
        assert_eq!(Vec::from_iter(even(3, 100)), [0, 1, 2, 3]);
        assert_eq!(Vec::from_iter(even(1, 5)), [0, 1]);
        assert_eq!(Vec::from_iter(even(0, 5)), [0]);
        assert_eq!(even(15_000, 1000).len(), 1000);
    }
}
