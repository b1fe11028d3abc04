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
mod pass;
mod sample;
mod statistics;
mod tally;

pub(crate) use cells::Cell;
pub(crate) use counts::{Counts, number};
pub use grid::Grid;
pub use lines::Lines;
pub(crate) use lines::mixed;
pub use pass::pass;
pub use sample::SAMPLE;
pub use statistics::Statistics;

#[cfg(test)]
mod tests;
