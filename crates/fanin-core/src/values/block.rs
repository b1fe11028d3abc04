//! Transforms of a block of four words into the values of two or four elements.

use super::choice::either_u32;
use super::real::Real;
use super::stream::Stream;
use super::tile::{LANES, Singles, Tile};

/// A pure function from the four words of a block to its `N` values.
///
/// Implementations are plain branch-free scalar code, so that the surrounding loop over the lanes vectorizes without
/// changing a bit. They must always be inlined; otherwise they are compiled for the baseline only.
pub(crate) trait Transform<R, const N: usize>: Sync {
    /// Returns the values of a block. Element `64 row + lane` of a tile is value `row` of block `lane`.
    fn block(&self, words: [u32; 4]) -> [R; N];

    /// Returns value `row` of a block, with the same bits as `block`.
    fn single(&self, words: [u32; 4], row: u32) -> R;
}

/// A kernel that applies a transform block by block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Blocks<K, const N: usize>(pub(crate) K);

impl<R: Real, K: Transform<R, N>, const N: usize> Tile<R> for Blocks<K, N> {
    const SIZE: usize = LANES * N;

    #[inline(always)]
    fn tile<T: Copy>(&self, stream: Stream, tile: u64, out: &mut [T], store: impl Fn(R) -> T) {
        self.rows::<T, N>(stream, tile, out, store);
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "64 lanes")]
    fn rows<T: Copy, const ROWS: usize>(&self, stream: Stream, tile: u64, out: &mut [T], store: impl Fn(R) -> T) {
        let (rows, _) = out.as_chunks_mut::<LANES>();
        let Ok(rows) = <&mut [[T; LANES]; ROWS]>::try_from(rows) else { return };
        let first = tile.wrapping_mul(LANES as u64);
        for lane in 0..LANES {
            let values = self.0.block(stream.block_of_tile(first, lane as u32));
            for row in 0..ROWS.min(N) {
                rows[row][lane] = store(values[row]);
            }
        }
    }

    #[inline(always)]
    fn singles<T: Copy>(&self, stream: Stream, singles: &Singles, out: &mut [T; LANES], store: impl Fn(R) -> T) {
        for lane in 0..LANES {
            let (words, row) = if N == 2 {
                singles.block_and_row::<2>(stream, lane)
            } else {
                singles.block_and_row::<4>(stream, lane)
            };
            out[lane] = store(self.0.single(words, row));
        }
    }
}

/// Returns the first words of the blocks of a tile: `words[w][lane]` is word `w` of block `lane`.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "64 lanes")]
pub(crate) fn words_of_tile<const WORDS: usize>(stream: Stream, tile: u64) -> [[u32; LANES]; WORDS] {
    let first = tile.wrapping_mul(LANES as u64);
    let mut words = [[0; LANES]; WORDS];
    for lane in 0..LANES {
        let block = stream.block_of_tile(first, lane as u32);
        for word in 0..WORDS.min(4) {
            words[word][lane] = block[word];
        }
    }
    words
}

/// Returns the words of single elements in tiles of four rows: word `row` of each element's block.
#[inline(always)]
pub(crate) fn words_of_singles(stream: Stream, singles: &Singles) -> [u32; LANES] {
    let mut words = [0; LANES];
    for lane in 0..LANES {
        let (block, row) = singles.block_and_row::<4>(stream, lane);
        words[lane] = word(block, row);
    }
    words
}

/// Returns one of the four words of a block, without a branch.
#[inline(always)]
pub(crate) fn word([a, b, c, d]: [u32; 4], row: u32) -> u32 {
    let is_odd = row & 1 != 0;
    either_u32(row & 2 != 0, either_u32(is_odd, d, c), either_u32(is_odd, b, a))
}

/// Combines the four words of a block into two 64-bit words, the first of each pair in the upper half.
#[inline(always)]
pub(crate) fn two_words([a, b, c, d]: [u32; 4]) -> [u64; 2] {
    [u64::from(a) << 32 | u64::from(b), u64::from(c) << 32 | u64::from(d)]
}
