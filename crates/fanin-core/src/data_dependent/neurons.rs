//! Normalization of every neuron's pre-activation, layer by layer.

use super::lsuv::{scale_rows, write};
use super::moments::look;
use super::{DataDependentError, LayerStart, Moments, Report};
use crate::network::{Layer, Network};

/// Applies `w <- w / sigma` and `b <- mean - mu / sigma` to every neuron, with `mu` and `sigma` of `w a` over the
/// batch, first layer to last, so that each layer sees the updated outputs of the one before.
pub(super) fn normalize_neurons<N: Network>(
    method: &'static str,
    mean: f64,
    network: &mut N,
    batch: &N::Batch,
) -> Result<Report, DataDependentError> {
    let layers = network.layers().to_vec();
    if let Some((index, layer)) = layers.iter().enumerate().find(|(_, layer)| layer.norm.is_some()) {
        return Err(DataDependentError::Normalized { method, layer: index, weight: layer.weight.clone() });
    }
    let one = |(index, layer)| normalize_layer(mean, network, batch, index, layer);
    Ok(Report { layers: layers.iter().enumerate().map(one).collect::<Result<_, _>>()? })
}

fn normalize_layer<N: Network>(
    mean: f64,
    network: &mut N,
    batch: &N::Batch,
    index: usize,
    layer: &Layer,
) -> Result<LayerStart, DataDependentError> {
    let weight = layer.weight.clone();
    let before = look(network, batch, index)?.all;
    write(network, &layer.bias, &vec![0.0; layer.neurons])?;
    let seen = look(network, batch, index)?;
    if let Some(neuron) = seen.neurons.iter().position(|moments| !seen.varies(*moments)) {
        let value = seen.neurons.get(neuron).map_or(f64::NAN, |moments| moments.mean);
        return Err(DataDependentError::Dead { layer: index, weight, neuron: Some(neuron), value });
    }
    let factors: Vec<f64> = seen.neurons.iter().map(|Moments { variance, .. }| 1.0 / variance.sqrt()).collect();
    let bias = seen.neurons.iter().zip(&factors).map(|(moments, factor)| mean - moments.mean * factor);
    write(network, &layer.bias, &bias.collect::<Vec<_>>())?;
    scale_rows(network, &weight, layer.inputs, &factors)?;
    let after = look(network, batch, index)?.all;
    Ok(LayerStart { layer: index, weight, before, after, iterations: 1, factors })
}
