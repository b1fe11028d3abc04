//! The axes of a weight.

use super::corpus::Tensor;

/// The axis of the outputs, its length, and the inputs of one output.
pub(crate) fn axes(tensor: &Tensor) -> Option<(usize, usize, usize)> {
    let spec = tensor.weight()?;
    let axis = spec.layout()?.out_axis(spec.shape().len())?;
    let outputs = *spec.shape().get(axis)?;
    Some((axis, outputs, tensor.len() / outputs.max(1)))
}

/// The lengths of the axes of inputs and outputs.
pub(crate) fn ends(tensor: &Tensor) -> Option<(usize, usize)> {
    let spec = tensor.weight()?;
    let (layout, rank) = (spec.layout()?, spec.shape().len());
    Some((*spec.shape().get(layout.in_axis(rank)?)?, *spec.shape().get(layout.out_axis(rank)?)?))
}
