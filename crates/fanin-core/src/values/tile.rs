//! Tiles: the unit in which kernels compute, 64 blocks side by side.

use super::stream::Stream;

/// Blocks in a tile. Neighboring elements come from neighboring blocks, so that a loop over the lanes stores without
/// a transpose.
pub(crate) const LANES: usize = 64;

/// The largest tile: 64 blocks of four elements.
pub(crate) const MAX_TILE: usize = 4 * LANES;

/// Computes the values of a tile in the arithmetic `R`: plain loops over the lanes without a branch, which the compiler
/// vectorizes without changing a bit. Values are rounded to the element type as they are stored, by a function that is handed in:
/// a second loop over the tile would take a tenth of the time of a fill in 16 bits.
pub(crate) trait Tile<R>: Sync {
    /// Elements in a tile.
    const SIZE: usize;

    /// Fills tile number `tile` with its values, each as `store` has it; `out` has [`Tile::SIZE`] elements.
    fn tile<T: Copy>(&self, stream: Stream, tile: u64, out: &mut [T], store: impl Fn(R) -> T);

    /// Fills the first `ROWS` rows of tile number `tile`, 64 elements each; `out` is as long. Skips the work that only the
    /// other rows need.
    fn rows<T: Copy, const ROWS: usize>(&self, stream: Stream, tile: u64, out: &mut [T], store: impl Fn(R) -> T);
}
