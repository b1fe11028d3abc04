//! Haar-distributed orthogonal matrices, generated without a factorization.
//!
//! The product of Householder reflections along Gaussian vectors of decreasing length and of random signs is uniformly
//! distributed over the orthogonal matrices. It is the Q of a Gaussian matrix whose R has a positive diagonal, but R is
//! never computed. Source: Stewart, *The efficient generation of random orthogonal matrices with an application to
//! condition estimators*, SIAM J. Numer. Anal. 17 (1980), section 3.
//!
//! | file | contents |
//! |---|---|
//! | `matrix` | the shape, its long and short sides, and its blocks |
//! | `reflections` | blocks of 64 reflections, drawn from the stream |
//! | `triangle` | the triangle T of their product `I - V T V'` (Schreiber & Van Loan 1989) |
//! | `panels` | application of all blocks to panels of columns |
//! | `window` | copying from panels to the output |
//!
//! `VALUES.md`, under *Orthogonal*, specifies the order of all sums. Panels are independent and a vector's lanes run
//! over the columns of a panel, so neither the number of threads nor the vector width affects the result.

mod matrix;
mod panels;
mod reflections;
#[cfg(test)]
mod tests;
mod triangle;
mod window;

use std::ops::{Add, Mul};
use std::sync::Mutex;

use rayon::prelude::*;

use super::block::Blocks;
use super::element::Element;
use super::machine::{InstructionSet, Panels};
use super::normal::Normal;
use super::stream::Stream;
use super::window::Window;

pub(crate) use matrix::Matrix;
pub(crate) use window::fill_orthogonal;

/// The number of reflections in a block.
const BLOCK: usize = 64;

/// The number of rows in a chunk. Products are summed sequentially within a chunk, then the chunk totals are added in
/// order.
const CHUNK: usize = 128;

/// The error returned when the reflections and panels do not fit in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the reflections of an orthogonal matrix of {rows} x {columns} do not fit in memory; use a smaller axis")]
pub(crate) struct WorkingMemoryError {
    /// The number of rows.
    pub(crate) rows: usize,
    /// The number of columns.
    pub(crate) columns: usize,
}

/// An arithmetic type with the operations that the orthogonal engine needs beyond a fill.
pub(crate) trait Arithmetic: Element<Real = Self> + Panels + Add<Output = Self> + Mul<Output = Self> {
    /// Fills `out` with unit normals of the stream, starting at index `start`, on the current thread.
    fn normals(set: InstructionSet, stream: Stream, start: u64, out: &mut [Self]);
}

impl Arithmetic for f32 {
    fn normals(set: InstructionSet, stream: Stream, start: u64, out: &mut [Self]) {
        Window { stream, start, out }.fill_with(set, &Blocks::<_, 4>(Normal::<Self>::new(0.0, 1.0)));
    }
}

impl Arithmetic for f64 {
    fn normals(set: InstructionSet, stream: Stream, start: u64, out: &mut [Self]) {
        Window { stream, start, out }.fill_with(set, &Blocks::<_, 2>(Normal::<Self>::new(0.0, 1.0)));
    }
}

/// Runs every piece of work, on the current pool's threads if `parallel`, starting pieces in order. Each thread has its
/// own scratch memory. Returns `None` as soon as a piece or the scratch allocation does.
fn each<W: Send, S>(
    parallel: bool,
    work: Vec<W>,
    scratch: impl Fn() -> Option<S> + Sync,
    run: impl Fn(&mut S, W) -> Option<()> + Sync,
) -> Option<()> {
    let threads = if parallel { rayon::current_num_threads().min(work.len()) } else { 1 };
    if threads <= 1 {
        let mut scratch = scratch()?;
        return work.into_iter().try_for_each(|piece| run(&mut scratch, piece));
    }
    let queue = Mutex::new(work.into_iter());
    (0..threads).into_par_iter().with_max_len(1).try_for_each(|_| {
        let mut scratch = scratch()?;
        loop {
            // The lock is released before the piece runs.
            let piece = queue.lock().ok()?.next();
            match piece {
                Some(piece) => run(&mut scratch, piece)?,
                None => return Some(()),
            }
        }
    })
}
