//! candle's backward pass, and the events for observers.

use candle_core::backprop::GradStore;
use candle_core::{Error, Tensor, Var};
use fanin_core::{
    Role,
    network::{Observer, Stage},
};

use crate::forward::Kept;
use crate::show::{Stop, show_gradient, show_signal};
use crate::{Float, Mlp};

/// Returns the gradient of the loss with respect to every variable, given its gradient with respect to the outputs `z`.
///
/// The gradient of `sum(z g)` with respect to `z` is `g`, so candle's chain rule starts from there.
pub(crate) fn back_propagate(z: &Tensor, loss_gradient: &Tensor) -> candle_core::Result<GradStore> {
    (z * loss_gradient.detach())?.sum_all()?.backward()
}

impl<T: Float> Mlp<T> {
    /// Sends the gradients to the observer in the order required by the contract: layers in reverse.
    pub(crate) fn show_gradients(
        &self,
        gradients: &GradStore,
        kept: &Kept,
        observer: &mut dyn Observer,
    ) -> Result<(), Stop> {
        let points = kept.sums.iter().zip(&kept.values);
        for (index, (linear, (sum, value))) in self.layers.iter().zip(points).enumerate().rev() {
            for (stage, probe) in [(Stage::ActivationGradient, value), (Stage::PreActivationGradient, sum)] {
                if let Some(probe) = probe {
                    show_signal::<T>(observer, stage, index, of(gradients, probe)?)?;
                }
            }
            let trained = self.spec.params_of(index).iter().filter(|param| param.role() != Role::Buffer);
            for (var, param) in linear.trained().zip(trained) {
                show_gradient::<T>(observer, index, param, of(gradients, var)?)?;
            }
        }
        Ok(())
    }
}

fn of<'a>(gradients: &'a GradStore, var: &Var) -> Result<&'a Tensor, Error> {
    gradients.get(var).ok_or_else(|| Error::Msg("a variable of the pass has no gradient".to_owned()))
}
