//! The statistics of the columns of a block.

use super::lanes::{SEED, hashed};
use super::lines::Lines;

/// The number of rows accumulated in 32 bits before they are added to the 64-bit sums.
const ROWS: usize = 128;

/// The accumulators of the columns.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    sum: Vec<f32>,
    squares: Vec<f32>,
    hash: Vec<u32>,
    lines: Lines,
    rows: usize,
}

impl Columns {
    pub(super) fn new(columns: usize) -> Self {
        Self {
            sum: vec![0.0; columns],
            squares: vec![0.0; columns],
            hash: vec![SEED; columns],
            lines: Lines::with_len(columns),
            rows: 0,
        }
    }

    /// Adds a chunk of a row that starts at column `start`.
    #[inline]
    pub(super) fn take(&mut self, start: usize, values: &[f32]) {
        let range = start..start + values.len();
        let (Some(sum), Some(squares), Some(hash), Some(low), Some(high)) = (
            self.sum.get_mut(range.clone()),
            self.squares.get_mut(range.clone()),
            self.hash.get_mut(range.clone()),
            self.lines.low.get_mut(range.clone()),
            self.lines.high.get_mut(range),
        ) else {
            return;
        };
        let sums = sum.iter_mut().zip(squares);
        let others = hash.iter_mut().zip(low).zip(high);
        for ((value, (sum, squares)), ((hash, low), high)) in values.iter().zip(sums).zip(others) {
            let value = value + 0.0;
            *sum += value;
            *squares += value * value;
            *hash = hashed(*hash, value.to_bits());
            *low = if value < *low { value } else { *low };
            *high = if value > *high { value } else { *high };
        }
    }

    /// Ends a row.
    pub(super) fn end_row(&mut self) {
        self.rows += 1;
        if self.rows == ROWS {
            self.pour();
        }
    }

    fn pour(&mut self) {
        self.rows = 0;
        let pour = |from: &mut Vec<f32>, to: &mut Vec<f64>| {
            for (from, to) in from.iter_mut().zip(to) {
                *to += f64::from(std::mem::take(from));
            }
        };
        pour(&mut self.sum, &mut self.lines.sum);
        pour(&mut self.squares, &mut self.lines.squares);
    }

    pub(super) fn end(mut self) -> Lines {
        self.pour();
        self.lines.hash.iter_mut().zip(&self.hash).for_each(|(to, from)| *to = u64::from(*from));
        self.lines
    }
}
