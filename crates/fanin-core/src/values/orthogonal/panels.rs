//! Applies all blocks of reflections to panels of columns of Q.

use super::reflections::BlockReflection;
use super::{Arithmetic, BLOCK, CHUNK};
use crate::values::machine::{InstructionSet, Onto, Product, untouched_zeros};

/// The number of rows reflected at a time. Their vectors stay in the innermost cache for all panels of a group.
const ROWS: usize = 64;

/// Scratch memory for the products of a group of panels.
#[derive(Debug)]
pub(super) struct Scratch<R> {
    /// `V' C`, panel after panel.
    projections: Vec<R>,
    /// `T V' C`, panel after panel.
    turned: Vec<R>,
}

impl<R: Arithmetic> Scratch<R> {
    /// Allocates scratch memory for groups of `group` panels.
    pub(super) fn new(group: usize) -> Option<Self> {
        let len = group * BLOCK * R::PANEL;
        Some(Self { projections: untouched_zeros(len)?, turned: untouched_zeros(len)? })
    }
}

/// Computes adjacent panels of Q, starting at column `first`.
///
/// `panels` holds zeros, with `rows` rows per panel, panel after panel. `blocks` holds all blocks that columns up to
/// the last of these need, in order.
///
/// Each panel starts as signed columns of the identity. Then `C = C - V (T (V' C))` is applied for each block, from
/// last to first.
pub(super) fn reflect<R: Arithmetic>(
    set: InstructionSet,
    blocks: &[BlockReflection<'_, R>],
    first: usize,
    rows: usize,
    panels: &mut [R],
    scratch: &mut Scratch<R>,
) {
    let width = R::PANEL;
    for reflection in blocks.iter().rev() {
        let block = reflection.block;
        // Skip panels whose columns all come before the block: their rows are still 0 there.
        let reached = |panel: usize| first + (panel + 1) * width > block.first;
        for (panel, columns) in panels.chunks_exact_mut(rows * width).enumerate() {
            let begin = first + panel * width;
            for lane in 0..width {
                if let Some(sign) = (begin + lane).checked_sub(block.first).and_then(|k| reflection.signs.get(k)) {
                    columns[(begin + lane) * width + lane] = *sign;
                }
            }
        }
        scratch.projections.fill(R::default());
        scratch.turned.fill(R::default());
        let scratch_len = BLOCK * width;
        for (number, vectors) in reflection.vectors.chunks(CHUNK * block.width).enumerate() {
            let terms = vectors.len() / block.width;
            let at = (block.first + number * CHUNK) * width;
            for (panel, columns) in panels.chunks_exact(rows * width).enumerate().filter(|(panel, _)| reached(*panel)) {
                let right = &columns[at..at + terms * width];
                let product =
                    Product { left: vectors, row_step: 1, term_step: block.width, right, rows: block.width, terms };
                R::multiply(set, product, Onto::Plus, &mut scratch.projections[panel * scratch_len..]);
            }
        }
        let group = scratch.projections.chunks_exact(scratch_len).zip(scratch.turned.chunks_exact_mut(scratch_len));
        for (projection, turned) in group {
            turn(set, reflection, projection, turned);
        }
        for (number, vectors) in reflection.vectors.chunks(ROWS * block.width).enumerate() {
            let count = vectors.len() / block.width;
            let at = (block.first + number * ROWS) * width;
            for (panel, columns) in
                panels.chunks_exact_mut(rows * width).enumerate().filter(|(panel, _)| reached(*panel))
            {
                let right = &scratch.turned[panel * scratch_len..];
                let product = Product {
                    left: vectors,
                    row_step: block.width,
                    term_step: 1,
                    right,
                    rows: count,
                    terms: block.width,
                };
                R::multiply(set, product, Onto::Minus, &mut columns[at..at + count * width]);
            }
        }
    }
}

/// Multiplies a projection by `T` in tiles of rows, skipping the zeros left of the diagonal.
fn turn<R: Arithmetic>(set: InstructionSet, reflection: &BlockReflection<'_, R>, projection: &[R], turned: &mut [R]) {
    const TILE: usize = 8;
    let width = reflection.block.width;
    for from in (0..width).step_by(TILE) {
        let product = Product {
            left: &reflection.triangle[from * width + from..],
            row_step: width,
            term_step: 1,
            right: &projection[from * R::PANEL..],
            rows: TILE.min(width - from),
            terms: width - from,
        };
        R::multiply(set, product, Onto::Plus, &mut turned[from * R::PANEL..]);
    }
}
