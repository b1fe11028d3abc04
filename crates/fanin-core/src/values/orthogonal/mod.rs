//! Orthogonal matrices, uniform by Haar's measure, without a factorization.
//!
//! The product of Householder reflections along Gaussian vectors of falling length, and of random signs, is uniform among the
//! orthogonal matrices: it is the Q of a Gaussian matrix whose R has a positive diagonal, and no R is computed. Source: Stewart,
//! *The efficient generation of random orthogonal matrices with an application to condition estimators*, SIAM J. Numer. Anal. 17
//! (1980), section 3.
//!
//! | file | what it holds |
//! |---|---|
//! | `matrix` | the shape, its long and its short side, and its blocks |
//! | `reflections` | a block of 64 reflections, from the stream |
//! | `triangle` | their product `I - V T V'`: the triangle T (Schreiber & Van Loan 1989) |
//! | `panels` | panels of columns, through all blocks |
//! | `window` | from panels to the memory that is lent |
//!
//! `VALUES.md`, under *Orthogonal*, says which sums run in which order. Panels do not meet: neither the number of threads nor the width of
//! vectors enters, for a vector's lanes run over the columns of a panel.

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

/// Reflections in a block.
const BLOCK: usize = 64;

/// Rows whose products are added one after the other; the totals of chunks are then added in order.
const CHUNK: usize = 128;

/// Memory for the reflections and the panels that this machine does not give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the reflections of an orthogonal matrix of {rows} x {columns} do not fit memory; make an axis smaller")]
pub(crate) struct WorkingMemoryError {
    /// The rows.
    pub(crate) rows: usize,
    /// The columns.
    pub(crate) columns: usize,
}

/// The two arithmetics, with what the engine asks of them beyond a fill.
pub(crate) trait Arithmetic: Element<Real = Self> + Panels + Add<Output = Self> + Mul<Output = Self> {
    /// Unit normals of the stream from index `start` on, on this thread.
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

/// Runs every piece of work, on the current pool's threads if it is `parallel`, the first pieces first. Each thread has scratch
/// memory of its own. `None` as soon as a piece, or the scratch, gives it.
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
            // The lock is given back before the piece is worked on.
            let piece = queue.lock().ok()?.next();
            match piece {
                Some(piece) => run(&mut scratch, piece)?,
                None => return Some(()),
            }
        }
    })
}
