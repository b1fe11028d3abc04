//! The compact form of the product of a block's reflections.

use super::{Arithmetic, BLOCK, CHUNK};
use crate::values::machine::{InstructionSet, Onto, Product, untouched_zeros};

/// Computes the upper triangle T with `H_1 ... H_w = I - V T V'`, in row-major order. Entries below the diagonal stay
/// 0.
///
/// `T_jj = 2 / v_j'v_j` and `T_ij = -T_jj Σ_l T_il (v_l'v_j)` for `i <= l < j`, computed in f64, then rounded. A zero
/// column of V has `T_jj = 0`. Source: Schreiber and Van Loan, *A storage-efficient WY representation for products of
/// Householder transformations*, SIAM J. Sci. Stat. Comput. 10 (1989), section 2.
pub(super) fn triangle<R: Arithmetic>(
    set: InstructionSet,
    vectors: &[R],
    width: usize,
    triangle: &mut [R],
) -> Option<()> {
    let squares = squares(vectors, width);
    let products = products(set, vectors, width)?;
    // Store columns contiguously, so that lanes run over rows.
    let mut columns = untouched_zeros::<f64>(width * width)?;
    for j in 0..width {
        let (before, column) = columns.split_at_mut(j * width);
        let column = &mut column[..width];
        for l in 0..j {
            let product = products[l * width + j];
            for (sum, t) in column.iter_mut().zip(&before[l * width..]).take(l + 1) {
                *sum += t * product;
            }
        }
        let diagonal = if squares[j] > 0.0 { 2.0 / squares[j] } else { 0.0 };
        for sum in &mut column[..j] {
            *sum = -(diagonal * *sum);
        }
        column[j] = diagonal;
        for i in 0..=j {
            triangle[i * width + j] = R::from_f64(column[i]);
        }
    }
    Some(())
}

/// Computes `v_i'v_j` for `i < j`, in row-major order. Sums within a chunk use the vectors' arithmetic, and totals use
/// f64.
fn products<R: Arithmetic>(set: InstructionSet, vectors: &[R], width: usize) -> Option<Vec<f64>> {
    let mut totals = untouched_zeros::<f64>(width * width)?;
    let mut right = untouched_zeros::<R>(CHUNK * R::PANEL)?;
    let mut sums = untouched_zeros::<R>(width * R::PANEL)?;
    for chunk in vectors.chunks(CHUNK * width) {
        for first in (0..width).step_by(R::PANEL) {
            let count = R::PANEL.min(width - first);
            for (lanes, row) in right.chunks_exact_mut(R::PANEL).zip(chunk.chunks_exact(width)) {
                lanes[..count].copy_from_slice(&row[first..first + count]);
            }
            // Only entries above the diagonal are needed.
            let rows = first + count - 1;
            sums.fill(R::default());
            let terms = chunk.len() / width;
            let product = Product { left: chunk, row_step: 1, term_step: width, right: &right, rows, terms };
            R::multiply(set, product, Onto::Plus, &mut sums);
            for (i, sums) in sums.chunks_exact(R::PANEL).enumerate().take(rows) {
                for (total, sum) in totals[i * width + first..].iter_mut().zip(sums).take(count) {
                    *total += sum.to_f64();
                }
            }
        }
    }
    Some(totals)
}

/// Computes the sum of squares of each column, in f64.
pub(super) fn squares<R: Arithmetic>(vectors: &[R], width: usize) -> [f64; BLOCK] {
    let mut totals = [0.0; BLOCK];
    for chunk in vectors.chunks(CHUNK * width) {
        let mut sums = [0.0; BLOCK];
        for values in chunk.chunks_exact(width) {
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += value.to_f64() * value.to_f64();
            }
        }
        for (total, sum) in totals.iter_mut().zip(&sums) {
            *total += sum;
        }
    }
    totals
}
