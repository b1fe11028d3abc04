//! The shape of an orthogonal matrix, and its blocks.

use super::BLOCK;

/// A matrix of `rows` x `columns`, row after row in memory.
///
/// Its orthonormal vectors are its rows where there are no more rows than columns, else its columns. In either case vector `k` is
/// column `k` of `Q`, a matrix of `long` x `short`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Matrix {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

/// A block of reflections: numbers `first` to `first + width`, which move rows `first` to `first + rows` of Q.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) first: usize,
    pub(super) width: usize,
    pub(super) rows: usize,
}

impl Matrix {
    /// The length of an orthonormal vector.
    pub(super) fn long(self) -> usize {
        self.rows.max(self.columns)
    }

    /// The number of orthonormal vectors.
    pub(super) fn short(self) -> usize {
        self.rows.min(self.columns)
    }

    /// Whether the rows are the orthonormal vectors: memory then holds one after the other.
    pub(super) fn vectors_are_rows(self) -> bool {
        self.rows <= self.columns
    }

    /// The blocks of the first `vectors` reflections, whole ones: what the first `vectors` columns of Q need.
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
    /// The numbers of its vectors, row after row.
    pub(super) fn vectors_len(self) -> Option<usize> {
        self.rows.checked_mul(self.width)
    }

    /// The numbers of its triangle, a square.
    pub(super) fn triangle_len(self) -> usize {
        self.width * self.width
    }
}
