//! Every tensor of a checkpoint.

use std::collections::HashMap;

use fanin_core::{ParamSpec, Role, param::Fans};
use rayon::prelude::*;

use super::options::IdentifyOptions;
use super::tensor::tensor;
use super::verdict::Identification;
use crate::reading::{Checkpoint, ReadError, Tensor};

/// A tensor and what could have made it.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// The tensor.
    pub tensor: &'a Tensor,
    /// The fans that its distributions were made with, if it has any.
    pub fans: Option<Fans>,
    /// What was found.
    pub identification: Identification,
}

/// Identifies the tensors of a checkpoint whose names are wanted, in its order, on the current pool's threads.
///
/// A bias `x.bias` is compared with PyTorch's default as well, whose bound is that of `x.weight`. `seen` is told of every tensor that
/// is done, by whichever thread did it.
///
/// # Errors
/// [`ReadError`], if a tensor does not lie in its file.
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

/// The tensor as a parameter; `None` for shapes that no memory could hold.
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
