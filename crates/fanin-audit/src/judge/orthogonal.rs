//! Matrices with orthogonal rows or columns of equal norms.

use fanin_checkpoint::reading::TensorData;
use fanin_core::{Dtype, Layout, ParamSpec};

/// The number of vectors compared with each other: the first and the last ones.
const VECTORS: usize = 32;

/// The longest vectors that are compared.
const LONGEST: usize = 1 << 22;

/// A matrix within a tensor: element `(row, column)` is at `start + (row columns + column) step`.
#[derive(Clone, Copy, Debug)]
struct Matrix {
    rows: usize,
    columns: usize,
    start: usize,
    step: usize,
}

/// The orthogonal part of a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Orthogonal {
    /// All of it, with this gain.
    Whole(f64),
    /// The center of a kernel, with this gain; the rest is zero.
    Center(f64),
}

/// Finds the orthogonal part of a parameter, within the precision of its elements.
pub(crate) fn orthogonal(data: &TensorData<'_>, param: &ParamSpec) -> Option<Orthogonal> {
    let dtype = data.element().dtype()?;
    if let Some(gain) = gain(data, dtype, whole(param)?) {
        return Some(Orthogonal::Whole(gain));
    }
    let center = center(param)?;
    let gain = gain(data, dtype, center)?;
    center.is_all_that_is_nonzero(data).then_some(Orthogonal::Center(gain))
}

/// The matrix of a whole parameter, as the initializer sees it.
fn whole(param: &ParamSpec) -> Option<Matrix> {
    let shape = param.shape();
    let (first, last) = match *shape {
        [first, .., last] if !param.is_empty() => (first, last),
        _ => return None,
    };
    let (rows, columns) = match param.layout() {
        Some(Layout::InOut | Layout::KernelOutIn) => (param.len() / last, last),
        _ => (first, param.len() / first),
    };
    Some(Matrix { rows, columns, start: 0, step: 1 })
}

/// The matrix at the center of a kernel.
fn center(param: &ParamSpec) -> Option<Matrix> {
    let shape = param.shape();
    if shape.len() < 3 || param.is_empty() {
        return None;
    }
    let kernel_first = param.layout().is_some_and(Layout::kernel_first);
    let split = if kernel_first { shape.len() - 2 } else { 2 };
    let (kernel, channels) = if kernel_first { shape.split_at(split) } else { (&shape[2..], &shape[..2]) };
    let &[rows, columns] = channels else { return None };
    let taps: usize = kernel.iter().product();
    let at = kernel.iter().fold(0, |at, length| at * length + length / 2);
    let (start, step) = if kernel_first { (at * rows * columns, 1) } else { (at, taps) };
    Some(Matrix { rows, columns, start, step })
}

/// The common norm of the vectors if they are orthogonal: the rows if there are at most as many as columns, otherwise the columns. At
/// least two are needed, or three in 16 bits, because two random ones may pass by chance.
///
/// Random vectors of `n` elements have cosines and relative differences of squared norms of the order of `1 / sqrt(n)`; for vectors
/// that were orthogonal before rounding both are of the order of the rounding errors.
fn gain(data: &TensorData<'_>, dtype: Dtype, matrix: Matrix) -> Option<f64> {
    let (short, long) = (matrix.rows.min(matrix.columns), matrix.rows.max(matrix.columns));
    let (least, tolerance) = match dtype {
        Dtype::F32 | Dtype::F64 => (2, 1e-3),
        Dtype::F16 | Dtype::BF16 => (3, 5e-2),
    };
    if short < least || long > LONGEST {
        return None;
    }
    let tolerance = tolerance / root(long);
    let mut vectors: Vec<Vec<f64>> = Vec::new();
    let mut first = 0.0;
    let chosen = (0..short.min(VECTORS)).chain(VECTORS.max(short.saturating_sub(VECTORS))..short);
    for number in chosen {
        let vector = matrix.vector(data, number)?;
        let square = dot(&vector, &vector);
        if vectors.is_empty() {
            first = square;
        }
        let alike = square > 0.0 && (square / first - 1.0).abs() <= tolerance;
        if !alike || vectors.iter().any(|other| dot(&vector, other).abs() > tolerance * square) {
            return None;
        }
        vectors.push(vector);
    }
    Some(first.sqrt())
}

impl Matrix {
    /// A row if there are at most as many as columns, otherwise a column.
    fn vector(self, data: &TensorData<'_>, number: usize) -> Option<Vec<f64>> {
        let (offset, stride, length) = if self.rows <= self.columns {
            (number * self.columns, 1, self.columns)
        } else {
            (number, self.columns, self.rows)
        };
        let (start, stride) = (self.start + offset * self.step, stride * self.step);
        let mut vector = vec![0.0; length];
        if stride == 1 {
            return (data.read_f64(start, &mut vector) == length).then_some(vector);
        }
        for (at, value) in vector.iter_mut().enumerate() {
            if data.read_f64(start + at * stride, std::slice::from_mut(value)) == 0 {
                return None;
            }
        }
        Some(vector)
    }

    /// Whether all elements outside the matrix are zero, and there are some.
    fn is_all_that_is_nonzero(self, data: &TensorData<'_>) -> bool {
        let inside = |at: usize| {
            let offset = at.checked_sub(self.start).filter(|offset| offset.is_multiple_of(self.step));
            offset.is_some_and(|offset| offset / self.step < self.rows * self.columns)
        };
        let mut block = [0.0; 1024];
        let zero = |start: usize| {
            let read = data.read_f64(start, &mut block);
            (start..).zip(block.iter().take(read)).all(|(at, value)| *value == 0.0 || inside(at))
        };
        data.len() > self.rows * self.columns && (0..data.len()).step_by(1024).all(zero)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[expect(clippy::cast_precision_loss, reason = "a length is below 2^53")]
fn root(length: usize) -> f64 {
    (length as f64).sqrt()
}
