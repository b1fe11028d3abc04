//! Both backends start from identical bits and train to the same values up to rounding.

use candle_core::Device;
use fanin_core::initializers::{TruncatedNormal, Uniform, glorot_normal, he_normal};
use fanin_core::{
    Activation, Element, InitializerExt, ParametersExt, Plan, Seed,
    network::{FromMlpSpec, Loss, MlpSpec, NetworkExt, OptimizerSpec, Trainable},
};

use super::in_one_thread;
use crate::network;
use crate::network::samples::{Set, for_loss};

const SEED: Seed = Seed(2026);

fn spec(activation: Activation, loss: Loss) -> MlpSpec {
    MlpSpec::new([5, 300, 7, 3], activation, loss).unwrap()
}

fn bits<T: Element>(values: &[T]) -> Vec<u64> {
    values.iter().map(|value| value.to_f64().to_bits()).collect()
}

/// Each kind of draw fills one parameter, as part of a network and separately.
fn start_from_the_same_bits<T: Element + fanin_candle::Float + fanin_ndarray::Float>() {
    let spec = spec(Activation::Tanh, Loss::MeanSquaredError);
    let rules = || (Uniform::new(-0.5, 0.5).unwrap(), TruncatedNormal::new(0.0, 0.2, -2.0, 2.0).unwrap());
    let (uniform, truncated) = rules();
    let plan = Plan::new()
        .rule("*.bias", uniform)
        .rule("layers.0.*", he_normal())
        .rule("layers.1.*", truncated)
        .rule("*", glorot_normal());
    let mut here = fanin_candle::Mlp::<T>::on(&spec, &Device::Cpu).unwrap();
    let mut there = fanin_ndarray::Mlp::<T>::new(&spec).unwrap();
    plan.apply(&mut here, SEED).unwrap();
    plan.apply(&mut there, SEED).unwrap();
    for param in spec.params() {
        let name = param.name();
        let (uniform, truncated) = rules();
        let alone: Vec<T> = match name {
            "layers.0.weight" => he_normal().sample(param, SEED),
            "layers.1.weight" => truncated.sample(param, SEED),
            "layers.2.weight" => glorot_normal().sample(param, SEED),
            _ => uniform.sample(param, SEED),
        }
        .unwrap();
        let alone = bits(&alone);
        assert!(alone.iter().any(|bits| *bits != 0));
        assert_eq!(bits(&here.values(name).unwrap()), alone, "{name}");
        assert_eq!(bits(&there.values(name).unwrap()), alone, "{name}");
    }
}

#[test]
fn both_start_from_the_bits_of_core() {
    start_from_the_same_bits::<f32>();
    start_from_the_same_bits::<f64>();
}

/// The outputs and parameters after 60 steps, and the loss of every step.
fn trained<N: Trainable + FromMlpSpec>(spec: &MlpSpec, set: &Set, optimizer: &OptimizerSpec) -> [Vec<f64>; 2] {
    // With squared loss, 300 cosines would overshoot from larger weights, and rounding errors would grow with every
    // step.
    let std = if spec.layers()[0].activation == Activation::Cos { 0.03 } else { 0.3 };
    let mut network: N = network::parameters::random(spec, std);
    let batch = network.load(&set.samples()).unwrap();
    let mut optimizer = network.optimizer(optimizer).unwrap();
    let losses = (0..60).map(|_| network.step(&batch, &mut optimizer).unwrap()).collect();
    let mut values = network.predict(&batch).unwrap().values;
    for param in spec.params() {
        values.extend(network.values(param.name()).unwrap());
    }
    [values, losses]
}

fn train_to_the_same_values<T: fanin_candle::Float + fanin_ndarray::Float>(tolerance: f64) {
    for (activation, loss) in Activation::ALL.into_iter().zip(Loss::ALL.into_iter().cycle()) {
        for optimizer in [OptimizerSpec::sgd(0.05), OptimizerSpec::momentum(0.02, 0.9), OptimizerSpec::adam(0.003)] {
            let (spec, set) = (spec(activation, loss), for_loss(loss, 5, 3, 20));
            let [ours, our_losses] = trained::<fanin_candle::Mlp<T>>(&spec, &set, &optimizer);
            let [theirs, their_losses] = trained::<fanin_ndarray::Mlp<T>>(&spec, &set, &optimizer);
            let pairs = ours.iter().zip(&theirs).chain(our_losses.iter().zip(&their_losses));
            let worst = pairs.map(|(a, b)| (a - b).abs() / b.abs().max(1.0)).fold(0.0, f64::max);
            // At the maximum of a cosine the gradients are small, and Adam divides by their magnitude.
            let tolerance = if activation == Activation::Cos { 10.0 * tolerance } else { tolerance };
            assert!(worst < tolerance, "{activation} {loss} {optimizer}: {worst:e}");
            assert!(their_losses[59] < their_losses[0], "{activation} {loss} {optimizer}");
        }
    }
}

/// Returns the largest difference between parameters, outputs and losses, relative for values above 1.
#[test]
fn both_train_to_the_same_values() {
    // Sixty steps amplify differences in the summation order of products, which depends on the instruction set.
    in_one_thread(|| train_to_the_same_values::<f64>(1e-11));
    in_one_thread(|| train_to_the_same_values::<f32>(1e-4));
}
