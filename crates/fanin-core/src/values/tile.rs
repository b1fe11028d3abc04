//! Tiles of 64 blocks, the unit in which kernels compute.

use super::stream::Stream;

/// The number of blocks in a tile. Neighboring elements come from neighboring blocks, so a loop over the lanes stores
/// without a transpose.
pub(crate) const LANES: usize = 64;

/// The largest tile: 64 blocks of four elements.
pub(crate) const MAX_TILE: usize = 4 * LANES;

/// Computes the values of a tile in the arithmetic `R`.
///
/// Implementations are plain branch-free loops over the lanes, which the compiler vectorizes without changing a bit. A
/// function argument rounds values to the element type as they are stored; a second loop over the tile would take a
/// tenth of the time of a 16-bit fill.
pub(crate) trait Tile<R>: Sync {
    /// The number of elements in a tile.
    const SIZE: usize;

    /// Fills tile number `tile`, converting each value with `store`. `out` has [`Tile::SIZE`] elements.
    fn tile<T: Copy>(&self, stream: Stream, tile: u64, out: &mut [T], store: impl Fn(R) -> T);

    /// Fills the first `ROWS` rows of tile number `tile`, 64 elements each, skipping work that only the other rows
    /// need. `out` has exactly that length.
    fn rows<T: Copy, const ROWS: usize>(&self, stream: Stream, tile: u64, out: &mut [T], store: impl Fn(R) -> T);

    /// Computes the values of 64 elements at any indices, each from its own block: four times the work of a tile for
    /// each element.
    fn singles<T: Copy>(&self, stream: Stream, indices: &[u64; LANES], out: &mut [T; LANES], store: impl Fn(R) -> T);
}

/// Returns the block and the row of an element in tiles of `rows` rows.
#[inline(always)]
pub(crate) fn block_and_row(index: u64, rows: u64) -> (u64, u64) {
    let (lanes, row) = (LANES as u64, index / LANES as u64 % rows);
    (index / (lanes * rows) * lanes + index % lanes, row)
}
