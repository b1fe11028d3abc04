//! Identification of all tensors of a checkpoint.

use std::collections::HashMap;

use fanin_core::{ParamSpec, Role, param::Fans};
use rayon::prelude::*;

use super::options::IdentifyOptions;
use super::tensor::tensor;
use super::verdict::Identification;
use fanin_checkpoint::reading::{Checkpoint, ReadError, Tensor};

/// A tensor and its identification.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// The tensor.
    pub tensor: &'a Tensor,
    /// The fans used for its candidates.
    pub fans: Option<Fans>,
    /// The identification.
    pub identification: Identification,
}

/// Identifies the tensors whose names pass `wanted`, in the order of the checkpoint, on the current thread pool.
///
/// A bias `x.bias` is also compared with PyTorch's default, whose bound depends on `x.weight`. `seen` is called after every tensor,
/// from any thread.
///
/// # Errors
/// [`ReadError`] if a tensor lies outside its file.
pub fn model<'a>(
    checkpoint: &'a Checkpoint,
    wanted: impl Fn(&str) -> bool + Sync,
    options: &IdentifyOptions,
    seen: impl Fn(&Tensor) + Sync,
) -> Result<Vec<Found<'a>>, ReadError> {
    let weights = checkpoint.tensors().iter().filter(|tensor| tensor.shape().len() >= 2);
    let weights: HashMap<&str, &Tensor> =
        weights.filter_map(|tensor| Some((tensor.name().strip_suffix("weight")?, tensor))).collect();
    let tensors: Vec<&Tensor> = checkpoint.tensors().iter().filter(|tensor| wanted(tensor.name())).collect();
    let found = tensors.into_par_iter().map(|stored| {
        let data = checkpoint.load(stored)?;
        let param = param(&weights, stored, options);
        let identification = match &param {
            Some(param) => tensor(&data, param, options),
            None => Identification::unreadable(&data),
        };
        seen(stored);
        let fans = param.and_then(|param| param.fans().ok());
        Ok(Found { tensor: stored, fans, identification })
    });
    found.collect()
}

/// The tensor as a parameter; `None` if its shape is too large.
fn param(weights: &HashMap<&str, &Tensor>, tensor: &Tensor, options: &IdentifyOptions) -> Option<ParamSpec> {
    let param = of_shape(tensor, options)?;
    if tensor.shape().len() >= 2 {
        return Some(param);
    }
    let Some(module) = tensor.name().strip_suffix("bias") else { return Some(param) };
    let fans = weights.get(module).and_then(|weight| of_shape(weight, options)?.fans().ok());
    let param = param.with_role(Role::Bias);
    Some(match fans {
        Some(fans) => param.with_fans(fans),
        None => param,
    })
}

fn of_shape(tensor: &Tensor, options: &IdentifyOptions) -> Option<ParamSpec> {
    let stated = options.layouts.iter().find(|(pattern, _)| pattern.matches(tensor.name()));
    let layout = stated.map_or(options.layout, |(_, layout)| *layout);
    Some(ParamSpec::new(tensor.name(), tensor.shape()).ok()?.with_layout(layout))
}
