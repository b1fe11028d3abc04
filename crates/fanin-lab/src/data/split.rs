//! Splitting rows into a training part and a held-out part.

use std::fmt;

use fanin_core::{Key, Seed, values::ElementRng};

use super::permutation::shuffle;

/// A stratified split: the same fraction of each class, drawn from a seed, is held out.
///
/// Holds out `held_out * n` rows of a class with `n >= 2` rows, rounded half up, at least 1 and at most `n - 1`. The
/// row of a class with a single row is used for training. Rows keep their order within each part.
///
/// ```
/// use fanin_lab::data::Split;
///
/// let (train, held_out) = Split::default().rows(&[0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
/// assert_eq!((train.len(), held_out.len()), (8, 2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// The fraction of each class that is held out, between 0 and 1.
    pub held_out: f64,
    /// The seed that selects the held-out rows. In the address, the name is `data.split` and the element is the class.
    pub seed: Seed,
}

impl Default for Split {
    /// Holds out a fifth, with seed 0.
    fn default() -> Self {
        Self { held_out: 0.2, seed: Seed(0) }
    }
}

impl Split {
    /// Returns the training rows and the held-out rows, each in ascending order. Row `i` has class `labels[i]`.
    #[must_use]
    pub fn rows(&self, labels: &[usize]) -> (Vec<usize>, Vec<usize>) {
        let mut by_class: Vec<(usize, usize)> =
            labels.iter().copied().enumerate().map(|(row, class)| (class, row)).collect();
        by_class.sort_unstable();
        let (mut train, mut held_out) = (Vec::new(), Vec::new());
        for class in by_class.chunk_by_mut(|a, b| a.0 == b.0) {
            let index = class.first().map_or(0, |(class, _)| *class as u64);
            shuffle(class, &mut ElementRng::new(Key::new(self.seed, "data.split").elements(), index));
            let (out, kept) = class.split_at(self.count(class.len()));
            held_out.extend(out.iter().map(|(_, row)| *row));
            train.extend(kept.iter().map(|(_, row)| *row));
        }
        train.sort_unstable();
        held_out.sort_unstable();
        (train, held_out)
    }

    /// Returns how many of `n` rows of a class are held out.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, and min follows")]
    #[expect(clippy::cast_precision_loss, reason = "a data set has fewer than 2^53 rows")]
    fn count(&self, n: usize) -> usize {
        let part = (self.held_out * n as f64 + 0.5) as usize;
        part.max(1).min(n.saturating_sub(1))
    }
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of each class held out, drawn from seed {}", self.held_out, self.seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disjoint_complete_and_stratified() {
        let labels: Vec<usize> = (0..103).map(|row| usize::from(row % 10 == 0) + usize::from(row == 50)).collect();
        let (train, held_out) = Split::default().rows(&labels);
        let mut all: Vec<usize> = train.iter().chain(&held_out).copied().collect();
        all.sort_unstable();
        assert_eq!(all, (0..103).collect::<Vec<_>>());
        let count = |rows: &[usize], class| rows.iter().filter(|row| labels[**row] == class).count();
        // 92, 10 and 1 rows.
        assert_eq!([0, 1, 2].map(|class| count(&held_out, class)), [18, 2, 0]);
        assert!(train.is_sorted() && held_out.is_sorted());
    }

    #[test]
    fn the_seed_alone_decides() {
        let labels: Vec<usize> = (0..50).map(|row| row % 2).collect();
        let split = |seed| Split { held_out: 0.3, seed: Seed(seed) }.rows(&labels);
        assert_eq!(split(1), split(1));
        assert_ne!(split(1), split(2));
    }

    #[test]
    fn extreme_fractions_leave_both_parts_something() {
        for held_out in [0.0, 1e-9, 0.999, 1.0, 7.0, -3.0, f64::NAN, f64::INFINITY] {
            let (train, out) = Split { held_out, seed: Seed(0) }.rows(&[0, 0, 1, 1, 1]);
            assert!(train.len() >= 2 && out.len() >= 2, "{held_out}");
        }
        assert_eq!(Split::default().rows(&[]), (vec![], vec![]));
    }
}
