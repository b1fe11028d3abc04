//! Computes panels and copies them into the output: the whole matrix or a window of it.

use super::matrix::Matrix;
use super::panels::{Scratch, reflect};
use super::reflections::{BlockReflection, Reflections};
use super::{Arithmetic, WorkingMemoryError, each};
use crate::values::element::Element;
use crate::values::machine::{InstructionSet, Panels, untouched_zeros};
use crate::values::stream::Stream;

/// Smallest number of multiplications that runs in parallel.
const PARALLEL: u128 = 1 << 24;

/// Largest number of panels in a group. A block is fetched once for all panels of a group.
const GROUP: usize = 4;

/// Target number of groups per thread, so that threads finish at about the same time: the last columns take longest.
const GROUPS_A_THREAD: usize = 4;

/// The number of rows copied at a time. That many elements of a vector fill a cache line.
const COPIED: usize = 16;

/// Writes elements `start` to `start + out.len()` of `gain * Q` or its transpose, where Q is a Haar matrix of the
/// stream, in row-major order (see [`Matrix`]). Each element is rounded to `out`'s type after the product.
///
/// If the orthonormal vectors are the rows, only those in the window are computed, with all reflections up to the last
/// of them. Otherwise the whole matrix is computed and the window is copied from it. Elements of `out` beyond the
/// matrix are left unchanged.
///
/// # Errors
/// Returns [`WorkingMemoryError`] if the working memory cannot be allocated. If the orthonormal vectors are the rows,
/// this is at most `long * (short + g * threads)` scalars besides `out`, where `g` is `short` rounded up to whole
/// panels and at most four panels. If they are the columns, it is `2 * long * short` scalars, rounded up in the same
/// way.
pub(crate) fn fill_orthogonal<T>(
    stream: Stream,
    matrix: Matrix,
    gain: f64,
    start: usize,
    out: &mut [T],
) -> Result<(), WorkingMemoryError>
where
    T: Element,
    T::Real: Arithmetic,
{
    let len = matrix.rows.saturating_mul(matrix.columns);
    let count = out.len().min(len.saturating_sub(start));
    let out = &mut out[..count];
    if out.is_empty() {
        return Ok(());
    }
    let (long, short) = (matrix.long() as u128, matrix.short() as u128);
    let parallel = long * short * short >= PARALLEL;
    let threads = if parallel { rayon::current_num_threads() } else { 1 };
    let panels = matrix.short().div_ceil(T::Real::PANEL);
    let group = if threads > 1 { panels / (GROUPS_A_THREAD * threads) } else { panels };
    let call = Call {
        set: InstructionSet::chosen(),
        stream,
        matrix,
        gain: T::Real::from_f64(gain),
        parallel,
        group: group.clamp(1, GROUP),
    };
    let done = if matrix.vectors_are_rows() { call.rows(start, out) } else { call.columns(start, out) };
    done.ok_or(WorkingMemoryError { rows: matrix.rows, columns: matrix.columns })
}

/// The parameters of a fill.
#[derive(Clone, Copy, Debug)]
struct Call<R> {
    set: InstructionSet,
    stream: Stream,
    matrix: Matrix,
    gain: R,
    parallel: bool,
    /// The number of panels in a group.
    group: usize,
}

/// A group of panels, starting at vector `first`, and the part of the window that it is copied to, starting at element
/// `start`.
struct Group<'a, T> {
    first: usize,
    start: usize,
    out: &'a mut [T],
}

impl<R: Arithmetic> Call<R> {
    /// Returns the number of scalars in a group of panels.
    fn group_len(self) -> Option<usize> {
        self.matrix.long().checked_mul(self.group * R::PANEL)
    }

