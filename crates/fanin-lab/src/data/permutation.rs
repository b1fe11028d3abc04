//! Random permutations that are the same on every machine.

use fanin_core::values::ElementRng;
use rand::Rng as _;

/// Shuffles items: Fisher-Yates in Durstenfeld's form, from the last position to the first.
///
/// A position is drawn as `(w n) >> 64` from one 64-bit word `w`. There is no rejection, so the number of draws is
/// fixed, and a position's probability is off by less than `n / 2^64`.
///
/// Source: Durstenfeld, *Algorithm 235: random permutation*, Communications of the ACM 7 (1964).
pub(super) fn shuffle<T>(items: &mut [T], rng: &mut ElementRng) {
    for last in (1..items.len()).rev() {
        let places = last as u128 + 1;
        let place = usize::try_from((u128::from(rng.next_u64()) * places) >> 64).unwrap_or(last);
        items.swap(last, place);
    }
}

#[cfg(test)]
mod tests {
    use fanin_core::{Key, Seed, values::ElementRng};

    use super::shuffle;

    #[test]
    fn known_order() {
        let mut items: Vec<usize> = (0..10).collect();
        shuffle(&mut items, &mut ElementRng::new(Key::new(Seed(0), "order").elements(), 0));
        assert_eq!(items, [4, 2, 0, 9, 8, 7, 1, 6, 5, 3]);
    }

    /// Chi-square test of n = 24,000 permutations of 4 items in 24 cells (23 degrees of freedom, alpha 0.001): the
    /// limit is 49.7.
    #[test]
    fn every_order_is_as_likely() {
        let (mut counts, n) = (std::collections::BTreeMap::new(), 24_000_u32);
        for index in 0..n {
            let mut items = [0, 1, 2, 3];
            shuffle(&mut items, &mut ElementRng::new(Key::new(Seed(1), "order").elements(), index.into()));
            *counts.entry(items).or_insert(0_u32) += 1;
        }
        let expected = f64::from(n) / 24.0;
        let chi_square: f64 = counts.values().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
        assert_eq!(counts.len(), 24);
        assert!(chi_square < 49.7, "{chi_square}");
    }

    #[test]
    fn few_items() {
        let mut rng = ElementRng::new(Key::new(Seed(0), "order").elements(), 0);
        shuffle::<u8>(&mut [], &mut rng);
        let mut one = [7];
        shuffle(&mut one, &mut rng);
        assert_eq!(one, [7]);
    }
}
