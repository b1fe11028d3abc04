//! Blocks of reflections, computed from Gaussian vectors of the stream.

use super::matrix::{Block, Matrix};
use super::triangle::{squares, triangle};
use super::{Arithmetic, BLOCK};
use crate::values::machine::{InstructionSet, untouched_zeros};
use crate::values::stream::Stream;

/// All reflections that the first columns of Q need, `H_1 H_2 ... = Π (I - V T V')` over the blocks, and the column
/// signs.
#[derive(Debug)]
pub(super) struct Reflections<R> {
    blocks: Vec<Block>,
    vectors: Vec<R>,
    triangles: Vec<R>,
    signs: Vec<R>,
}

/// One block of reflections. `vectors` holds V and `triangle` holds T, both in row-major order.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockReflection<'a, R> {
    pub(super) block: Block,
    pub(super) vectors: &'a [R],
    pub(super) triangle: &'a [R],
    pub(super) signs: &'a [R],
}

/// The memory of a block to fill.
struct Work<'a, R> {
    block: Block,
    vectors: &'a mut [R],
    triangle: &'a mut [R],
    signs: &'a mut [R],
}

impl<R: Arithmetic> Reflections<R> {
    /// Draws the reflections of the first `vectors` columns. Returns `None` if they do not fit in memory.
    pub(super) fn draw(
        set: InstructionSet,
        stream: Stream,
        matrix: Matrix,
        vectors: usize,
        parallel: bool,
    ) -> Option<Self> {
        let blocks: Vec<Block> = matrix.blocks(vectors).collect();
        let total = |len: fn(Block) -> Option<usize>| {
            blocks.iter().try_fold(0_usize, |total, block| total.checked_add(len(*block)?))
        };
        let mut drawn = Self {
            vectors: untouched_zeros(total(Block::vectors_len)?)?,
            triangles: untouched_zeros(total(|block| Some(block.triangle_len()))?)?,
            signs: untouched_zeros(total(|block| Some(block.width))?)?,
            blocks,
        };
        let (mut vectors, mut triangles, mut signs) =
            (&mut drawn.vectors[..], &mut drawn.triangles[..], &mut drawn.signs[..]);
        let mut work = Vec::with_capacity(drawn.blocks.len());
        for &block in &drawn.blocks {
            work.push(Work {
                block,
                vectors: vectors.split_off_mut(..block.vectors_len()?)?,
                triangle: triangles.split_off_mut(..block.triangle_len())?,
                signs: signs.split_off_mut(..block.width)?,
            });
        }
        super::each(parallel, work, || Some(()), |(), work| draw_block(set, stream, matrix, work))?;
        Some(drawn)
    }

    /// Returns the blocks in order.
    pub(super) fn blocks(&self) -> Vec<BlockReflection<'_, R>> {
        let (mut vectors, mut triangles, mut signs) = (&self.vectors[..], &self.triangles[..], &self.signs[..]);
        let take = |block: &Block| {
            Some(BlockReflection {
                block: *block,
                vectors: vectors.split_off(..block.vectors_len()?)?,
                triangle: triangles.split_off(..block.triangle_len())?,
                signs: signs.split_off(..block.width)?,
            })
        };
        self.blocks.iter().filter_map(take).collect()
    }
}

/// Draws a block: Gaussian vectors x, from which it computes `v = s (x + sign(x_0) |x| e_0)` with `v'v = 2`, and T.
///
/// Reflection `k` maps x to `-sign(x_0) |x| e_0`, so column `k` of Q has the sign `-sign(x_0)`. A vector of length one
/// gives no reflection: v is 0, and the column's sign is that of its only element.
fn draw_block<R: Arithmetic>(set: InstructionSet, stream: Stream, matrix: Matrix, work: Work<'_, R>) -> Option<()> {
    let Work { block: Block { first, width, rows }, vectors, triangle: triangle_of_block, signs } = work;
    let start = first as u64 * matrix.long() as u64 + width as u64 * first as u64;
    R::normals(set, stream, start, vectors);
    // Vector k is zero above row k.
    for (row, values) in vectors.chunks_exact_mut(width).enumerate().take(width) {
        values[(row + 1).min(width)..].fill(R::default());
    }

    let squares = squares(vectors, width);
    let (mut scales, mut heads) = ([R::default(); BLOCK], [R::default(); BLOCK]);
    for k in 0..width {
        let head = vectors[k * width + k].to_f64();
        if rows - k == 1 {
            signs[k] = R::from_f64(if head < 0.0 { -1.0 } else { 1.0 });
            continue;
        }
        signs[k] = R::from_f64(if head < 0.0 { 1.0 } else { -1.0 });
        let norm = squares[k].sqrt();
        let scale = (1.0 / (squares[k] + head.abs() * norm)).sqrt();
        scales[k] = R::from_f64(scale);
        heads[k] = R::from_f64((if head < 0.0 { head - norm } else { head + norm }) * scale);
    }
    for values in vectors.chunks_exact_mut(width) {
        for (value, scale) in values.iter_mut().zip(&scales) {
            *value = *value * *scale;
        }
    }
    for k in 0..width {
        vectors[k * width + k] = heads[k];
    }
    triangle(set, vectors, width, triangle_of_block)
}
