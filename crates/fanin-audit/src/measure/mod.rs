//! One pass over a tensor that computes every statistic the rules need.
//!
//! Identification and comparison also count the cells in the same pass. Rules read values again only to confirm that lines
//! with equal hashes are equal.
//!
//! # Speed and reproducibility
//! A tensor is read as a matrix, row by row, in chunks that fit into the L1 cache. Two plain loops process each chunk, one with
//! eight lanes for the statistics of the row and one along the accumulators of the columns; the compiler vectorizes both. Large
//! tensors are split into blocks of rows whose boundaries depend only on the shape, and the results of the blocks are merged in
//! order, so no number depends on the number of threads.

#![allow(clippy::inline_always, reason = "functions that are not inlined lose their vectorization")]
#![allow(clippy::needless_range_loop, reason = "a lane is an index into several arrays at once")]

mod block;
mod cells;
mod columns;
mod counts;
mod grid;
mod lanes;
mod lines;
mod sample;

use std::sync::{Mutex, PoisonError};

use fanin_core::values::Dtype;
use rayon::prelude::*;

use block::Block;
pub(crate) use cells::Cell;
use counts::Tally;
pub(crate) use counts::{Counts, number};
use fanin_checkpoint::reading::{ElementType, TensorData};
use grid::BLOCKS;
pub use grid::Grid;
pub use lines::Lines;
pub(crate) use lines::mixed;
pub use sample::SAMPLE;

/// The maximum number of rows or columns whose statistics are kept. If there are more, none are.
const LONGEST: usize = 1 << 22;

/// The maximum number of columns with accumulators in every block.
const WIDEST: usize = 1 << 18;

/// The number of elements that a thread sums in 64 bits: a multiple of the number read at a time.
const PIECE: usize = 1 << 18;

/// The statistics of a tensor.
#[derive(Clone, Debug)]
pub struct Statistics {
    /// The number of elements.
    pub len: usize,
    /// The number of NaN and infinite values. If there are any, sums and extremes are meaningless.
    pub non_finite: u64,
    /// The sum.
    pub sum: f64,
    /// The sum of squares.
    pub squares: f64,
    /// The smallest value.
    pub low: f32,
    /// The largest value.
    pub high: f32,
    /// A hash of the values, with `-0` as `0`. Equal tensors have equal hashes.
    pub hash: u64,
    /// Statistics of each row, if rows are meaningful and not too many.
    pub rows: Option<Lines>,
    /// Statistics of each column, under the same condition.
    pub columns: Option<Lines>,
    /// Up to [`SAMPLE`] finite values, spread evenly over the tensor, in ascending order.
    pub sample: Vec<f32>,
}

/// Computes the statistics of a tensor in one pass.
#[must_use]
pub fn pass(data: &TensorData<'_>, grid: Grid) -> Statistics {
    read(data, grid, None)
}

/// Computes the statistics of a tensor, and counts its cells if asked to.
fn read(data: &TensorData<'_>, grid: Grid, tally: Option<&Mutex<Tally>>) -> Statistics {
    let len = data.len();
    let keeps = |lines: usize, most: usize| grid.lines && lines <= most && lines > 0;
    let wide = !keeps(grid.columns, WIDEST);
    let (rows, columns) = (keeps(grid.rows, LONGEST), !wide);
    // A few very wide rows are split like a vector.
    let grid = if wide && grid.lines && grid.rows < BLOCKS { Grid::vector(len) } else { grid };
    let rows = rows && grid.lines;
    let height = grid.rows_in_a_block();
    let blocks: Vec<usize> = (0..grid.rows).step_by(height.max(1)).collect();
    let count = |start: &usize| {
        let mut block = Block::new(grid, rows, columns);
        let mut part = tally.map(|tally| tally.lock().unwrap_or_else(PoisonError::into_inner).part());
        block.read(data, *start..(*start + height).min(grid.rows), part.as_mut());
        if let (Some(tally), Some(part)) = (tally, part) {
            tally.lock().unwrap_or_else(PoisonError::into_inner).add(part);
        }
        block
    };
    let counted: Vec<Block> =
        if blocks.len() > 1 { blocks.par_iter().map(count).collect() } else { blocks.iter().map(count).collect() };
    let mut statistics = Statistics::empty(len);
    for block in counted {
        statistics.join(block);
    }
    let overflows = statistics.non_finite > 0 && data.element() == ElementType::Float(Dtype::F64);
    // Likelihoods and comparisons need all digits.
    if overflows || tally.is_some() || !statistics.is_constant() && statistics.is_far_from_zero() {
        statistics.sum_precisely(data);
    }
    sort(&mut statistics.sample);
    statistics
}

