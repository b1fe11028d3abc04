//! From element indices to blocks and words, and windows walked tile by tile.

use super::element::Element;
use super::real::{Real, Transform, Words};
use super::stream::Stream;

/// Blocks in a tile. Neighbouring elements come from neighbouring blocks, so that a loop over the lanes stores without
/// a transpose.
pub(crate) const LANES: usize = 64;

/// The largest tile: 64 blocks of four elements.
const MAX_TILE: usize = 4 * LANES;

/// A window that leaves the range of indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a window of {len} elements from index {start} ends beyond index {}: start it earlier or make it shorter",
    u64::MAX
)]
pub struct WindowError {
    /// Index of the window's first element.
    pub start: u64,
    /// Elements in the window.
    pub len: usize,
}

/// A part of a parameter: what to fill, and from which index of which stream.
#[derive(Debug)]
pub struct Window<'a, T> {
    pub(crate) stream: Stream,
    pub(crate) start: u64,
    pub(crate) out: &'a mut [T],
}

impl<T: Element> Window<'_, T> {
    /// Writes `transform` of element `start + i` to `out[i]`.
    ///
    /// Element `i` is value `w = (i / 64) % PER_BLOCK` of block `(i / tile) * 64 + i % 64`, with `64 * PER_BLOCK`
    /// elements in a tile.
    ///
    /// # Errors
    /// [`WindowError`] when `start + out.len()` is beyond `u64`.
    pub(crate) fn fill<K: Transform<T::Real>>(self, transform: &K) -> Result<(), WindowError> {
        let Self { stream, start, out } = self;
        let error = WindowError { start, len: out.len() };
        let len = u64::try_from(out.len()).map_err(|_| error)?;
        start.checked_add(len).ok_or(error)?;

        let size = LANES * T::Real::PER_BLOCK;
        let (mut tile, inside) = position(start, size);
        // A window that starts inside a tile takes the end of it first.
        let head = if inside == 0 { 0 } else { (size - inside).min(out.len()) };
        let (head, rest) = out.split_at_mut(head);
        if !head.is_empty() {
            part_of_tile(stream, tile, inside, head, transform);
            tile += 1;
        }
        let mut tiles = rest.chunks_exact_mut(size);
        for whole in &mut tiles {
            whole_tile(stream, tile, whole, transform);
            tile += 1;
        }
        let tail = tiles.into_remainder();
        if !tail.is_empty() {
            part_of_tile(stream, tile, 0, tail, transform);
        }
        Ok(())
    }
}

/// The tile of an index and the place inside it.
#[allow(clippy::cast_possible_truncation, reason = "a remainder below 256")]
fn position(index: u64, size: usize) -> (u64, usize) {
    let size = size as u64;
    (index / size, (index % size) as usize)
}

/// Fills a whole tile; `out` has its length.
///
/// Words, values and rounding are loops of their own over the lanes, each of a fixed length: they vectorise.
#[inline]
fn whole_tile<T: Element, K: Transform<T::Real>>(stream: Stream, tile: u64, out: &mut [T], transform: &K) {
    let words = words_of_tile(stream, tile);
    let mut values = [[T::Real::default(); LANES]; 4];
    transform.tile(&words, &mut values);
    for (row, values) in out.chunks_exact_mut(LANES).zip(&values) {
        for (element, &value) in row.iter_mut().zip(values) {
            *element = T::from_real(value);
        }
    }
}

/// The words of a tile. Not inlined: merged with the loop after it, it loses its vectors.
#[inline(never)]
#[allow(clippy::needless_range_loop, reason = "the lane is the block number too")]
fn words_of_tile(stream: Stream, tile: u64) -> Words {
    let first = tile * LANES as u64;
    let mut words = [[0; LANES]; 4];
    for lane in 0..LANES {
        let block = stream.block(first + lane as u64);
        for word in 0..4 {
            words[word][lane] = block[word];
        }
    }
    words
}

/// Computes a tile and copies the part that begins `inside` it.
fn part_of_tile<T: Element, K: Transform<T::Real>>(
    stream: Stream,
    tile: u64,
    inside: usize,
    out: &mut [T],
    transform: &K,
) {
    let mut whole = [T::default(); MAX_TILE];
    let whole = &mut whole[..LANES * T::Real::PER_BLOCK];
    whole_tile(stream, tile, whole, transform);
    out.copy_from_slice(&whole[inside..inside + out.len()]);
}
