//! Checks that orthogonal matrices are orthonormal and uniformly distributed.

use fanin_core::{Distribution, Dtype, Initializer, Layout, ParamSpec, Seed};

use super::draw::Draw;
use super::{Expected, InitializerCase};
use crate::statistics::{ALPHA, Moments, determinant, ks_critical, ks_distance, number, spacing, two_sided_z};
use crate::violation::{Reason, Verdict, hold};

/// The number of matrices drawn of each order.
const MATRICES: u64 = 20_000;
/// The order of the matrices whose traces are tested.
const ORDER: usize = 6;

/// Returns the rows and columns of a parameter's matrix. For `[k..., in, out]` the last axis forms the columns; for all
/// other layouts the first axis forms the rows.
fn matrix(param: &ParamSpec) -> (usize, usize) {
    let (shape, len) = (param.shape(), param.len());
    if param.layout() == Some(Layout::InOut) {
        let columns = shape.last().copied().unwrap_or(1);
        return (len.checked_div(columns).unwrap_or(0), columns);
    }
    let rows = shape.first().copied().unwrap_or(1);
    (rows, len.checked_div(rows).unwrap_or(0))
}

/// Rows, or columns if there are fewer columns, are orthonormal times the gain: `Q'Q = I`, to eight steps of the type's
/// grid at 1 times the square root of the length.
pub(super) fn orthonormal(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    let Some(gain) = case.orthonormal_gain(initializer) else { return Ok(()) };
    let (rows, columns) = matrix(&case.param);
    for dtype in &case.dtypes {
        let matrix = Draw::whole(case, *dtype).by(initializer)?;
        let vectors: Vec<Vec<f64>> = if rows <= columns {
            matrix.chunks(columns.max(1)).map(<[f64]>::to_vec).collect()
        } else {
            (0..columns).map(|column| matrix.iter().skip(column).step_by(columns).copied().collect()).collect()
        };
        let square = gain * gain;
        let limit = 8.0 * spacing(*dtype, 1.0) * number(rows.max(columns)).sqrt() * square;
        for (i, left) in vectors.iter().enumerate() {
            for (j, right) in vectors.iter().enumerate().take(i + 1) {
                let product: f64 = left.iter().zip(right).map(|(a, b)| a * b).sum();
                let wanted = if i == j { square } else { 0.0 };
                hold((product - wanted).abs() <= limit, || {
                    format!("{dtype}: vectors {i} and {j} have the product {product}, not {wanted} ± {limit:.1e}")
                })?;
            }
        }
    }
    Ok(())
}

/// If a distribution is stated, it is the expected one: this gain and this matrix.
pub(super) fn statement(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    let Expected::Orthonormal { gain } = case.expected else { return Ok(()) };
    let (rows, columns) = matrix(&case.param);
    let (stated, wanted) = (initializer.distribution(&case.param), Distribution::Orthonormal { gain, rows, columns });
    hold(stated == Distribution::Unstated || stated == wanted, || {
        format!("the stated distribution is {stated:?}, not {wanted:?}")
    })
}

