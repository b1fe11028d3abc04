//! The axes of a weight.

use super::corpus::Tensor;

/// Returns the output axis, its length, and the number of inputs of one output.
pub(crate) fn axes(tensor: &Tensor) -> Option<(usize, usize, usize)> {
    let spec = tensor.weight()?;
    let axis = spec.layout()?.out_axis(spec.shape().len())?;
    let outputs = *spec.shape().get(axis)?;
    Some((axis, outputs, tensor.len() / outputs.max(1)))
}

/// Returns the input axis.
pub(crate) fn in_axis(tensor: &Tensor) -> Option<usize> {
    let spec = tensor.weight()?;
    let of_layout = || spec.layout().and_then(|layout| layout.in_axis(spec.shape().len()));
    tensor.in_axis.unwrap_or_else(of_layout)
}

/// Returns the lengths of the input and output axes.
pub(crate) fn ends(tensor: &Tensor) -> Option<(usize, usize)> {
    let (_, outputs, _) = axes(tensor)?;
    Some((*tensor.shape.get(in_axis(tensor)?)?, outputs))
}
