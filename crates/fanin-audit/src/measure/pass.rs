//! The pass over a tensor.

use std::sync::{Mutex, PoisonError};

use fanin_checkpoint::reading::{ElementType, TensorData};
use fanin_core::values::Dtype;
use rayon::prelude::*;

use super::block::Block;
use super::grid::{BLOCKS, Grid};
use super::statistics::Statistics;
use super::tally::Tally;

/// The maximum number of rows or columns whose statistics are kept. If there are more, none are.
const LONGEST: usize = 1 << 22;

/// The maximum number of columns with accumulators in every block.
const WIDEST: usize = 1 << 18;

/// Computes the statistics of a tensor in one pass.
#[must_use]
pub fn pass(data: &TensorData<'_>, grid: Grid) -> Statistics {
    counted(data, grid, None)
}

/// Computes the statistics of a tensor, and counts its cells if asked to.
pub(super) fn counted(data: &TensorData<'_>, grid: Grid, tally: Option<&Mutex<Tally>>) -> Statistics {
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
        let mut block = Block::new(grid, len, rows, columns);
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
        statistics.join(block.statistics);
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
