//! The forward pass.

use candle_core::{Result, Tensor, Var, WithDType};
use candle_nn::Module;
use fanin_core::{Observer, Stage};

use crate::activation::activate;
use crate::mlp::Linear;
use crate::show::{Stop, show_signal};
use crate::{Float, Mlp};

/// The points of a pass whose gradients an observer wants: candle keeps only those of variables, so one is added there.
#[derive(Debug, Default)]
pub(crate) struct Probes {
    /// At `z` of each layer.
    pub(crate) sums: Vec<Option<Var>>,
    /// At `f(z)` of each layer.
    pub(crate) values: Vec<Option<Var>>,
}

impl<T: Float> Mlp<T> {
    /// Layer by layer, `z = a W' + b` and then `f(z)`; the last `f(z)` are the outputs.
    ///
    /// `probe` says which points get a probe, and `probes` takes them.
    pub(crate) fn propagate(
        &self,
        x: &Tensor,
        observer: &mut dyn Observer,
        mut probes: Option<&mut Probes>,
    ) -> std::result::Result<Tensor, Stop> {
        let mut a = x.clone();
        for (index, (linear, layer)) in self.layers.iter().zip(self.spec.layers()).enumerate() {
            let mut z = linear.forward(&a)?;
            if let Some(probes) = probes.as_deref_mut() {
                let wanted = observer.wants(Stage::PreActivationGradient);
                probes.sums.push(probe::<T>(&mut z, wanted)?);
            }
            show_signal::<T>(observer, Stage::PreActivation, index, &z)?;
            a = activate(layer.activation, &z)?;
            if let Some(probes) = probes.as_deref_mut() {
                let wanted = observer.wants(Stage::ActivationGradient);
                probes.values.push(probe::<T>(&mut a, wanted)?);
            }
            show_signal::<T>(observer, Stage::Activation, index, &a)?;
        }
        Ok(a)
    }
}

impl Linear {
    /// `z = a W' + b`
    fn forward(&self, a: &Tensor) -> Result<Tensor> {
        candle_nn::Linear::new(self.weight.as_tensor().clone(), Some(self.bias.as_tensor().clone())).forward(a)
    }
}

/// Adds a variable whose gradient will be the tensor's. It is -0.0, the number whose addition changes no bit.
fn probe<T: Float>(tensor: &mut Tensor, wanted: bool) -> Result<Option<Var>> {
    if !wanted {
        return Ok(None);
    }
    let minus_zero = <T as WithDType>::from_f64(-0.0);
    let probe = Var::from_tensor(&Tensor::full(minus_zero, tensor.shape(), tensor.device())?)?;
    *tensor = (&*tensor + probe.as_tensor())?;
    Ok(Some(probe))
}
