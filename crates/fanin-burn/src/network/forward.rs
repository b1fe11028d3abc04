//! The forward pass.

use burn_core::tensor::Tensor;
use fanin_core::network::{Mode, Observer, Stage};

use super::activation::activate;
use super::linear::Linear;
use super::norm::Statistics;
use super::show::{Stop, show_signal};
use super::{Float, Mlp};

/// The values of the forward pass that the backward pass and a step need: the points whose gradients an observer wants
/// (burn keeps gradients of leaves only, so each point gets a leaf), and the statistics of the batch.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// At `z` of each layer.
    pub(super) sums: Vec<Option<Tensor<2>>>,
    /// At the output of each layer.
    pub(super) values: Vec<Option<Tensor<2>>>,
    /// The batch statistics of each batch-normalized layer, with the layer's index.
    pub(super) statistics: Vec<(usize, Statistics)>,
}

impl<T: Float> Mlp<T> {
    /// Computes, layer by layer, `z = a W' + b`, the norm if there is one, and `f(z)`. The last `f(z)` is the output of
    /// the network. At the end of a residual block, the block's input is added: `x + scale f(z)`.
    ///
    /// `layers` are those of the network, tracked for a backward pass or not. `kept` receives the values that the
    /// backward pass and a step need.
    pub(super) fn propagate(
        &self,
        layers: &[Linear],
        x: Tensor<2>,
        observer: &mut dyn Observer,
        mut kept: Option<&mut Kept>,
    ) -> Result<Tensor<2>, Stop> {
        let mut a = x;
        // The input of the current block.
        let mut carried: Option<Tensor<2>> = None;
        for (index, (linear, layer)) in layers.iter().zip(self.spec.layers()).enumerate() {
            let mut z = linear.forward(a);
            if let Some((tensors, norm)) = linear.norm.as_ref().zip(layer.norm.as_ref()) {
                let running = tensors.running.as_ref().filter(|_| self.mode == Mode::Eval);
                let (normalized, batch) = tensors.normalize(norm.norm, running, &z);
                z = normalized;
                if let (Some(kept), Some(batch)) = (kept.as_deref_mut(), batch) {
                    kept.statistics.push((index, batch));
                }
            }
            if let Some(kept) = kept.as_deref_mut() {
                kept.sums.push(probe(&mut z, observer.wants(Stage::PreActivationGradient)));
            }
            show_signal::<T>(observer, Stage::PreActivation, index, &z)?;
            a = activate::<T>(layer.activation, z)?;
            if layer.skip.is_some()
                && let Some(x) = carried.take()
            {
                a = x + linear.scaled(a);
            }
            if let Some(kept) = kept.as_deref_mut() {
                kept.values.push(probe(&mut a, observer.wants(Stage::ActivationGradient)));
            }
            show_signal::<T>(observer, Stage::Activation, index, &a)?;
            if layer.carried {
                carried = Some(a.clone());
            }
        }
        Ok(a)
    }
}

impl Linear {
    /// Computes `z = a W' + b`, with `a + c` in place of `a` if there is an input bias `c`.
    fn forward(&self, a: Tensor<2>) -> Tensor<2> {
        let a = match &self.input_bias {
            Some(c) => a + c.clone(),
            None => a,
        };
        a.matmul(self.weight.clone().transpose()) + self.bias.clone()
    }

    /// Multiplies a branch by its factor, if it has one.
    fn scaled(&self, branch: Tensor<2>) -> Tensor<2> {
        match &self.scale {
            Some(scale) => branch * scale.clone(),
            None => branch,
        }
    }
}

/// Adds a leaf whose gradient equals that of the tensor. Its value is -0.0, because adding -0.0 changes no bit.
fn probe(tensor: &mut Tensor<2>, is_wanted: bool) -> Option<Tensor<2>> {
    if !is_wanted {
        return None;
    }
    let probe = Tensor::full(tensor.shape(), -0.0, (&tensor.device(), tensor.dtype())).require_grad();
    *tensor = tensor.clone() + probe.clone();
    Some(probe)
}
