//! Statistics of rows or of columns.

/// Statistics of every row, or of every column, of a matrix.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// The sums.
    pub sum: Vec<f64>,
    /// The sums of squares.
    pub squares: Vec<f64>,
    /// The smallest values.
    pub low: Vec<f32>,
    /// The largest values.
    pub high: Vec<f32>,
    /// Hashes of the values, with `-0` as `0`. Equal lines have equal hashes.
    pub hash: Vec<u64>,
}

impl Lines {
    pub(super) fn with_len(len: usize) -> Self {
        Self {
            sum: vec![0.0; len],
            squares: vec![0.0; len],
            low: vec![f32::INFINITY; len],
            high: vec![f32::NEG_INFINITY; len],
            hash: vec![0; len],
        }
    }

    /// The number of lines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sum.len()
    }

    /// Whether there are no lines.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sum.is_empty()
    }

    /// Whether every value of a line is zero; `false` past the end.
    #[must_use]
    pub fn is_zero(&self, line: usize) -> bool {
        self.low.get(line) == Some(&0.0) && self.high.get(line) == Some(&0.0)
    }

    /// The lines with values other than zero.
    pub(crate) fn without_zeros(&self) -> Self {
        fn of<T: Copy>(values: &[T], kept: &[usize]) -> Vec<T> {
            kept.iter().filter_map(|line| values.get(*line)).copied().collect()
        }
        let kept: Vec<usize> = (0..self.len()).filter(|line| !self.is_zero(*line)).collect();
        Self {
            sum: of(&self.sum, &kept),
            squares: of(&self.squares, &kept),
            low: of(&self.low, &kept),
            high: of(&self.high, &kept),
            hash: of(&self.hash, &kept),
        }
    }

    /// Appends lines.
    pub(super) fn append(&mut self, mut more: Self) {
        self.sum.append(&mut more.sum);
        self.squares.append(&mut more.squares);
        self.low.append(&mut more.low);
        self.high.append(&mut more.high);
        self.hash.append(&mut more.hash);
    }

    /// Merges statistics of further elements of the same lines.
    pub(super) fn add(&mut self, more: &Self) {
        self.sum.iter_mut().zip(&more.sum).for_each(|(all, more)| *all += more);
        self.squares.iter_mut().zip(&more.squares).for_each(|(all, more)| *all += more);
        self.low.iter_mut().zip(&more.low).for_each(|(all, more)| *all = all.min(*more));
        self.high.iter_mut().zip(&more.high).for_each(|(all, more)| *all = all.max(*more));
        self.hash.iter_mut().zip(&more.hash).for_each(|(all, more)| *all = mixed(*all, *more));
    }
}

/// Continues a hash with the finalizer of `SplitMix64` (Steele, Lea & Flood 2014).
pub(crate) fn mixed(hash: u64, more: u64) -> u64 {
    let mut word = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(more).wrapping_add(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
