//! Singular values of a matrix, for the rules under `--deep`.
//!
//! The squares of the singular values are the eigenvalues of the smaller of `A A^T` and `A^T A`. The product is
//! accumulated in `f64` and reduced to tridiagonal form by Householder reflections; the QL method finds the eigenvalues
//! (Golub & Van Loan 2013, sections 8.3 and 8.4). Squaring loses singular values below 1e-8 of the largest; where that
//! is not enough, the smallest one is computed separately.

mod deficiency;
mod gram;
mod least;
mod tridiagonal;

pub(crate) use deficiency::{Deficiency, Entries};

use crate::measure::Grid;
use fanin_checkpoint::reading::TensorData;

/// The largest shorter side: its square in `f64` takes 128 MiB.
pub(crate) const LONGEST: usize = 4096;

/// Returns the singular values of a matrix in descending order.
pub(crate) fn singular_values(data: &TensorData<'_>, grid: Grid) -> Vec<f64> {
    let side = grid.rows.min(grid.columns);
    let mut gram = gram::of(data, grid);
    let (diagonal, beside) = tridiagonal::reduce(&mut gram, side);
    let mut squares = tridiagonal::eigenvalues(diagonal, beside);
    squares.sort_by(|a, b| b.total_cmp(a));
    squares.into_iter().map(|square| square.max(0.0).sqrt()).collect()
}

/// Computes the smallest singular value of the nonzero lines directly, to 1e-15 of the largest.
pub(crate) fn least(data: &TensorData<'_>, grid: Grid, rows: &[usize], columns: &[usize]) -> f64 {
    let mut matrix = vec![0.0; rows.len() * columns.len()];
    let mut line = vec![0.0; grid.columns];
    let (wide, short) = (rows.len() <= columns.len(), rows.len());
    for (row, from) in rows.iter().enumerate() {
        data.read_f64(from * grid.columns, &mut line);
        for (column, from) in columns.iter().enumerate() {
            let at = if wide { row * columns.len() + column } else { column * short + row };
            matrix[at] = line[*from];
        }
    }
    least::of(&mut matrix, rows.len().max(columns.len()))
}

/// Estimates the multiplications: `m n^2` for the products, half of which follow by symmetry, and `4 n^3 / 3` for the
/// reflections.
#[expect(clippy::cast_precision_loss, reason = "an axis is below 2^53")]
pub(crate) fn operations(grid: Grid) -> f64 {
    let (short, long) = (grid.rows.min(grid.columns) as f64, grid.rows.max(grid.columns) as f64);
    0.5 * long * short * short + 4.0 / 3.0 * short * short * short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made::{Made, drawn};

    fn values_of(values: &[f32], rows: usize, columns: usize) -> Vec<f64> {
        let made = Made::new().with("w", &[rows, columns], values).checkpoint();
        let checkpoint = made.open();
        let data = checkpoint.load(&checkpoint.tensors()[0]).expect("values");
        singular_values(&data, Grid::matrix(rows, columns))
    }

    #[test]
    fn known_spectra() {
        // diag(3, 1, 2), embedded in a wide and in a tall matrix.
        let wide = [3.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0];
        let mut tall = [0.0_f32; 12];
        (0..12).for_each(|at| tall[at % 4 * 3 + at / 4] = wide[at]);
        for (values, rows, columns) in [(wide, 3, 4), (tall, 4, 3)] {
            let found = values_of(&values, rows, columns);
            assert!(found.iter().zip([3.0, 2.0, 1.0]).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
        }
        // An orthogonal matrix: all singular values equal the gain.
        for shape in [[96, 40], [40, 96], [64, 64], [1, 5], [5, 1]] {
            let values = drawn("w", &shape, "orthogonal(gain = 2)", 3);
            let found = values_of(&values, shape[0], shape[1]);
            assert!(found.len() == shape[0].min(shape[1]) && found.iter().all(|v| (v - 2.0).abs() < 1e-5), "{found:?}");
        }
    }

    #[test]
    fn the_sum_of_squares_is_kept_and_a_product_has_low_rank() {
        let (left, right) = (drawn("a", &[70, 5], "normal", 1), drawn("b", &[5, 50], "normal", 2));
        let product: Vec<f32> =
            (0..70 * 50).map(|at| (0..5).map(|k| left[at / 50 * 5 + k] * right[k * 50 + at % 50]).sum()).collect();
        let found = values_of(&product, 70, 50);
        let total: f64 = product.iter().map(|v| f64::from(*v).powi(2)).sum();
        let squares: f64 = found.iter().map(|v| v * v).sum();
        assert!((squares / total - 1.0).abs() < 1e-10);
        assert_eq!(found.iter().filter(|value| **value > 1e-5 * found[0]).count(), 5);
    }
}
