//! The matrix that a tensor is read as.

/// The matrix that a tensor is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// The number of rows, each contiguous in memory.
    pub rows: usize,
    /// The number of columns.
    pub columns: usize,
    /// Whether rows and columns are meaningful. A vector is cut into rows only for the pass.
    pub lines: bool,
}

/// The elements of a block, unless a row is longer.
const BLOCK: usize = 1 << 20;

/// The minimum number of rows of a block, so that the accumulators of the columns stay small compared with the values.
const ROWS: usize = 128;

/// The maximum number of blocks of one tensor.
pub(super) const BLOCKS: usize = 64;

/// The length of the rows that a vector is cut into.
const CUT: usize = 4096;

impl Grid {
    /// A matrix.
    #[must_use]
    pub fn matrix(rows: usize, columns: usize) -> Self {
        Self { rows, columns, lines: true }
    }

    /// A vector, or a tensor whose lines are meaningless.
    #[must_use]
    pub fn vector(len: usize) -> Self {
        Self { rows: len.div_ceil(CUT), columns: len.min(CUT), lines: false }
    }

    pub(super) fn rows_in_a_block(self) -> usize {
        let by_size = (BLOCK / self.columns.max(1)).max(ROWS);
        by_size.max(self.rows.div_ceil(BLOCKS))
    }
}