/// Square matrices are uniform by Haar measure, as far as 20,000 of them can show, up to rounding. Each test has alpha
/// 1e-6:
///
/// - order 6: `E tr Q = 0`, `E (tr Q)^2 = 1`, `E (tr Q)^4 = 3` (Diaconis & Shahshahani 1994), and `det Q` is 1 as often
///   as -1: z-tests with the sample's own variance;
/// - order 3: every element is uniform on [-1, 1], like a coordinate of a uniform point on the sphere (Archimedes):
///   Kolmogorov-Smirnov test;
/// - wide 2 x 5 matrices are uniform too: an element, like a coordinate of a point on the sphere in five dimensions,
///   has the distribution function `1/2 + 3 (x - x^3 / 3) / 4`, and the squared length of the image of a unit vector
///   that of Beta(1, 3/2): `1 - (1 - t)^(3/2)`.
///
/// A QR factorization that ignores the signs of R's diagonal is orthonormal, but not uniform (Mezzadri 2007).
pub(super) fn haar(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    let Some(gain) = case.orthonormal_gain(initializer).filter(|gain| *gain != 0.0) else { return Ok(()) };
    let matrices = draws(initializer, case, gain, [ORDER, ORDER])?;
    let traces: Vec<f64> = matrices.iter().map(|matrix| matrix.iter().step_by(ORDER + 1).sum()).collect();
    let power = |power: i32| traces.iter().map(|trace| trace.powi(power)).collect::<Vec<f64>>();
    let signs = matrices.iter().map(|matrix| determinant(matrix, ORDER)).collect();
    for (what, values, wanted) in
        [("tr Q", power(1), 0.0), ("(tr Q)^2", power(2), 1.0), ("(tr Q)^4", power(4), 3.0), ("det Q", signs, 0.0)]
    {
        let seen = Moments::of(&values);
        let limit = two_sided_z(ALPHA) * (seen.variance / seen.n).sqrt();
        hold((seen.mean - wanted).abs() <= limit, || {
            format!("E {what} over {MATRICES} matrices is {:.4}, not {wanted} ± {limit:.4}", seen.mean)
        })?;
    }
    let element =
        |matrices: &[Vec<f64>], at: usize| matrices.iter().filter_map(|matrix| matrix.get(at).copied()).collect();
    let matrices = draws(initializer, case, gain, [3, 3])?;
    for at in 0..9 {
        let uniform = |x: f64| f64::midpoint(x, 1.0).clamp(0.0, 1.0);
        follows(&format!("element {at} of {MATRICES} matrices of order 3"), element(&matrices, at), uniform)?;
    }
    let matrices = draws(initializer, case, gain, [2, 5])?;
    for at in 0..10 {
        let coordinate = |x: f64| 0.75_f64.mul_add(x - x * x * x / 3.0, 0.5);
        let law = |x: f64| if x.abs() < 1.0 { coordinate(x) } else { f64::from(u8::from(x > 0.0)) };
        follows(&format!("element {at} of {MATRICES} matrices of 2 x 5"), element(&matrices, at), law)?;
    }
    let square = |matrix: &Vec<f64>| {
        // The image of (1, 1, 1, 1, 1) / sqrt 5.
        matrix.chunks(5).map(|row| row.iter().sum::<f64>().powi(2) / 5.0).sum()
    };
    let beta = |t: f64| 1.0 - (1.0 - t.clamp(0.0, 1.0)).powf(1.5);
    follows(
        &format!("the image of a vector under {MATRICES} matrices of 2 x 5"),
        matrices.iter().map(square).collect(),
        beta,
    )
}

/// Runs a Kolmogorov-Smirnov test.
fn follows(what: &str, mut values: Vec<f64>, law: impl Fn(f64) -> f64) -> Verdict {
    values.sort_unstable_by(f64::total_cmp);
    let (distance, limit) = (ks_distance(&values, Dtype::F64, law), ks_critical(values.len(), ALPHA));
    hold(distance <= limit, || format!("{what} is {distance:.4} from its distribution, limit {limit:.4}"))
}

/// Draws matrices of this shape, one per seed, divided by the gain.
fn draws(
    initializer: &dyn Initializer,
    case: &InitializerCase,
    gain: f64,
    shape: [usize; 2],
) -> Result<Vec<Vec<f64>>, Reason> {
    let matrix = ParamSpec::new(case.param.name(), shape)?.with_layout(Layout::OutIn);
    let case = InitializerCase { param: matrix, ..case.clone() };
    let draw = |offset| {
        let seed = Seed(case.seed.0.wrapping_add(offset));
        let matrix = Draw::whole(&case, Dtype::F64).at(seed, case.param.name()).by(initializer)?;
        Ok(matrix.into_iter().map(|value| value / gain).collect())
    };
    (0..MATRICES).map(draw).collect()
}
