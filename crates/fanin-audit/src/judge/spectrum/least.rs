//! The smallest singular value, for matrices whose Gram matrix is not accurate enough.

use rayon::prelude::*;

use super::tridiagonal::dot;

/// The number of steps of inverse iteration. Each divides the components outside the smallest singular vector by the
/// square of a ratio.
const STEPS: usize = 8;

/// Returns an upper estimate of the smallest singular value of a matrix with at most as many rows as columns: `A = L Q`
/// by Householder reflections, then inverse iteration with `L L^T` (Golub & Van Loan 2013, sections 5.2 and 8.2). The
/// error is about 1e-15 of the largest singular value, compared with 1e-8 from the Gram matrix. Overwrites the matrix.
pub(crate) fn of(matrix: &mut [f64], columns: usize) -> f64 {
    let rows = matrix.len() / columns.max(1);
    let mut reflection = vec![0.0; columns];
    for step in 0..rows {
        let (head, tail) = matrix.split_at_mut((step + 1) * columns);
        let row = &mut head[step * columns + step..];
        let v = &mut reflection[..row.len()];
        v.copy_from_slice(row);
        let norm = dot(v, v).sqrt();
        if norm == 0.0 {
            continue;
        }
        let alpha = if v[0] > 0.0 { -norm } else { norm };
        v[0] -= alpha;
        let square = dot(v, v);
        tail.par_chunks_mut(columns).with_min_len(16).for_each(|line| {
            let line = &mut line[step..];
            let factor = 2.0 * dot(line, v) / square;
            line.iter_mut().zip(v.iter()).for_each(|(x, v)| *x -= factor * v);
        });
        row[0] = alpha;
    }
    let greatest = (0..rows).map(|row| matrix[row * columns + row].abs()).fold(0.0, f64::max);
    // A pivot below the rounding error is replaced by the rounding error.
    let pivot = |row: usize| {
        let value = matrix[row * columns + row];
        if value.abs() < f64::EPSILON * greatest { f64::EPSILON * greatest } else { value }
    };
    let mut x: Vec<f64> = (0..rows).map(|row| if row % 2 == 0 { 1.0 } else { -0.7 }).collect();
    let mut least = greatest;
    for _ in 0..STEPS {
        for row in 0..rows {
            let before = dot(&matrix[row * columns..row * columns + row], &x[..row]);
            x[row] = (x[row] - before) / pivot(row);
        }
        for row in (0..rows).rev() {
            let value = x[row] / pivot(row);
            let line = &matrix[row * columns..row * columns + row];
            x[..row].iter_mut().zip(line).for_each(|(x, l)| *x -= value * l);
            x[row] = value;
        }
        let norm = dot(&x, &x).sqrt();
        if !norm.is_normal() {
            return 0.0;
        }
        for x in &mut x {
            *x /= norm;
        }
        // For a unit vector x, |L^T x| is at least the smallest singular value.
        let mut image = vec![0.0; rows];
        for row in 0..rows {
            let line = &matrix[row * columns..=row * columns + row];
            image.iter_mut().zip(line).for_each(|(image, l)| *image += l * x[row]);
        }
        least = least.min(dot(&image, &image).sqrt());
    }
    least
}
