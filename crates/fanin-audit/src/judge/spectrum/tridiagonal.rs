//! Eigenvalues of a symmetric matrix.
#![allow(clippy::needless_range_loop, reason = "a lane is an index into two arrays at once")]

use rayon::prelude::*;

/// The minimum number of rows worth parallelizing.
const PARALLEL: usize = 256;

/// Reduces a symmetric matrix to tridiagonal form by reflections, reading only its lower triangle. Returns the diagonal
/// and the off-diagonal.
pub(crate) fn reduce(matrix: &mut [f64], side: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut diagonal, mut beside) = (vec![0.0; side], vec![0.0; side.saturating_sub(1)]);
    // Fills in the upper triangle, so that matrix-vector products read whole rows.
    for row in 0..side {
        for column in 0..row {
            matrix[column * side + row] = matrix[row * side + column];
        }
    }
    let (mut v, mut p) = (vec![0.0; side], vec![0.0; side]);
    for step in 0..side {
        diagonal[step] = matrix[step * side + step];
        let rest = side - step - 1;
        if rest == 0 {
            break;
        }
        let v = &mut v[..rest];
        v.copy_from_slice(&matrix[step * side + step + 1..(step + 1) * side]);
        let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        let tail = v[1..].iter().map(|x| x * x).sum::<f64>();
        if tail == 0.0 || norm == 0.0 {
            beside[step] = v[0];
            continue;
        }
        // H = 1 - 2 v v^T / v^T v takes the column to (-sign norm, 0, ..).
        let alpha = if v[0] > 0.0 { -norm } else { norm };
        v[0] -= alpha;
        beside[step] = alpha;
        let square = v[0] * v[0] + tail;
        let p = &mut p[..rest];
        let block = &matrix[(step + 1) * side..];
        let product = |(row, p): (usize, &mut f64)| {
            let line = &block[row * side + step + 1..(row + 1) * side];
            *p = 2.0 / square * dot(line, v);
        };
        if rest < PARALLEL {
            p.iter_mut().enumerate().for_each(product);
        } else {
            p.par_iter_mut().enumerate().with_min_len(32).for_each(product);
        }
        let k = dot(p, v) / square;
        p.iter_mut().zip(v.iter()).for_each(|(p, v)| *p -= k * v);
        // A - v w^T - w v^T, with w = p - (p^T v / v^T v) v.
        let update = |(row, line): (usize, &mut [f64])| {
            let (vr, pr) = (v[row], p[row]);
            for ((x, v), p) in line[step + 1..].iter_mut().zip(v.iter()).zip(p.iter()) {
                *x -= vr * p + pr * v;
            }
        };
        let block = &mut matrix[(step + 1) * side..];
        if rest < PARALLEL {
            block.chunks_mut(side).enumerate().for_each(update);
        } else {
            block.par_chunks_mut(side).with_min_len(32).enumerate().for_each(update);
        }
    }
    (diagonal, beside)
}

/// Computes a dot product in eight lanes, which the compiler vectorizes.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (left, left_rest) = a.as_chunks::<8>();
    let (right, right_rest) = b.as_chunks::<8>();
    let mut lanes = [0.0; 8];
    for (left, right) in left.iter().zip(right) {
        for lane in 0..8 {
            lanes[lane] += left[lane] * right[lane];
        }
    }
    let rest: f64 = left_rest.iter().zip(right_rest).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f64>() + rest
}

/// Computes the eigenvalues of a tridiagonal matrix by QL steps with implicit shifts. An eigenvalue that has not
/// converged after 60 steps, which only rounding could cause, is returned as it is.
#[expect(clippy::many_single_char_names, reason = "the names of the method's publication")]
pub(crate) fn eigenvalues(mut d: Vec<f64>, beside: Vec<f64>) -> Vec<f64> {
    let mut e = beside;
    e.push(0.0);
    let n = d.len();
    for l in 0..n {
        for _ in 0..60 {
            let m = (l..n - 1).find(|m| e[*m].abs() <= f64::EPSILON * (d[*m].abs() + d[*m + 1].abs())).unwrap_or(n - 1);
            if m == l {
                break;
            }
            let mut g = (d[l + 1] - d[l]) / (2.0 * e[l]);
            let mut r = g.hypot(1.0);
            g = d[m] - d[l] + e[l] / (g + r.copysign(g));
            let (mut s, mut c, mut p) = (1.0, 1.0, 0.0);
            let mut early = false;
            for i in (l..m).rev() {
                let f = s * e[i];
                let b = c * e[i];
                r = f.hypot(g);
                e[i + 1] = r;
                if r == 0.0 {
                    d[i + 1] -= p;
                    e[m] = 0.0;
                    early = true;
                    break;
                }
                s = f / r;
                c = g / r;
                g = d[i + 1] - p;
                r = (d[i] - g) * s + 2.0 * c * b;
                p = s * r;
                d[i + 1] = g + p;
                g = c * r - b;
            }
            if !early {
                d[l] -= p;
                e[l] = g;
                e[m] = 0.0;
            }
        }
    }
    d
}
