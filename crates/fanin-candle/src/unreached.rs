//! Variables without a gradient after a backward pass.

use candle_core::backprop::GradStore;
use candle_nn::VarMap;

use crate::Variables;
use crate::whole_model::is_running_statistic;

/// Returns the names of the variables of a `VarMap` that have no gradient in `gradients`, sorted. An optimizer never
/// changes them. Running statistics and integers, which are not trained, are left out.
///
/// Call it after the first backward pass: in candle 0.11, a model may train only in part without any error, because
/// some operations have no backward pass (see [Operations without a gradient](crate#operations-without-a-gradient)). For
/// a model from [`build`](crate::build), [`Variables::unreached`] also leaves out frozen parameters.
///
/// A gradient that exists and is zero counts as reached: zeros are common at the first step, for example behind a layer
/// that starts at zero.
///
/// ```
/// use candle_core::{DType, Device, Tensor};
/// use candle_nn::{Module, VarBuilder, VarMap, linear, ops};
///
/// let map = VarMap::new();
/// let vb = VarBuilder::from_varmap(&map, DType::F32, &Device::Cpu);
/// let (body, head) = (linear(3, 4, vb.pp("body"))?, linear(4, 2, vb.pp("head"))?);
/// let x = Tensor::ones((5, 3), DType::F32, &Device::Cpu)?;
///
/// let fused = ops::softmax_last_dim(&body.forward(&x)?)?; // has no backward pass
/// let gradients = head.forward(&fused)?.sqr()?.mean_all()?.backward()?;
/// assert_eq!(fanin_candle::unreached(&map, &gradients), ["body.bias", "body.weight"]);
///
/// let differentiable = ops::softmax(&body.forward(&x)?, 1)?;
/// let gradients = head.forward(&differentiable)?.sqr()?.mean_all()?.backward()?;
/// assert!(fanin_candle::unreached(&map, &gradients).is_empty());
/// # Ok::<(), candle_core::Error>(())
/// ```
#[must_use]
pub fn unreached(variables: &VarMap, gradients: &GradStore) -> Vec<String> {
    let data = variables.data().lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let trained = data.iter().filter(|(name, var)| var.dtype().is_float() && !is_running_statistic(name));
    let unreached = trained.filter(|(_, var)| gradients.get(var.as_tensor()).is_none());
    let mut names: Vec<String> = unreached.map(|(name, _)| name.clone()).collect();
    names.sort();
    names
}

impl Variables {
    /// Returns the names of the trained variables that have no gradient in `gradients`, in order of request. An
    /// optimizer never changes them: see [`unreached`].
    #[must_use]
    pub fn unreached(&self, gradients: &GradStore) -> Vec<&str> {
        let trained = self.iter().filter(|variable| variable.is_trained());
        let unreached = trained.filter(|variable| gradients.get(variable.tensor()).is_none());
        unreached.map(crate::Variable::name).collect()
    }
}
