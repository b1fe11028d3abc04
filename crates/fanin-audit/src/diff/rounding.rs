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
        pairs.all(|(exact, stored)| {
            let near = nearest(*exact, dtype);
            near == *stored || near.is_nan() && stored.is_nan()
        })
    })
}

fn nearest(value: f64, dtype: Dtype) -> f64 {
    match dtype {
        Dtype::F64 => value,
        Dtype::F32 => f32::from_f64(value).to_f64(),
        Dtype::F16 => <f16 as Element>::from_f64(value).to_f64(),
        Dtype::BF16 => <bf16 as Element>::from_f64(value).to_f64(),
    }
}
