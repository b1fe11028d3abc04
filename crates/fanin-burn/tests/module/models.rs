//! The models under test, of burn's own layers.

use std::collections::HashMap;

use burn_core as burn;
use burn_core::module::Module;
use burn_core::tensor::{Device, Tensor, TensorData};
use burn_nn::conv::{Conv2d, Conv2dConfig};
use burn_nn::transformer::{TransformerEncoder, TransformerEncoderConfig};
use burn_nn::{
    BatchNorm, BatchNormConfig, Embedding, EmbeddingConfig, LayerNorm, LayerNormConfig, Linear, LinearConfig,
    PaddingConfig2d,
};
use fanin_core::Seed;

pub(crate) const SEED: Seed = Seed(2026);

/// A perceptron.
#[derive(Module, Debug)]
pub(crate) struct Perceptron {
    pub(crate) layers: Vec<Linear>,
}

impl Perceptron {
    pub(crate) fn new(widths: &[usize], device: &Device) -> Self {
        let layer = |pair: &[usize]| LinearConfig::new(pair[0], pair[1]).init(device);
        Self { layers: widths.windows(2).map(layer).collect() }
    }
}

/// A residual block of two convolutions with a projection, and a head.
#[derive(Module, Debug)]
pub(crate) struct ResidualBlock {
    pub(crate) conv1: Conv2d,
    pub(crate) bn1: BatchNorm,
    pub(crate) conv2: Conv2d,
    pub(crate) bn2: BatchNorm,
    pub(crate) downsample: Option<(Conv2d, BatchNorm)>,
    pub(crate) fc: Linear,
}

impl ResidualBlock {
    pub(crate) fn new(device: &Device) -> Self {
        let conv = |inputs, outputs, size| {
            let padding = PaddingConfig2d::Explicit(size / 2, size / 2, size / 2, size / 2);
            let config = Conv2dConfig::new([inputs, outputs], [size, size]).with_padding(padding).with_bias(false);
            config.init(device)
        };
        let norm = |channels| BatchNormConfig::new(channels).init(device);
        Self {
            conv1: conv(16, 32, 3),
            bn1: norm(32),
            conv2: conv(32, 32, 3),
            bn2: norm(32),
            downsample: Some((conv(16, 32, 1), norm(32))),
            fc: LinearConfig::new(32, 10).init(device),
        }
    }
}

/// A transformer encoder for sequences of tokens, with a head.
#[derive(Module, Debug)]
pub(crate) struct Classifier {
    pub(crate) embedding: Embedding,
    pub(crate) encoder: TransformerEncoder,
    pub(crate) norm: LayerNorm,
    pub(crate) head: Linear,
}

impl Classifier {
    pub(crate) fn new(device: &Device) -> Self {
        Self {
            embedding: EmbeddingConfig::new(101, 48).init(device),
            encoder: TransformerEncoderConfig::new(48, 96, 4, 2).init(device),
            norm: LayerNormConfig::new(48).init(device),
            head: LinearConfig::new(48, 7).init(device),
        }
    }
}

/// The values of a module by address, as bits.
pub(crate) fn bits<M: Module>(module: &M) -> HashMap<String, (Vec<usize>, Vec<u32>)> {
    let of = |(name, data): (String, TensorData)| {
        let values: Vec<f32> = data.try_to_vec().expect("values of f32");
        (name, (data.shape().to_vec(), values.into_iter().map(f32::to_bits).collect()))
    };
    fanin_burn::values(module).into_iter().map(of).collect()
}

/// The values of a tensor, row-major.
pub(crate) fn values<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.to_data().try_to_vec().expect("values of f32")
}
