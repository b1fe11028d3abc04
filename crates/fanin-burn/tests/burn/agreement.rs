//! The backends start from identical bits and train to the same values up to rounding.

use fanin_core::initializers::{TruncatedNormal, Uniform, glorot_normal, he_normal};
use fanin_core::{
    Activation, Plan, Seed,
    network::{FromMlpSpec, Loss, MlpSpec, NetworkExt, OptimizerSpec, Trainable},
};
use fanin_core::{Element, ParametersExt};

use super::in_one_thread;
use crate::network::parameters::{bits, random};
use crate::network::samples::{Set, for_loss};

const SEED: Seed = Seed(2026);

fn spec(activation: Activation, loss: Loss) -> MlpSpec {
    MlpSpec::new([5, 300, 7, 3], activation, loss).unwrap()
}

/// Each kind of draw fills one parameter, on any number of threads.
fn start_from_the_same_bits<T: Element + fanin_burn::Float + fanin_candle::Float + fanin_ndarray::Float>() {
    let spec = spec(Activation::Tanh, Loss::MeanSquaredError);
    let plan = Plan::new()
        .rule("*.bias", Uniform::new(-0.5, 0.5).unwrap())
        .rule("layers.0.*", he_normal())
        .rule("layers.1.*", TruncatedNormal::new(0.0, 0.2, -2.0, 2.0).unwrap())
        .rule("*", glorot_normal());
    let mut ndarray = fanin_ndarray::Mlp::<T>::new(&spec).unwrap();
    let mut candle = fanin_candle::Mlp::<T>::new(&spec).unwrap();
    plan.apply(&mut ndarray, SEED).unwrap();
    plan.apply(&mut candle, SEED).unwrap();
    let wanted = bits(&ndarray);
    assert!(wanted == bits(&candle) && wanted.iter().all(|bits| *bits != 0));
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut burn = fanin_burn::Mlp::<T>::new(&spec).unwrap();
        pool.install(|| plan.apply(&mut burn, SEED)).unwrap();
        assert!(bits(&burn) == wanted, "{threads} threads");
    }
}

#[test]
fn all_backends_start_from_the_same_bits() {
    start_from_the_same_bits::<f32>();
    start_from_the_same_bits::<f64>();
}

/// The outputs and parameters after so many steps, and the loss of every step.
fn trained<N: Trainable + FromMlpSpec>(
    spec: &MlpSpec,
    set: &Set,
    optimizer: &OptimizerSpec,
    steps: usize,
) -> [Vec<f64>; 2] {
    // With squared loss, 300 cosines would overshoot from larger weights, and rounding errors would grow with every
    // step.
    let std = if spec.layers()[0].activation == Activation::Cos { 0.03 } else { 0.3 };
    let mut network: N = random(spec, std);
    let batch = network.load(&set.samples()).unwrap();
    let mut optimizer = network.optimizer(optimizer).unwrap();
    let losses = (0..steps).map(|_| network.step(&batch, &mut optimizer).unwrap()).collect();
    let mut values = network.predict(&batch).unwrap().values;
    for param in spec.params() {
        values.extend(network.values(param.name()).unwrap());
    }
    [values, losses]
}

/// The largest difference between parameters, outputs and losses is relative for values above 1.
fn train_to_the_same_values<T: fanin_burn::Float + fanin_ndarray::Float>(tolerance: f64, steps_with_kinks: usize) {
    for (activation, loss) in Activation::ALL.into_iter().zip(Loss::ALL.into_iter().cycle()) {
        for optimizer in [OptimizerSpec::sgd(0.05), OptimizerSpec::momentum(0.02, 0.9), OptimizerSpec::adam(0.003)] {
            let (spec, set) = (spec(activation, loss), for_loss(loss, 5, 3, 20));
            let steps = if activation.page().kinks.is_empty() { 60 } else { steps_with_kinks };
            let [ours, our_losses] = trained::<fanin_burn::Mlp<T>>(&spec, &set, &optimizer, steps);
            let [theirs, their_losses] = trained::<fanin_ndarray::Mlp<T>>(&spec, &set, &optimizer, steps);
            let pairs = ours.iter().zip(&theirs).chain(our_losses.iter().zip(&their_losses));
            let worst = pairs.map(|(a, b)| (a - b).abs() / b.abs().max(1.0)).fold(0.0, f64::max);
            // At the maximum of a cosine the gradients are small, and Adam divides by their magnitude.
            let tolerance = if activation == Activation::Cos { 10.0 * tolerance } else { tolerance };
            assert!(worst < tolerance, "{activation} {loss} {optimizer}: {worst:e}");
            assert!(their_losses[steps - 1] < their_losses[0], "{activation} {loss} {optimizer}");
        }
    }
}

#[test]
fn both_train_to_the_same_values() {
    // Sixty steps amplify differences in the summation order of products, which depends on the instruction set.
    in_one_thread(|| train_to_the_same_values::<f64>(1e-11, 60));
    // Of the 360,000 pre-activations of 60 steps, one may be on the other side of a kink after rounding to f32, where the
    // derivative jumps.
    in_one_thread(|| train_to_the_same_values::<f32>(1e-4, 10));
}
