//! Orthogonal matrices from Householder QR factorizations of Gaussian ones.

use fanin_core::values::fill_normal;
use fanin_core::{InitError, Initializer, Key, ParamSpec, ParamViewMut};

/// An orthogonal initializer: Q of a Gaussian matrix, its columns multiplied by the signs of R's diagonal, so that Q is
/// uniform by Haar measure (Mezzadri 2007, section 5). The first axis forms the rows and the others the columns. The
/// rows are orthonormal, or the columns if there are fewer columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Orthogonal;

impl Initializer for Orthogonal {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
        Signs::OfTheDiagonal.fill(param, key, out)
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        refuse_vectors(param)
    }
}

/// The treatment of the signs of R's diagonal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signs {
    /// Multiply the columns of Q by the signs, which makes Q unique and uniform.
    OfTheDiagonal,
    /// Keep the signs that the reflections produce.
    AsTheyFall,
}

fn refuse_vectors(param: &ParamSpec) -> Result<(), InitError> {
    if param.shape().len() >= 2 {
        return Ok(());
    }
    let reason = "a matrix needs at least two axes; use another initializer for vectors".to_owned();
    let (name, shape) = (param.name().to_owned(), param.shape().to_vec());
    Err(InitError::Shape { name, shape, initializer: "orthogonal".to_owned(), reason })
}

impl Signs {
    /// Computes the whole matrix and copies the window.
    pub(crate) fn fill(self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        refuse_vectors(param)?;
        let rows = param.shape().first().copied().unwrap_or(0);
        let columns = param.len().checked_div(rows).unwrap_or(0);
        let mut gaussian = vec![0.0_f64; param.len()];
        fill_normal(key.values(), 0, &mut gaussian, 0.0, 1.0)
            .map_err(|error| InitError::Window { name: param.name().to_owned(), reason: error.to_string() })?;
        let (long, short) = (rows.max(columns), rows.min(columns));
        let q = self.orthonormal(gaussian.chunks(long.max(1)).map(<[f64]>::to_vec).collect(), short);
        let matrix: Vec<f64> = if rows <= columns {
            q.concat()
        } else {
            (0..rows).flat_map(|row| q.iter().filter_map(move |column| column.get(row).copied())).collect()
        };
        out.fill_each(|index| {
            usize::try_from(index).ok().and_then(|index| matrix.get(index).copied()).unwrap_or(f64::NAN)
        });
        Ok(())
    }

    /// Computes the thin Q of at most as many columns as their length (Golub & Van Loan, algorithm 5.2.1).
    fn orthonormal(self, mut columns: Vec<Vec<f64>>, count: usize) -> Vec<Vec<f64>> {
        let mut reflections = Vec::new();
        for step in 0..count {
            let tail = columns.get(step).and_then(|column| column.get(step..)).unwrap_or_default();
            let first = tail.first().copied().unwrap_or(0.0);
            let norm = dot(tail, tail).sqrt();
            let diagonal = if first > 0.0 { -norm } else { norm };
            let mut axis = tail.to_vec();
            if let Some(head) = axis.first_mut() {
                *head -= diagonal;
            }
            for column in columns.iter_mut().skip(step) {
                reflect(&axis, column.get_mut(step..).unwrap_or_default());
            }
            reflections.push((axis, if diagonal < 0.0 { -1.0 } else { 1.0 }));
        }
        let long = columns.first().map_or(0, Vec::len);
        let unit = |index: usize| (0..long).map(|row| if row == index { 1.0 } else { 0.0 }).collect::<Vec<f64>>();
        let mut q: Vec<Vec<f64>> = (0..count).map(unit).collect();
        for (step, (axis, _)) in reflections.iter().enumerate().rev() {
            for column in &mut q {
                reflect(axis, column.get_mut(step..).unwrap_or_default());
            }
        }
        if self == Self::OfTheDiagonal {
            for (column, (_, sign)) in q.iter_mut().zip(&reflections) {
                for value in column {
                    *value *= sign;
                }
            }
        }
        q
    }
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

/// Computes `x - 2 v (v'x) / (v'v)`.
fn reflect(axis: &[f64], vector: &mut [f64]) {
    let square = dot(axis, axis);
    if square > 0.0 {
        let factor = 2.0 * dot(axis, vector) / square;
        vector.iter_mut().zip(axis).for_each(|(x, v)| *x -= factor * v);
    }
}
