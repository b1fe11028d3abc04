//! Losses: the mean over a batch and its gradient with respect to the outputs `z`.

use fanin_core::Element;
use fanin_core::network::{Loss, NetworkError, Real};

use super::Float;
use super::batch::{Targets, refuse};

/// Returns the mean loss of the outputs, summed in `f64`, and its gradient with respect to each output.
///
/// Both are computed on the host, which needs the loss anyway, with formulas that are accurate to the last digits
/// everywhere.
pub(super) fn mean_loss<T: Float>(
    loss: Loss,
    z: &[T],
    columns: usize,
    targets: &Targets<T>,
) -> Result<(f64, Vec<T>), NetworkError> {
    match (loss, targets) {
        (Loss::BinaryCrossEntropy, Targets::Values(y)) => Ok(elementwise(z, y, binary_cross_entropy)),
        (Loss::MeanSquaredError, Targets::Values(y)) => Ok(elementwise(z, y, squared_error)),
        (Loss::SoftmaxCrossEntropy, Targets::Classes(classes)) => Ok(softmax_cross_entropy(z, columns, classes)),
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
fn elementwise<T: Float>(z: &[T], y: &[T], single: impl Fn(T, T) -> (T, T)) -> (f64, Vec<T>) {
    let n = <T as Element>::from_f64(to_f64(z.len()));
    let mut total = 0.0;
    let gradient = z.iter().zip(y).map(|(z, y)| {
        let (loss, gradient) = single(*z, *y);
        total += Element::to_f64(loss);
        gradient / n
    });
    let gradient = gradient.collect();
    (total / to_f64(z.len()), gradient)
}

/// Returns `ln(sum_j exp(z_j - max z)) - (z_y - max z)`, averaged over samples, and `(softmax(z)_j - [j = y]) /
/// samples`.
fn softmax_cross_entropy<T: Float>(z: &[T], columns: usize, classes: &[usize]) -> (f64, Vec<T>) {
    let (zero, one) = (<T as Element>::from_f64(0.0), <T as Element>::from_f64(1.0));
    let n = <T as Element>::from_f64(to_f64(classes.len()));
    let (mut total, mut gradient) = (0.0, Vec::with_capacity(z.len()));
    for (row, class) in z.chunks(columns.max(1)).zip(classes) {
        // The maximum ignores NaN; the sum does not.
        let greatest = row.iter().copied().reduce(|a, b| if b > a { b } else { a }).unwrap_or(zero);
        let powers: Vec<T> = row.iter().map(|z| Real::exp(*z - greatest)).collect();
        let sum = powers.iter().fold(zero, |sum, power| sum + *power);
        let wanted = row.get(*class).map_or(zero, |z| *z - greatest);
        total += Element::to_f64(sum).ln() - Element::to_f64(wanted);
        gradient.extend(powers.into_iter().enumerate().map(|(column, power)| {
            let hit = if column == *class { one } else { zero };
            (power / sum - hit) / n
        }));
    }
    (total / to_f64(classes.len()), gradient)
}

#[expect(clippy::cast_precision_loss, reason = "a batch has fewer than 2^53 outputs")]
fn to_f64(count: usize) -> f64 {
    count as f64
}
