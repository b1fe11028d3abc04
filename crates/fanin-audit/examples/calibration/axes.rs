//! The axes of a weight.

use super::corpus::Tensor;

/// Returns the output axis, its length, and the number of inputs of one output.
pub(crate) fn axes(tensor: &Tensor) -> Option<(usize, usize, usize)> {
    let spec = tensor.weight()?;
    let axis = spec.layout()?.out_axis(spec.shape().len())?;
    let outputs = *spec.shape().get(axis)?;
    Some((axis, outputs, tensor.len() / outputs.max(1)))
}

/// Returns the lengths of the input and output axes.
pub(crate) fn ends(tensor: &Tensor) -> Option<(usize, usize)> {
    let (_, outputs, _) = axes(tensor)?;
    Some((*tensor.shape.get(tensor.in_axis?)?, outputs))
}

/// Returns the indices of one line along an axis.
pub(crate) fn line(tensor: &Tensor, axis: usize, number: usize) -> Vec<usize> {
    let inner: usize = tensor.shape[axis + 1..].iter().product();
    let length = tensor.shape[axis];
    let outer = tensor.len() / (length * inner).max(1);
    (0..outer).flat_map(|o| (0..inner).map(move |i| (o * length + number) * inner + i)).collect()
}
