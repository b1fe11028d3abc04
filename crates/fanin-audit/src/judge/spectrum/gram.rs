//! The Gram matrix.

use rayon::prelude::*;

use crate::measure::Grid;
use fanin_checkpoint::reading::TensorData;

/// The number of vectors processed at a time.
const PANEL: usize = 32;

/// The lower triangle of `A A^T` or `A^T A`, whichever is smaller, in a row-major square.
pub(crate) fn of(data: &TensorData<'_>, grid: Grid) -> Vec<f64> {
    let side = grid.rows.min(grid.columns);
    let mut gram = vec![0.0; side * side];
    let mut panel = vec![0.0_f64; PANEL * side];
    let tall = grid.rows >= grid.columns;
    let vectors = grid.rows.max(grid.columns);
    for start in (0..vectors).step_by(PANEL) {
        let count = PANEL.min(vectors - start);
        panel.fill(0.0);
        if tall {
            data.read_f64(start * side, &mut panel[..count * side]);
        } else {
            let mut piece = [0.0; PANEL];
            for row in 0..side {
                let read = data.read_f64(row * grid.columns + start, &mut piece[..count]);
                piece[..read].iter().enumerate().for_each(|(vector, value)| panel[vector * side + row] = *value);
            }
        }
        add(&mut gram, &panel, side);
    }
    gram
}

/// Adds the outer products of the vectors of a panel, four at a time, so that each row of the result is read and
/// written once per four vectors.
fn add(gram: &mut [f64], panel: &[f64], side: usize) {
    gram.par_chunks_mut(side).enumerate().for_each(|(row, products)| {
        let products = &mut products[..=row];
        for four in panel.chunks_exact(4 * side) {
            let (a, rest) = four.split_at(side);
            let (b, rest) = rest.split_at(side);
            let (c, d) = rest.split_at(side);
            let factors = [a[row], b[row], c[row], d[row]];
            let vectors = a.iter().zip(b).zip(c).zip(d);
            for (product, (((a, b), c), d)) in products.iter_mut().zip(vectors) {
                *product += factors[0] * a + factors[1] * b + factors[2] * c + factors[3] * d;
            }
        }
    });
}
