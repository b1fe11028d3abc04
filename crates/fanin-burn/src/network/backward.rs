//! burn's backward pass, and the events for observers.

use burn_core::tensor::{Gradients, Tensor};
use fanin_core::{
    Role,
    network::{NetworkError, Observer, Stage},
};

use super::forward::Kept;
use super::linear::Linear;
use super::show::{Stop, show_gradient, show_signal};
use super::{Float, Mlp};

/// Returns the gradients of the loss, given its gradient with respect to the outputs `z`.
///
/// The gradient of `sum(z g)` with respect to `z` is `g`, so burn's chain rule starts from there.
pub(super) fn back_propagate(z: Tensor<2>, loss_gradient: Tensor<2>) -> Gradients {
    (z * loss_gradient).sum().backward()
}

/// Returns the gradient of a leaf.
pub(super) fn of(leaf: &Tensor<2>, gradients: &Gradients) -> Result<Tensor<2>, NetworkError> {
    leaf.grad(gradients).ok_or_else(|| NetworkError::Backend("a leaf of the pass has no gradient".into()))
}

impl<T: Float> Mlp<T> {
    /// Sends the gradients to the observer in the order required by the contract: layers in reverse.
    pub(super) fn show_gradients(
        &self,
        layers: &[Linear],
        gradients: &Gradients,
        kept: &Kept,
        observer: &mut dyn Observer,
    ) -> Result<(), Stop> {
        let points = kept.sums.iter().zip(&kept.values);
        for (index, (linear, (sum, value))) in layers.iter().zip(points).enumerate().rev() {
            for (stage, probe) in [(Stage::ActivationGradient, value), (Stage::PreActivationGradient, sum)] {
                if let Some(probe) = probe {
                    show_signal::<T>(observer, stage, index, &of(probe, gradients)?)?;
                }
            }
            if !observer.wants(Stage::ParameterGradient) {
                continue;
            }
            let trained = self.spec.params_of(index).iter().filter(|param| param.role() != Role::Buffer);
            for (leaf, param) in linear.trained().zip(trained) {
                show_gradient::<T>(observer, index, param, &of(leaf, gradients)?)?;
            }
        }
        Ok(())
    }
}
