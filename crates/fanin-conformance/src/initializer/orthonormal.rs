//! Orthogonal matrices: orthonormal, and uniform among all of them.

use fanin_core::{Dtype, Initializer, Layout, ParamSpec, Seed};

use super::draw::Draw;
use super::{Expected, InitializerCase};
use crate::statistics::{ALPHA, Moments, number, spacing, two_sided_z};
use crate::violation::{Verdict, hold};

/// Matrices that the traces are taken of.
const MATRICES: u64 = 20_000;
/// Their rows and columns.
const ORDER: usize = 6;

/// The rows of the first axis against all others are orthonormal, or the columns where they are fewer: `Q'Q = I`, to eight
/// steps of the type's grid at 1 times the root of the length.
pub(super) fn orthonormal(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    if case.expected != Expected::Orthonormal {
        return Ok(());
    }
    let rows = case.param.shape().first().copied().unwrap_or(1);
    let columns = case.param.len().checked_div(rows).unwrap_or(0);
    for dtype in &case.dtypes {
        let matrix = Draw::whole(case, *dtype).by(initializer)?;
        let vectors: Vec<Vec<f64>> = if rows <= columns {
            matrix.chunks(columns.max(1)).map(<[f64]>::to_vec).collect()
        } else {
            (0..columns).map(|column| matrix.iter().skip(column).step_by(columns).copied().collect()).collect()
        };
        let limit = 8.0 * spacing(*dtype, 1.0) * number(rows.max(columns)).sqrt();
        for (i, left) in vectors.iter().enumerate() {
            for (j, right) in vectors.iter().enumerate().take(i + 1) {
                let product: f64 = left.iter().zip(right).map(|(a, b)| a * b).sum();
                let wanted = if i == j { 1.0 } else { 0.0 };
                hold((product - wanted).abs() <= limit, || {
                    format!("{dtype}: vectors {i} and {j} have the product {product}, not {wanted} ± {limit:.1e}")
                })?;
            }
        }
    }
    Ok(())
}

/// Square matrices are uniform by Haar's measure: `E tr Q = 0` and `E (tr Q)^2 = 1` (Diaconis & Shahshahani 1994), z-tests over
/// 20,000 matrices of order 6. A QR factorisation without the signs of R's diagonal is orthonormal, but not uniform (Mezzadri
/// 2007).
pub(super) fn haar(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    if case.expected != Expected::Orthonormal {
        return Ok(());
    }
    let square = ParamSpec::new(case.param.name(), [ORDER, ORDER])?.with_layout(Layout::OutIn);
    let case = InitializerCase { param: square, ..case.clone() };
    let mut traces = Vec::new();
    for offset in 0..MATRICES {
        let seed = Seed(case.seed.0.wrapping_add(offset));
        let matrix = Draw::whole(&case, Dtype::F64).at(seed, case.param.name()).by(initializer)?;
        traces.push(matrix.iter().step_by(ORDER + 1).sum::<f64>());
    }
    let squares: Vec<f64> = traces.iter().map(|trace| trace * trace).collect();
    for (what, values, wanted) in [("tr Q", traces, 0.0), ("(tr Q)^2", squares, 1.0)] {
        let seen = Moments::of(&values);
        let limit = two_sided_z(ALPHA) * (seen.variance / seen.n).sqrt();
        hold((seen.mean - wanted).abs() <= limit, || {
            format!("E {what} over {MATRICES} matrices is {:.4}, not {wanted} ± {limit:.4}", seen.mean)
        })?;
    }
    Ok(())
}
