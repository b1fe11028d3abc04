//! Whether two tensors have the same rows, or the same columns, in another order.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use rayon::prelude::*;

use fanin_checkpoint::reading::TensorData;

/// The maximum number of lines whose hashes are kept.
const MOST: usize = 1 << 24;

/// A tensor as a table of bytes: rows of columns of cells.
#[derive(Clone, Copy)]
struct Table<'a> {
    bytes: &'a [u8],
    rows: usize,
    columns: usize,
    cell: usize,
}

/// Whether the slices along the first axis are the same, in another order.
pub(super) fn of_rows(a: &TensorData<'_>, b: &TensorData<'_>, shape: &[usize]) -> bool {
    let Some((first, _)) = shape.split_first() else { return false };
    let (Some(a), Some(b)) = (Table::of(a, *first, 1), Table::of(b, *first, 1)) else { return false };
    let hashes =
        |table: Table<'_>| -> Vec<u64> { (0..table.rows).into_par_iter().map(|row| hash(table.row(row))).collect() };
    let pairs = paired(&hashes(a), &hashes(b));
    pairs.is_some_and(|pairs| pairs.into_par_iter().all(|(of_a, of_b)| a.row(of_a) == b.row(of_b)))
}

/// Whether the slices along the second axis are the same, in another order.
pub(super) fn of_columns(a: &TensorData<'_>, b: &TensorData<'_>, shape: &[usize]) -> bool {
    let &[first, second, ..] = shape else { return false };
    let (Some(a), Some(b)) = (Table::of(a, first, second), Table::of(b, first, second)) else { return false };
    let Some(pairs) = paired(&a.columns(), &b.columns()) else { return false };
    (0..a.rows).into_par_iter().all(|row| pairs.iter().all(|(of_a, of_b)| a.cell(row, *of_a) == b.cell(row, *of_b)))
}

/// Line numbers of both sides that have the same hash, each once; `None` if a line has no partner.
fn paired(a: &[u64], b: &[u64]) -> Option<Vec<(usize, usize)>> {
    let sorted = |hashes: &[u64]| {
        let mut lines: Vec<(u64, usize)> = hashes.iter().copied().zip(0..).collect();
        lines.sort_unstable();
        lines
    };
    let (a, b) = (sorted(a), sorted(b));
    let pair =
        |((hash_a, of_a), (hash_b, of_b)): (&(u64, usize), &(u64, usize))| (hash_a == hash_b).then_some((*of_a, *of_b));
    if a.len() == b.len() { a.iter().zip(&b).map(pair).collect() } else { None }
}

impl<'a> Table<'a> {
    fn of(data: &'a TensorData<'_>, rows: usize, columns: usize) -> Option<Self> {
        let bytes = data.bytes();
        let lines = rows.checked_mul(columns)?;
        let whole = lines > 0 && bytes.len().is_multiple_of(lines) && rows.max(columns) <= MOST;
        whole.then(|| Self { bytes, rows, columns, cell: bytes.len() / lines })
    }

    fn row(self, row: usize) -> &'a [u8] {
        let size = self.columns * self.cell;
        self.bytes.get(row * size..(row + 1) * size).unwrap_or_default()
    }

    fn cell(self, row: usize, column: usize) -> &'a [u8] {
        self.row(row).get(column * self.cell..(column + 1) * self.cell).unwrap_or_default()
    }

    /// A hash of each column, row by row.
    fn columns(self) -> Vec<u64> {
        let mut hashes = vec![0; self.columns];
        for row in 0..self.rows {
            for (column, hash) in hashes.iter_mut().enumerate() {
                let mut hasher = DefaultHasher::new();
                (*hash, self.cell(row, column)).hash(&mut hasher);
                *hash = hasher.finish();
            }
        }
        hashes
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}
