//! Random weights, too small or too large.

use fanin_core::initializers::{Normal, Zeros, glorot_normal};
use fanin_core::{
    Activation, Initializer, Plan, Seed,
    network::{FromMlpSpec, Loss, MlpSpec, OptimizerSpec, Stage, Trainable},
};

use super::{STEPS, train};
use crate::network::parameters::distinct;
use crate::network::recorder::Recorder;
use crate::network::samples::{Set, corners};

fn start<N: Trainable + FromMlpSpec>(
    widths: &[usize],
    f: Activation,
    weights: impl Initializer + 'static,
    seed: Seed,
) -> N {
    let mut network = N::from_spec(&MlpSpec::new(widths, f, Loss::BinaryCrossEntropy).unwrap()).unwrap();
    Plan::new().rule("*.bias", Zeros).rule("*", weights).apply(&mut network, seed).unwrap();
    network
}

/// `N(0, 0.01^2)` breaks the symmetry: a shallow network learns. A deep one stays on the plateau, because the gradient
/// of the first of L layers is a product of L - 1 small weights.
pub(crate) fn small<N: Trainable + FromMlpSpec>() {
    let samples = corners(100);
    let whole = samples.batches(100);
    let small = || Normal::new(0.0, 0.01).unwrap();
    for activation in [Activation::Tanh, Activation::Relu] {
        let mut shallow: N = start(&[2, 8, 1], activation, small(), Seed(1));
        let losses = train(&mut shallow, &whole, &OptimizerSpec::sgd(1.0), 800);
        assert!(losses[799] < 0.5 * losses[0], "{activation}: {} to {}", losses[0], losses[799]);
        assert_eq!(distinct(&shallow, 0), 8, "{activation}");

        let mut deep: N = start(&[2, 8, 8, 8, 8, 1], activation, small(), Seed(1));
        let losses = train(&mut deep, &whole, &OptimizerSpec::sgd(1.0), 800);
        let entropy = entropy(&samples);
        assert!((losses[799] - entropy).abs() < 1e-4, "{activation}: {} and {entropy}", losses[799]);
        for hidden in 0..4 {
            assert_eq!(distinct(&deep, hidden), 8, "{activation} {hidden}");
        }
    }
}

/// `N(0, 10^2)` breaks the symmetry and saturates: little of the gradient passes through, and descent is slow. The
/// speed depends on the draw, so means over 8 seeds are compared.
pub(crate) fn large<N: Trainable + FromMlpSpec>() {
    let samples = corners(100);
    let whole = samples.batches(100);
    for activation in [Activation::Sigmoid, Activation::Tanh] {
        let [mut large_loss, mut glorot_loss, mut large_slope, mut glorot_slope] = [0.0; 4];
        for seed in (0..8).map(Seed) {
            let mut network: N = start(&[2, 8, 8, 1], activation, Normal::new(0.0, 10.0).unwrap(), seed);
            large_slope += mean_slope(&network, activation, &samples) / 8.0;
            large_loss += train(&mut network, &whole, &OptimizerSpec::sgd(0.1), STEPS)[STEPS - 1] / 8.0;
            assert_eq!([distinct(&network, 0), distinct(&network, 1)], [8, 8], "{activation}");
            let mut network: N = start(&[2, 8, 8, 1], activation, glorot_normal(), seed);
            glorot_slope += mean_slope(&network, activation, &samples) / 8.0;
            glorot_loss += train(&mut network, &whole, &OptimizerSpec::sgd(0.1), STEPS)[STEPS - 1] / 8.0;
        }
        assert!(large_slope < 0.2 * glorot_slope, "{activation}: slopes {large_slope} and {glorot_slope}");
        assert!(large_loss > 1.3 * glorot_loss, "{activation}: losses {large_loss} and {glorot_loss}");
    }
}

/// The mean of `f'(z)` over hidden neurons and samples: the fraction of a gradient that passes through.
fn mean_slope<N: Trainable>(network: &N, activation: Activation, set: &Set) -> f64 {
    let mut seen = Recorder { only: Some(Stage::PreActivation), ..Recorder::default() };
    network.forward(&network.load(&set.samples()).unwrap(), &mut seen).unwrap();
    let hidden = seen.records.iter().filter(|record| record.layer < 2).flat_map(|record| &record.values);
    let (sum, count) = hidden.fold((0.0, 0.0), |(sum, count), z| (sum + activation.derivative(*z), count + 1.0));
    sum / count
}

/// The loss of the best constant prediction.
fn entropy(set: &Set) -> f64 {
    let p = set.mean_class();
    -p * p.ln() - (1.0 - p) * (1.0 - p).ln()
}