/// Sorts values in their total order. Integers are sorted faster than floats.
fn sort(values: &mut [f32]) {
    let flipped = |bits: i32| bits ^ (bits >> 31 & i32::MAX);
    let mut keys: Vec<i32> = values.iter().map(|value| flipped(value.to_bits().cast_signed())).collect();
    keys.sort_unstable();
    for (value, key) in values.iter_mut().zip(keys) {
        *value = f32::from_bits(flipped(key).cast_unsigned());
    }
}

impl Statistics {
    fn empty(len: usize) -> Self {
        Self {
            len,
            non_finite: 0,
            sum: 0.0,
            squares: 0.0,
            low: f32::INFINITY,
            high: f32::NEG_INFINITY,
            hash: 0,
            rows: None,
            columns: None,
            sample: Vec::new(),
        }
    }

    /// Sums in 64 bits, where values that overflow 32 bits are finite and small deviations from a large mean are not lost.
    fn sum_precisely(&mut self, data: &TensorData<'_>) {
        let piece = |start: usize| {
            let (mut buffer, mut sums) = ([0.0_f64; 1024], (0, 0.0, 0.0));
            for at in (start..data.len().min(start + PIECE)).step_by(buffer.len()) {
                let read = data.read_f64(at, &mut buffer);
                for value in &buffer[..read] {
                    sums = (sums.0 + u64::from(!value.is_finite()), sums.1 + value, sums.2 + value * value);
                }
            }
            sums
        };
        let pieces: Vec<_> = (0..data.len()).into_par_iter().step_by(PIECE).map(piece).collect();
        let add = |a: (u64, f64, f64), b: (u64, f64, f64)| (a.0 + b.0, a.1 + b.1, a.2 + b.2);
        (self.non_finite, self.sum, self.squares) = pieces.into_iter().fold((0, 0.0, 0.0), add);
    }

    fn join(&mut self, block: Block) {
        self.non_finite += block.non_finite;
        self.sum += block.sum;
        self.squares += block.squares;
        self.low = self.low.min(block.low);
        self.high = self.high.max(block.high);
        self.hash = lines::mixed(self.hash, block.hash);
        self.sample.extend(block.sample);
        if let Some(rows) = block.rows {
            self.rows.get_or_insert_with(Lines::default).append(rows);
        }
        if let Some(columns) = block.columns {
            match &mut self.columns {
                Some(all) => all.add(&columns),
                None => self.columns = Some(columns),
            }
        }
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.sum / self.count()
    }

    /// The standard deviation around the mean.
    #[must_use]
    pub fn std(&self) -> f64 {
        self.variance().sqrt()
    }

    /// The variance.
    #[must_use]
    pub fn variance(&self) -> f64 {
        if self.low == self.high {
            return 0.0;
        }
        let mean = self.mean();
        (self.squares / self.count() - mean * mean).max(0.0)
    }

    /// The sum of squared distances from `origin`.
    #[must_use]
    pub fn squares_about(&self, origin: f64) -> f64 {
        let off = self.mean() - origin;
        (self.variance() + off * off) * self.count()
    }

    /// Whether the values deviate so little from their mean that 32-bit sums lose the deviation.
    pub(crate) fn is_far_from_zero(&self) -> bool {
        let mean = self.mean();
        self.variance() < mean * mean / 16.0
    }

    /// The root mean square.
    #[must_use]
    pub fn root_mean_square(&self) -> f64 {
        (self.squares / self.count()).sqrt()
    }

    /// The largest absolute value.
    #[must_use]
    pub fn greatest(&self) -> f32 {
        self.high.max(-self.low)
    }

    /// Whether every value is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.is_constant() && self.high == 0.0
    }

    /// Whether all values are equal.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.len > 0 && self.non_finite == 0 && self.low == self.high
    }

    /// Whether sums and extremes are meaningful: there are values, all are finite, and no square overflows `f32`.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.len > 0 && self.non_finite == 0 && self.squares.is_finite()
    }

    #[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 elements")]
    pub(crate) fn count(&self) -> f64 {
        self.len.max(1) as f64
    }
}

#[cfg(test)]
mod tests;