    /// Computes the group that starts at vector `first`. `panels` must hold zeros.
    fn reflect(self, blocks: &[BlockReflection<'_, R>], first: usize, panels: &mut [R], scratch: &mut Scratch<R>) {
        let end = first + self.group * R::PANEL;
        let needed = blocks.iter().take_while(|reflection| reflection.block.first < end).count();
        reflect(self.set, &blocks[..needed], first, self.matrix.long(), panels, scratch);
    }

    /// Computes `gain * q`, rounded to the element type.
    fn place<T: Element<Real = R>>(self, q: R) -> T {
        // Adding zero turns -0.0 into 0.0.
        T::from_real(q * self.gain + R::default())
    }

    /// Fills the window when the orthonormal vectors are the rows, computing and copying group by group.
    fn rows<T: Element<Real = R>>(self, start: usize, mut out: &mut [T]) -> Option<()> {
        let (long, group) = (self.matrix.long(), self.group_len()?);
        let end = start + out.len();
        let reflections = Reflections::draw(self.set, self.stream, self.matrix, end.div_ceil(long), self.parallel)?;
        let blocks = reflections.blocks();
        let mut groups = Vec::new();
        let mut at = start;
        while !out.is_empty() {
            let number = at / group;
            let now = out.split_off_mut(..((number + 1) * group - at).min(out.len()))?;
            let len = now.len();
            groups.push(Group { first: number * self.group * R::PANEL, start: at, out: now });
            at += len;
        }
        // Start with the last groups, which take longest.
        groups.reverse();
        let memory = || Some((untouched_zeros::<R>(group)?, Scratch::new(self.group)?));
        each(self.parallel, groups, memory, |(panels, scratch), group| {
            panels.fill(R::default());
            self.reflect(&blocks, group.first, panels, scratch);
            self.copy_vectors(panels, group);
            Some(())
        })
    }

    /// Copies the vectors of a group to the window, where each vector is contiguous.
    fn copy_vectors<T: Element<Real = R>>(self, panels: &[R], group: Group<'_, T>) {
        let long = self.matrix.long();
        let Group { first, start, out } = group;
        let end = start + out.len();
        for (number, panel) in panels.chunks_exact(long * R::PANEL).enumerate() {
            let vector = first + number * R::PANEL;
            for (tile, rows) in panel.chunks(COPIED * R::PANEL).enumerate() {
                for lane in 0..R::PANEL {
                    let place = (vector + lane) * long + tile * COPIED;
                    let (from, to) = (place.max(start), (place + rows.len() / R::PANEL).min(end));
                    let Some(out) = out.get_mut(from - start..to.saturating_sub(start)) else { continue };
                    for (row, value) in out.iter_mut().enumerate() {
                        *value = self.place(rows[(row + from - place) * R::PANEL + lane]);
                    }
                }
            }
        }
    }

    /// Fills the window when the orthonormal vectors are the columns, computing all panels before copying.
    fn columns<T: Element<Real = R>>(self, start: usize, out: &mut [T]) -> Option<()> {
        let (long, short, group) = (self.matrix.long(), self.matrix.short(), self.group_len()?);
        let panel = long.checked_mul(R::PANEL)?;
        let mut panels = untouched_zeros::<R>(short.div_ceil(R::PANEL).checked_mul(panel)?)?;
        {
            let reflections = Reflections::draw(self.set, self.stream, self.matrix, short, self.parallel)?;
            let blocks = reflections.blocks();
            let groups: Vec<_> = panels.chunks_mut(group).enumerate().rev().collect();
            each(
                self.parallel,
                groups,
                || Scratch::new(self.group),
                |scratch, (number, panels)| {
                    self.reflect(&blocks, number * self.group * R::PANEL, panels, scratch);
                    Some(())
                },
            )?;
        }
        let mut pieces = Vec::new();
        let (mut at, mut rest) = (start, out);
        while !rest.is_empty() {
            let next = (at / short + COPIED) * short;
            let now = rest.split_off_mut(..(next - at).min(rest.len()))?;
            let len = now.len();
            pieces.push((at, now));
            at += len;
        }
        each(
            self.parallel,
            pieces,
            || Some(()),
            |(), (start, out)| {
                let mut at = start;
                let mut out = out;
                while !out.is_empty() {
                    let (row, column) = (at / short, at % short);
                    let lane = column % R::PANEL;
                    let count = (R::PANEL - lane).min(short - column).min(out.len());
                    let from = column / R::PANEL * panel + row * R::PANEL + lane;
                    for (value, q) in out.split_off_mut(..count)?.iter_mut().zip(&panels[from..from + count]) {
                        *value = self.place(*q);
                    }
                    at += count;
                }
                Some(())
            },
        )
    }
}
