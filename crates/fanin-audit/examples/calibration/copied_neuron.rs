//! Neurons with the incoming weights of another neuron.

use super::axes::{axes, line};
use super::corpus::Tensor;
use super::draw::Draw;

/// The number of pairs of neurons that are tried.
const TRIES: usize = 100;

/// Copies the weights of one neuron, each after a change, onto another, and describes it. `suits` decides from the weights of both;
/// `None` if no drawn pair suits.
pub(crate) fn copy_neuron(
    tensor: &Tensor,
    values: &mut [f32],
    draw: &mut Draw,
    suits: impl Fn(&[f32], &[f32]) -> bool,
    change: impl Fn(f32, &mut Draw) -> f32,
) -> Option<String> {
    let (axis, outputs, _) = axes(tensor)?;
    for _ in 0..TRIES {
        let (from, to) = (draw.below(outputs), draw.below(outputs));
        let weights = |of: usize| line(tensor, axis, of).into_iter().map(|place| values[place]).collect::<Vec<f32>>();
        let (source, target) = (weights(from), weights(to));
        if from == to || !suits(&source, &target) {
            continue;
        }
        for (place, value) in line(tensor, axis, to).into_iter().zip(source) {
            values[place] = change(value, draw);
        }
        return Some(format!("{from} onto {to}"));
    }
    None
}
