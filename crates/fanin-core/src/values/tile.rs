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

    /// Computes the values of single elements, each from its own block: four times the work of a tile for each element.
    fn singles<T: Copy>(&self, stream: Stream, singles: &Singles, out: &mut [T; LANES], store: impl Fn(R) -> T);
}

/// The indices of 64 elements, anywhere within 2^32 of each other.
#[derive(Clone, Debug)]
pub(crate) struct Singles {
    /// A multiple of 2^32.
    pub(crate) base: u64,
    /// The distance of each index from the base.
    pub(crate) offsets: [u32; LANES],
}

impl Singles {
    /// Returns the words of an element's block and the row of the element, in tiles of `ROWS` rows.
    #[inline(always)]
    pub(crate) fn block_and_row<const ROWS: u32>(&self, stream: Stream, lane: usize) -> ([u32; 4], u32) {
        #[expect(clippy::cast_possible_truncation, reason = "64 lanes")]
        const WIDTH: u32 = LANES as u32;
        let offset = self.offsets[lane];
        // The base is a multiple of 2^32, so its blocks share the upper counter word with all blocks of the offsets.
        let block = offset / (WIDTH * ROWS) * WIDTH + offset % WIDTH;
        (stream.block_of_tile(self.base / u64::from(ROWS), block), offset / WIDTH % ROWS)
    }
}
