//! Losses: the mean over a batch and its gradient with respect to the outputs `z`.

use fanin_core::network::Real;
use fanin_core::{
    Element,
    network::{Loss, NetworkError},
};
use ndarray::{Array2, Zip};

use crate::Float;
use crate::batch::{Targets, refuse};

/// Returns the mean loss of the outputs, summed in `f64`, and its gradient with respect to each output.
pub(crate) fn loss<T: Float>(
    loss: Loss,
    z: &Array2<T>,
    targets: &Targets<T>,
) -> Result<(f64, Array2<T>), NetworkError> {
    match (loss, targets) {
        (Loss::BinaryCrossEntropy, Targets::Values(y)) => Ok(elementwise(z, y, binary_cross_entropy)),
        (Loss::MeanSquaredError, Targets::Values(y)) => Ok(elementwise(z, y, squared_error)),
        (Loss::SoftmaxCrossEntropy, Targets::Classes(classes)) => Ok(softmax_cross_entropy(z, classes)),
        _ => refuse(format!("the batch was not loaded for the loss {loss}; load it with this network")),
    }
}

/// Returns `max(z, 0) - z y + ln(1 + exp(-|z|))` and `sigmoid(z) - y`; `exp(-|z|)` never overflows.
fn binary_cross_entropy<T: Real>(z: T, y: T) -> (T, T) {
    let (zero, one) = (T::from_f64(0.0), T::from_f64(1.0));
    let e = (-z.abs()).exp();
    let (positive, sigmoid) = if z > zero { (z, one / (one + e)) } else { (zero, e / (one + e)) };
    (positive - z * y + e.ln_1p(), sigmoid - y)
}

/// Returns `(z - y)^2` and `2 (z - y)`.
fn squared_error<T: Real>(z: T, y: T) -> (T, T) {
    let error = z - y;
    (error * error, error + error)
}

/// Returns the mean of an elementwise loss over samples and outputs, with its gradient.
fn elementwise<T: Float>(z: &Array2<T>, y: &Array2<T>, single: impl Fn(T, T) -> (T, T)) -> (f64, Array2<T>) {
    let count = to_f64(z.len());
    let n = <T as Element>::from_f64(count);
    let mut total = 0.0;
    let gradient = Zip::from(z).and(y).map_collect(|&z, &y| {
        let (loss, gradient) = single(z, y);
        total += Element::to_f64(loss);
        gradient / n
    });
    (total / count, gradient)
}

/// Returns `ln(sum_j exp(z_j - max z)) - (z_y - max z)`, averaged over samples, and `(softmax(z)_j - [j = y]) /
/// samples`.
fn softmax_cross_entropy<T: Float>(z: &Array2<T>, classes: &[usize]) -> (f64, Array2<T>) {
    let count = to_f64(classes.len());
    let n = <T as Element>::from_f64(count);
    let mut total = 0.0;
    let mut gradient = z.clone();
    for (mut row, &class) in gradient.rows_mut().into_iter().zip(classes) {
        let greatest = row.fold(T::neg_infinity(), |greatest, &z| greatest.max(z));
        row -= greatest;
        let wanted = row[class];
        row.mapv_inplace(Real::exp);
        let sum = row.sum();
        total += Element::to_f64(sum.ln() - wanted);
        row /= sum;
        row[class] -= T::one();
        row /= n;
    }
    (total / count, gradient)
}

#[expect(clippy::cast_precision_loss, reason = "a batch has fewer than 2^53 outputs")]
fn to_f64(count: usize) -> f64 {
    count as f64
}
