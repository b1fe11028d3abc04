//! Whether one tensor is another, rounded to its element type.

use fanin_core::{Dtype, Element};
use half::{bf16, f16};
use rayon::prelude::*;

use fanin_checkpoint::reading::TensorData;

/// Values compared at a time.
const BLOCK: usize = 1024;

/// Whether `b` is `a` rounded to the type of `b`, or vice versa, value by value.
pub(super) fn one_is_the_other(a: &TensorData<'_>, b: &TensorData<'_>) -> bool {
    let (Some(left), Some(right)) = (a.element().dtype(), b.element().dtype()) else { return false };
    rounded(a, b, right) || rounded(b, a, left)
}

fn rounded(from: &TensorData<'_>, to: &TensorData<'_>, dtype: Dtype) -> bool {
    let starts = (0..from.len()).into_par_iter().step_by(BLOCK);
    starts.all(|start| {
        let (mut exact, mut stored) = ([0.0; BLOCK], [0.0; BLOCK]);
        let read = from.read_f64(start, &mut exact).min(to.read_f64(start, &mut stored));
        let mut pairs = exact.iter().zip(&stored).take(read);
        pairs.all(|(exact, stored)| is_nearest(*exact, *stored, dtype))
    })
}

fn is_nearest(exact: f64, stored: f64, dtype: Dtype) -> bool {
    let near = nearest(exact, dtype);
    near == stored || near.is_nan() && stored.is_nan()
}

/// Rounds a value to the nearest number of an element type.
pub(super) fn nearest(value: f64, dtype: Dtype) -> f64 {
    match dtype {
        Dtype::F64 => value,
        Dtype::F32 => f32::from_f64(value).to_f64(),
        Dtype::F16 => <f16 as Element>::from_f64(value).to_f64(),
        Dtype::BF16 => <bf16 as Element>::from_f64(value).to_f64(),
    }
}

/// Compares single elements of two tensors: byte by byte, or as numbers of which the wider one is rounded.
pub(super) struct Equality<'d> {
    a: &'d TensorData<'d>,
    b: &'d TensorData<'d>,
    how: How,
}

enum How {
    /// The size of an element in bytes.
    Bytes(usize),
    /// The narrower type, and whether it is that of `b`.
    Rounded(Dtype, bool),
}

impl<'d> Equality<'d> {
    /// `None` if the element types cannot be compared.
    pub(super) fn of(a: &'d TensorData<'_>, b: &'d TensorData<'_>) -> Option<Self> {
        let how = if a.element() == b.element() {
            let size = a.bytes().len().checked_div(a.len())?;
            How::Bytes((size * a.len() == a.bytes().len() && size > 0).then_some(size)?)
        } else {
            let (left, right) = (a.element().dtype()?, b.element().dtype()?);
            let narrow_b = right.bytes() <= left.bytes();
            How::Rounded(if narrow_b { right } else { left }, narrow_b)
        };
        Some(Self { a, b, how })
    }

    /// Whether an element of `a` equals one of `b`.
    pub(super) fn holds(&self, of_a: usize, of_b: usize) -> bool {
        match self.how {
            How::Bytes(size) => {
                let cell = |bytes: &'d [u8], at: usize| bytes.get(at * size..(at + 1) * size);
                cell(self.a.bytes(), of_a) == cell(self.b.bytes(), of_b)
            }
            How::Rounded(dtype, narrow_b) => {
                let read = |data: &TensorData<'_>, at: usize| {
                    let mut value = [0.0];
                    (data.read_f64(at, &mut value) == 1).then_some(value[0])
                };
                let (Some(a), Some(b)) = (read(self.a, of_a), read(self.b, of_b)) else { return false };
                if narrow_b { is_nearest(a, b, dtype) } else { is_nearest(b, a, dtype) }
            }
        }
    }
}
