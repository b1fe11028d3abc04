//! Random weights, too small and too large.

use fanin_core::initializers::{Normal, Zeros, glorot_normal};
use fanin_core::{Activation, FromMlpSpec, Initializer, Loss, MlpSpec, OptimiserSpec, Plan, Seed, Stage, Trainable};

use super::{STEPS, train};
use crate::network::parameters::distinct;
use crate::network::recorder::Recorder;
use crate::network::samples::{Set, corners};

fn start<N: Trainable + FromMlpSpec>(widths: &[usize], f: Activation, weights: impl Initializer + 'static) -> N {
    let mut network = N::from_spec(&MlpSpec::new(widths, f, Loss::BinaryCrossEntropy).unwrap()).unwrap();
    Plan::new().rule("*.bias", Zeros).rule("*", weights).apply(&mut network, Seed(1)).unwrap();
    network
}

/// `N(0, 0.01^2)` breaks the symmetry: a shallow network learns. A deep one stays on the plateau, for the gradient of the
/// first of L layers is a product of L - 1 small weights.
pub(crate) fn small<N: Trainable + FromMlpSpec>() {
    let samples = corners(100);
    let whole = samples.batches(100);
    let small = || Normal::new(0.0, 0.01).unwrap();
    for activation in [Activation::Tanh, Activation::Silu, Activation::Relu] {
        let mut shallow: N = start(&[2, 8, 1], activation, small());
        let losses = train(&mut shallow, &whole, &OptimiserSpec::sgd(1.0), 1500);
        assert!(losses[1499] < 0.5 * losses[0], "{activation}: {} to {}", losses[0], losses[1499]);
        assert_eq!(distinct(&shallow, 0), 8, "{activation}");

        let mut deep: N = start(&[2, 8, 8, 8, 8, 1], activation, small());
        let losses = train(&mut deep, &whole, &OptimiserSpec::sgd(1.0), 1500);
        let entropy = entropy(&samples);
        assert!((losses[1499] - entropy).abs() < 1e-4, "{activation}: {} and {entropy}", losses[1499]);
        for hidden in 0..4 {
            assert_eq!(distinct(&deep, hidden), 8, "{activation} {hidden}");
        }
    }
}

/// `N(0, 10^2)` breaks the symmetry and saturates: gradients are small where they are not lost, and descent is slow.
pub(crate) fn large<N: Trainable + FromMlpSpec>() {
    let samples = corners(100);
    for activation in [Activation::Sigmoid, Activation::Tanh] {
        let widths = [2, 8, 8, 1];
        let mut large: N = start(&widths, activation, Normal::new(0.0, 10.0).unwrap());
        let mut seen = Recorder { only: Some(Stage::PreActivation), ..Recorder::default() };
        large.forward(&large.load(&samples.samples()).unwrap(), &mut seen).unwrap();
        let hidden = seen.records.iter().filter(|record| record.layer < 2).flat_map(|record| &record.values);
        // Flat: the slope is below a twentieth of the steepest.
        let steepest = activation.derivative(0.0);
        let flat: Vec<_> = hidden.map(|z| activation.derivative(*z) < 0.05 * steepest).collect();
        let share = flat.iter().filter(|flat| **flat).count() * 100 / flat.len();
        assert!(share > 60, "{activation}: {share} % saturated");

        let whole = samples.batches(100);
        let slow = train(&mut large, &whole, &OptimiserSpec::sgd(0.1), STEPS);
        let mut glorot: N = start(&widths, activation, glorot_normal());
        let fast = train(&mut glorot, &whole, &OptimiserSpec::sgd(0.1), STEPS);
        assert!(slow[STEPS - 1] > 2.0 * fast[STEPS - 1], "{activation}: {} {}", slow[STEPS - 1], fast[STEPS - 1]);
        // Still worse than the best constant, which Glorot's start is not.
        let constant = entropy(&samples);
        assert!(slow[STEPS - 1] > constant && fast[STEPS - 1] < 1.05 * constant, "{activation}");
        assert_eq!([distinct(&large, 0), distinct(&large, 1)], [8, 8], "{activation}");
    }
}

/// The loss of the best constant output.
fn entropy(set: &Set) -> f64 {
    let p = set.mean_class();
    -p * p.ln() - (1.0 - p) * (1.0 - p).ln()
}
