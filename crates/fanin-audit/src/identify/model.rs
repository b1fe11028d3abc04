//! Identification of all tensors of a checkpoint.

use std::collections::HashMap;

use fanin_core::{ParamSpec, Role, param::Fans};
use rayon::prelude::*;

use super::options::IdentifyOptions;
use super::tensor::tensor;
use super::verdict::Identification;
use crate::judge::FileAxes;
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
    let named = checkpoint.tensors().iter().map(|tensor| (tensor.name(), tensor.shape()));
    let axes = FileAxes::of(named, &options.layouts);
    let weights = checkpoint.tensors().iter().filter(|tensor| tensor.shape().len() >= 2);
    let weights: HashMap<&str, &Tensor> =
        weights.filter_map(|tensor| Some((tensor.name().strip_suffix("weight")?, tensor))).collect();
    let tensors: Vec<&Tensor> = checkpoint.tensors().iter().filter(|tensor| wanted(tensor.name())).collect();
    let found = tensors.into_par_iter().map(|stored| {
        let data = checkpoint.load(stored)?;
        let param = param(&weights, stored, &axes);
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
fn param(weights: &HashMap<&str, &Tensor>, tensor: &Tensor, axes: &FileAxes<'_>) -> Option<ParamSpec> {
    let param = axes.param(tensor.name(), tensor.shape())?;
    if tensor.shape().len() >= 2 {
        return Some(param);
    }
    let Some(module) = tensor.name().strip_suffix("bias") else { return Some(param) };
    let fans = weights.get(module).and_then(|weight| axes.param(weight.name(), weight.shape())?.fans().ok());
    let param = param.with_role(Role::Bias);
    Some(match fans {
        Some(fans) => param.with_fans(fans),
        None => param,
    })
}
