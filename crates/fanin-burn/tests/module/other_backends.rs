//! The same model has the same weights in burn, candle and ndarray, and those of fanin-core.

use std::collections::HashMap;

use burn_core::tensor::Device;
use candle_core::{DType, Device as CandleDevice};
use candle_nn::{BatchNormConfig, Conv2dConfig, VarBuilder};
use fanin_core::initializers::{Normal, Orthogonal, TruncatedNormal, Zeros, he_normal};
use fanin_core::network::{Loss, MlpSpec};
use fanin_core::{Activation, ParametersExt, Plan};
use fanin_ndarray::Mlp;
use fanin_recipes::Recipe;

use super::models::{Perceptron, ResidualBlock, SEED, bits};

const WIDTHS: [usize; 4] = [20, 33, 17, 4];

fn plan() -> Plan {
    Plan::new()
        .rule("*.bias", Zeros)
        .rule("layers.0.weight", he_normal())
        .rule("layers.1.weight", Orthogonal::new(1.5).unwrap())
        .rule("layers.2.weight", TruncatedNormal::new(0.0, 0.02, -2.0, 2.0).unwrap())
}

#[test]
fn a_perceptron_has_the_same_bits_everywhere() {
    let (burn, _) = fanin_burn::init(Perceptron::new(&WIDTHS, &Device::flex()), plan(), SEED).unwrap();
    let burn = bits(&burn);

    let spec = MlpSpec::new(WIDTHS, Activation::Relu, Loss::SoftmaxCrossEntropy).unwrap();
    let mut network = Mlp::<f32>::new(&spec).unwrap();
    plan().apply(&mut network, SEED).unwrap();
    #[allow(clippy::cast_possible_truncation, reason = "these are values of f32")]
    let of =
        |name: &str| network.values(name).unwrap().iter().map(|value| (*value as f32).to_bits()).collect::<Vec<_>>();

    let candle = fanin_candle::build(plan(), SEED, DType::F32, &CandleDevice::Cpu, |vb| {
        let layer =
            |index: usize| candle_nn::linear(WIDTHS[index], WIDTHS[index + 1], vb.pp(format!("layers.{index}")));
        Ok([layer(0)?, layer(1)?, layer(2)?])
    });
    let candle = of_candle(&candle.unwrap().variables);
    assert_eq!((burn.len(), candle.len()), (6, 6));
    for (name, (shape, values)) in &burn {
        assert_eq!(candle[name], (shape.clone(), values.clone()), "{name}");
        assert!(of(name) == *values, "{name}");
    }
}

#[test]
fn a_residual_block_has_the_same_bits_in_candle() {
    let recipe = || Recipe::named("resnet").unwrap();
    let (burn, _) = fanin_burn::init(ResidualBlock::new(&Device::flex()), recipe(), SEED).unwrap();
    let candle = fanin_candle::build(recipe(), SEED, DType::F32, &CandleDevice::Cpu, |vb: VarBuilder<'static>| {
        let conv = |inputs, outputs, size, name: &str| {
            candle_nn::conv2d_no_bias(inputs, outputs, size, Conv2dConfig::default(), vb.pp(name))
        };
        let norm = |name: &str| candle_nn::batch_norm(32, BatchNormConfig::default(), vb.pp(name));
        conv(16, 32, 3, "conv1")?;
        conv(32, 32, 3, "conv2")?;
        conv(16, 32, 1, "downsample.0")?;
        for name in ["bn1", "bn2", "downsample.1"] {
            norm(name)?;
        }
        candle_nn::linear(32, 10, vb.pp("fc"))
    });
    let candle = of_candle(&candle.unwrap().variables);
    let burn = bits(&burn);
    assert_eq!((burn.len(), candle.len()), (17, 17));
    for (name, values) in &burn {
        assert_eq!(candle.get(name), Some(values), "{name}");
    }
}

fn of_candle(variables: &fanin_candle::Variables) -> HashMap<String, (Vec<usize>, Vec<u32>)> {
    let of = |variable: &fanin_candle::Variable| {
        let values: Vec<f32> = variable.tensor().flatten_all().unwrap().to_vec1().unwrap();
        let bits = values.into_iter().map(f32::to_bits).collect();
        (variable.name().to_owned(), (variable.param().shape().to_vec(), bits))
    };
    variables.iter().map(of).collect()
}

/// `fanin sample` prints these values.
#[test]
fn a_linear_weight_is_the_transpose_of_its_address() {
    use fanin_core::{InitializerExt, Layout, ParamSpec};
    let plan = Plan::new().rule("*", Normal::new(0.0, 1.0).unwrap());
    let (model, _) = fanin_burn::init(Perceptron::new(&[3, 2], &Device::flex()), plan, SEED).unwrap();
    let address = ParamSpec::new("layers.0.weight", [2, 3]).unwrap().with_layout(Layout::OutIn);
    let drawn: Vec<f32> = Normal::new(0.0, 1.0).unwrap().sample(&address, SEED).unwrap();
    let stored = super::models::values(&model.layers[0].weight.val());
    assert_eq!(stored, [drawn[0], drawn[3], drawn[1], drawn[4], drawn[2], drawn[5]]);
}
