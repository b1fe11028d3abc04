//! The parameters of one layer.

use burn_core::tensor::{Device, Tensor};
use fanin_core::network::{Layer, LayerNorm, NetworkError};

use super::Float;
use super::host::filled;
use super::norm::{NormTensors, Statistics};

/// The tensors of one layer. Vectors are matrices of one row.
#[derive(Clone, Debug)]
pub(super) struct Linear {
    pub(super) weight: Tensor<2>,
    pub(super) bias: Tensor<2>,
    pub(super) norm: Option<NormTensors>,
    /// A scalar added to every input.
    pub(super) input_bias: Option<Tensor<2>>,
    /// The factor of the residual branch that the layer ends, a scalar.
    pub(super) scale: Option<Tensor<2>>,
}

impl Linear {
    pub(super) fn new<T: Float>(layer: &Layer, device: &Device) -> Result<Self, NetworkError> {
        let vector = |value| filled::<T>([1, layer.neurons], value, device);
        let norm = |norm: &LayerNorm| {
            let statistics = |_| Ok::<_, NetworkError>(Statistics { mean: vector(0.0)?, variance: vector(1.0)? });
            let running = norm.running.as_ref().map(statistics).transpose()?;
            Ok::<_, NetworkError>(NormTensors { gain: vector(0.0)?, bias: vector(0.0)?, running })
        };
        let scalar = |name: Option<&String>| name.map(|_| filled::<T>([1, 1], 0.0, device)).transpose();
        Ok(Self {
            weight: filled::<T>([layer.neurons, layer.inputs], 0.0, device)?,
            bias: vector(0.0)?,
            norm: layer.norm.as_ref().map(norm).transpose()?,
            input_bias: scalar(layer.input_bias.as_ref())?,
            scale: scalar(layer.skip.as_ref().and_then(|skip| skip.scale.as_ref()))?,
        })
    }

    /// Returns the same layer whose trained parameters are leaves of a new graph.
    pub(super) fn tracked(&self) -> Self {
        let mut tracked = self.clone();
        for tensor in tracked.trained_mut() {
            *tensor = Tensor::from_inner(tensor.clone()).require_grad();
        }
        if let Some(running) = tracked.norm.as_mut().and_then(|norm| norm.running.as_mut()) {
            for tensor in [&mut running.mean, &mut running.variance] {
                *tensor = Tensor::from_inner(tensor.clone());
            }
        }
        tracked
    }

    /// Iterates over the trained tensors, in the order of the specs.
    pub(super) fn trained(&self) -> impl Iterator<Item = &Tensor<2>> {
        let norm = self.norm.iter().flat_map(|norm| [&norm.gain, &norm.bias]);
        [&self.weight, &self.bias].into_iter().chain(norm).chain(&self.input_bias).chain(&self.scale)
    }

    /// Like `trained`, for writing.
    pub(super) fn trained_mut(&mut self) -> impl Iterator<Item = &mut Tensor<2>> {
        let norm = self.norm.iter_mut().flat_map(|norm| [&mut norm.gain, &mut norm.bias]);
        let [weight, bias] = [&mut self.weight, &mut self.bias];
        [weight, bias].into_iter().chain(norm).chain(&mut self.input_bias).chain(&mut self.scale)
    }

    /// Iterates over trained tensors and buffers.
    pub(super) fn tensors(&self) -> impl Iterator<Item = &Tensor<2>> {
        let running = self.norm.iter().filter_map(|norm| norm.running.as_ref());
        let running = running.flat_map(|running| [&running.mean, &running.variance]);
        let norm = self.norm.iter().flat_map(|norm| [&norm.gain, &norm.bias]).chain(running);
        [&self.weight, &self.bias].into_iter().chain(norm).chain(&self.input_bias).chain(&self.scale)
    }

    /// Like `tensors`, for writing.
    pub(super) fn tensors_mut(&mut self) -> impl Iterator<Item = &mut Tensor<2>> {
        let norm = self.norm.iter_mut().flat_map(|norm| {
            let running = norm.running.iter_mut().flat_map(|running| [&mut running.mean, &mut running.variance]);
            [&mut norm.gain, &mut norm.bias].into_iter().chain(running)
        });
        let [weight, bias] = [&mut self.weight, &mut self.bias];
        [weight, bias].into_iter().chain(norm).chain(&mut self.input_bias).chain(&mut self.scale)
    }
}
