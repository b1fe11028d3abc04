//! One pass over a tensor: every statistic that a rule of one pass needs.
//!
//! Rules decide, the pass counts: a rule never reads values that the pass could have seen, with the one exception of proving
//! that lines with the same hash are equal indeed.
//!
//! # How it is fast, and always the same
//! A tensor is read as a matrix, row by row, in chunks that stay in the first cache. Two plain loops see each chunk, one with
//! eight lanes for the row's statistics, one along the columns' accumulators; the compiler makes vectors of both. Large
//! tensors are cut into blocks of rows whose borders depend on the shape alone, and the blocks' results are joined in their
//! order: no number depends on the threads.

#![allow(
    clippy::inline_always,
    reason = "what is not inlined is compiled for the baseline alone, and loses its vectors"
)]
#![allow(clippy::needless_range_loop, reason = "a lane is an index into several arrays at once")]

mod block;
mod columns;
mod lanes;
mod lines;
mod sample;

use fanin_core::values::Dtype;
use rayon::prelude::*;

use crate::reading::{ElementType, TensorData};
use block::Block;
pub use lines::Lines;
pub use sample::SAMPLE;

/// The shape of the matrix that a tensor is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// The rows, contiguous in memory.
    pub rows: usize,
    /// The elements of a row.
    pub columns: usize,
    /// Whether rows and columns mean something. A vector is cut into rows for the pass alone.
    pub lines: bool,
}

/// The longest vector of line statistics that is kept, in lines. A longer side has none.
const LONGEST: usize = 1 << 22;

/// The most columns that have accumulators of their own in every block.
const WIDEST: usize = 1 << 18;

/// The elements of a block, unless its rows are wider.
const BLOCK: usize = 1 << 20;

/// The rows of a block at the least: accumulators for columns stay small beside the values.
const ROWS: usize = 128;

/// The most blocks of one tensor.
const BLOCKS: usize = 64;

/// The elements of a row of a vector.
const CUT: usize = 4096;

/// What one pass over a tensor has counted.
#[derive(Clone, Debug)]
pub struct Statistics {
    /// The elements.
    pub len: usize,
    /// Those that are NaN or infinite. Where there are any, sums and extremes mean nothing.
    pub non_finite: u64,
    /// The sum.
    pub sum: f64,
    /// The sum of squares.
    pub squares: f64,
    /// The least value.
    pub low: f32,
    /// The greatest value.
    pub high: f32,
    /// A hash of the values, `-0` as `0`. Equal tensors have equal hashes.
    pub hash: u64,
    /// Statistics of each row, if rows mean something and are not too many.
    pub rows: Option<Lines>,
    /// Statistics of each column, likewise.
    pub columns: Option<Lines>,
    /// Up to [`SAMPLE`] values, spread evenly over the tensor, rising. NaN and infinities are left out.
    pub sample: Vec<f32>,
}

impl Grid {
    /// A matrix.
    #[must_use]
    pub fn matrix(rows: usize, columns: usize) -> Self {
        Self { rows, columns, lines: true }
    }

    /// A vector, or a tensor whose lines mean nothing.
    #[must_use]
    pub fn vector(len: usize) -> Self {
        Self { rows: len.div_ceil(CUT), columns: len.min(CUT), lines: false }
    }

    fn rows_in_a_block(self) -> usize {
        let by_size = (BLOCK / self.columns.max(1)).max(ROWS);
        by_size.max(self.rows.div_ceil(BLOCKS))
    }
}

/// Reads a tensor once.
#[must_use]
pub fn pass(data: &TensorData<'_>, grid: Grid) -> Statistics {
    let len = data.len();
    let keeps = |lines: usize, most: usize| grid.lines && lines <= most && lines > 0;
    let wide = !keeps(grid.columns, WIDEST);
    let (rows, columns) = (keeps(grid.rows, LONGEST), !wide);
    // A few very wide rows are shared out as a vector is.
    let grid = if wide && grid.lines && grid.rows < BLOCKS { Grid::vector(len) } else { grid };
    let rows = rows && grid.lines;
    let height = grid.rows_in_a_block();
    let blocks: Vec<usize> = (0..grid.rows).step_by(height.max(1)).collect();
    let count = |start: &usize| {
        let mut block = Block::new(grid, rows, columns);
        block.read(data, *start..(*start + height).min(grid.rows));
        block
    };
    let counted: Vec<Block> =
        if blocks.len() > 1 { blocks.par_iter().map(count).collect() } else { blocks.iter().map(count).collect() };
    let mut statistics = Statistics::empty(len);
    for block in counted {
        statistics.join(block);
    }
    if statistics.non_finite > 0 && data.element() == ElementType::Float(Dtype::F64) {
        statistics.non_finite = non_finite_f64(data);
    }
    statistics.sample.sort_unstable_by(f32::total_cmp);
    statistics
}

/// The values of 64 bits that are NaN or infinite, without those that only 32 bits cannot hold.
fn non_finite_f64(data: &TensorData<'_>) -> u64 {
    let mut buffer = [0.0_f64; 1024];
    let (mut start, mut non_finite) = (0, 0);
    loop {
        let read = data.read_f64(start, &mut buffer);
        if read == 0 {
            return non_finite;
        }
        non_finite += buffer[..read].iter().filter(|value| !value.is_finite()).count() as u64;
        start += read;
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

    /// The standard deviation about the mean.
    #[must_use]
    pub fn std(&self) -> f64 {
        let mean = self.mean();
        (self.squares / self.count() - mean * mean).max(0.0).sqrt()
    }

    /// The root of the mean square.
    #[must_use]
    pub fn root_mean_square(&self) -> f64 {
        (self.squares / self.count()).sqrt()
    }

    /// The greatest absolute value.
    #[must_use]
    pub fn greatest(&self) -> f32 {
        self.high.max(-self.low)
    }

    /// Whether every value is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.is_constant() && self.high == 0.0
    }

    /// Whether every value is the same.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.len > 0 && self.non_finite == 0 && self.low == self.high
    }

    /// Whether sums and extremes mean something: there are values, all finite, and no square is beyond `f32`.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.len > 0 && self.non_finite == 0 && self.squares.is_finite()
    }

    #[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 elements")]
    fn count(&self) -> f64 {
        self.len.max(1) as f64
    }
}

#[cfg(test)]
mod tests;
