//! The forward pass.

use candle_core::{Result, Tensor, Var, WithDType};
use candle_nn::Module;
use fanin_core::network::{Mode, Observer, Stage};

use crate::activation::activate;
use crate::mlp::Linear;
use crate::norm::Statistics;
use crate::show::{Stop, show_signal};
use crate::{Float, Mlp};

/// The values of the forward pass that the backward pass and a step need: the points whose gradients an observer wants
/// (candle keeps gradients of variables only, so each point gets a variable), and the statistics of the batch.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// At `z` of each layer.
    pub(crate) sums: Vec<Option<Var>>,
    /// At the output of each layer.
    pub(crate) values: Vec<Option<Var>>,
    /// The batch statistics of each batch-normalized layer, with the layer's index.
    pub(crate) statistics: Vec<(usize, Statistics<Tensor>)>,
}

impl<T: Float> Mlp<T> {
    /// Computes, layer by layer, `z = a W' + b`, the norm if there is one, and `f(z)`. The last `f(z)` is the output of
    /// the network. At the end of a residual block, the block's input is added: `x + scale f(z)`.
    ///
    /// `kept` receives the values that the backward pass and a step need.
    pub(crate) fn propagate(
        &self,
        x: &Tensor,
        observer: &mut dyn Observer,
        mut kept: Option<&mut Kept>,
    ) -> std::result::Result<Tensor, Stop> {
        let mut a = x.clone();
        // The input of the current block.
        let mut carried: Option<Tensor> = None;
        for (index, (linear, layer)) in self.layers.iter().zip(self.spec.layers()).enumerate() {
            let mut z = linear.forward(&a)?;
            if let Some((vars, norm)) = linear.norm.as_ref().zip(layer.norm.as_ref()) {
                let running = vars.running.as_ref().filter(|_| self.mode == Mode::Eval);
                let (normalized, batch) = vars.normalize(norm.norm, running, &z)?;
                z = normalized;
                if let (Some(kept), Some(batch)) = (kept.as_deref_mut(), batch) {
                    kept.statistics.push((index, batch));
                }
            }
            if let Some(kept) = kept.as_deref_mut() {
                let wanted = observer.wants(Stage::PreActivationGradient);
                kept.sums.push(probe::<T>(&mut z, wanted)?);
            }
            show_signal::<T>(observer, Stage::PreActivation, index, &z)?;
            a = activate(layer.activation, &z)?;
            if layer.skip.is_some()
                && let Some(x) = carried.take()
            {
                a = (x + linear.scaled(a)?)?;
            }
            if let Some(kept) = kept.as_deref_mut() {
                let wanted = observer.wants(Stage::ActivationGradient);
                kept.values.push(probe::<T>(&mut a, wanted)?);
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
    fn forward(&self, a: &Tensor) -> Result<Tensor> {
        let linear = candle_nn::Linear::new(self.weight.as_tensor().clone(), Some(self.bias.as_tensor().clone()));
        match &self.input_bias {
            Some(c) => linear.forward(&a.broadcast_add(c.as_tensor())?),
            None => linear.forward(a),
        }
    }

    /// Multiplies a branch by its factor, if it has one.
    fn scaled(&self, branch: Tensor) -> Result<Tensor> {
        match &self.scale {
            Some(scale) => branch.broadcast_mul(scale.as_tensor()),
            None => Ok(branch),
        }
    }
}

/// Adds a variable whose gradient equals that of the tensor. Its value is -0.0, because adding -0.0 changes no bit.
fn probe<T: Float>(tensor: &mut Tensor, wanted: bool) -> Result<Option<Var>> {
    if !wanted {
        return Ok(None);
    }
    let minus_zero = <T as WithDType>::from_f64(-0.0);
    let probe = Var::from_tensor(&Tensor::full(minus_zero, tensor.shape(), tensor.device())?)?;
    *tensor = (&*tensor + probe.as_tensor())?;
    Ok(Some(probe))
}
