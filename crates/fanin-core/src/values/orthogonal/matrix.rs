//! The shape of an orthogonal matrix and its blocks of reflections.

use super::BLOCK;

/// The shape of a `rows` x `columns` matrix in row-major order.
///
/// Its orthonormal vectors are its rows if there are no more rows than columns, otherwise its columns. In either case,
/// vector `k` is column `k` of `Q`, a `long` x `short` matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Matrix {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

/// A block of reflections, numbers `first` to `first + width`, which act on rows `first` to `first + rows` of Q.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) first: usize,
    pub(super) width: usize,
    pub(super) rows: usize,
}

impl Matrix {
    /// Returns the length of an orthonormal vector.
    pub(super) fn long(self) -> usize {
        self.rows.max(self.columns)
    }

    /// Returns the number of orthonormal vectors.
    pub(super) fn short(self) -> usize {
        self.rows.min(self.columns)
    }

    /// Returns `true` if the rows are the orthonormal vectors, which are then contiguous in memory.
    pub(super) fn vectors_are_rows(self) -> bool {
        self.rows <= self.columns
    }

    /// Returns the blocks that contain the first `vectors` reflections, which the first `vectors` columns of Q need.
    /// Blocks are always whole.
    pub(super) fn blocks(self, vectors: usize) -> impl Iterator<Item = Block> + Clone {
        let (long, short) = (self.long(), self.short());
        (0..vectors.min(short)).step_by(BLOCK).map(move |first| Block {
            first,
            width: BLOCK.min(short - first),
            rows: long - first,
        })
    }
}

impl Block {
    /// Returns the number of scalars in its vectors.
    pub(super) fn vectors_len(self) -> Option<usize> {
        self.rows.checked_mul(self.width)
    }

    /// Returns the number of scalars in its triangle, which is stored as a square.
    pub(super) fn triangle_len(self) -> usize {
        self.width * self.width
    }
}
