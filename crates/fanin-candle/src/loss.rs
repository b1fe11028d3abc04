//! Losses: the mean over a batch and its gradient with respect to the outputs `z`.

use candle_core::{Result, Tensor};
use candle_nn::{loss, ops};
use fanin_core::network::{Loss, NetworkError};

use crate::activation::softplus;
use crate::batch::{Targets, refuse};
use crate::mlp::backend;

/// Returns the mean loss of the outputs as a scalar tensor, and its gradient with respect to each output.
///
/// The gradients are computed explicitly, so that they are accurate to the last digits everywhere. candle's gradient of
/// a stable cross-entropy is accurate only where its derivatives at kinks and ties happen to cancel.
pub(crate) fn mean_loss(
    loss: Loss,
    z: &Tensor,
    targets: &Targets,
) -> std::result::Result<(Tensor, Tensor), NetworkError> {
    let z = z.detach();
    match (loss, targets) {
        (Loss::BinaryCrossEntropy, Targets::Values(y)) => binary_cross_entropy(&z, y),
        (Loss::MeanSquaredError, Targets::Values(y)) => mean_squared_error(&z, y),
        (Loss::SoftmaxCrossEntropy, Targets::Classes { classes, one_hot }) => {
            softmax_cross_entropy(&z, classes, one_hot)
        }
        _ => return refuse(format!("the batch was not loaded for the loss {loss}; load it with this network")),
    }
    .map_err(backend)
}

/// Returns `ln(1 + exp z) - z y` and `sigmoid(z) - y`, averaged over samples and outputs.
fn binary_cross_entropy(z: &Tensor, y: &Tensor) -> Result<(Tensor, Tensor)> {
    let loss = (softplus(z)? - (z * y)?)?.mean_all()?;
    Ok((loss, ((ops::sigmoid(z)? - y)? / count(z.elem_count()))?))
}

/// Returns `(z - y)^2` and `2 (z - y)`, averaged over samples and outputs.
fn mean_squared_error(z: &Tensor, y: &Tensor) -> Result<(Tensor, Tensor)> {
    Ok((loss::mse(z, y)?, ((z - y)? * (2.0 / count(z.elem_count())))?))
}

/// Returns `ln(sum_j exp(z_j - max z)) - (z_y - max z)` and `softmax(z)_j - [j = y]`, averaged over samples.
fn softmax_cross_entropy(z: &Tensor, classes: &Tensor, one_hot: &Tensor) -> Result<(Tensor, Tensor)> {
    let gradient = ((ops::softmax(z, 1)? - one_hot)? / count(classes.elem_count()))?;
    Ok((loss::cross_entropy(z, classes)?, gradient))
}

#[expect(clippy::cast_precision_loss, reason = "a batch has fewer than 2^53 outputs")]
fn count(count: usize) -> f64 {
    count as f64
}
