//! The effect of initial weights on the symmetry of hidden neurons: one test per row of the symmetry table.
//!
//! Equal means bitwise equal after `+ 0.0`, so that -0.0 equals 0. Every run takes at least 200 steps, with the full
//! batch, with batches of 7 and sample by sample, which covers matrix products of every kind.

pub(crate) mod constant;
pub(crate) mod half_zero;
pub(crate) mod mirrored;
pub(crate) mod random;
pub(crate) mod zeros;

use fanin_core::{
    Activation, Dtype,
    network::{FromMlpSpec, MlpSpec, Network, OptimizerSpec, Trainable},
};

use super::samples::Set;

const STEPS: usize = 210;

/// The activations with `f(0) = 0`, for which a layer of zeros outputs zeros.
fn zero_at_zero() -> Vec<Activation> {
    Activation::ALL.into_iter().filter(|f| f.value(0.0_f64) == 0.0).collect()
}

/// The activations with `f(0) != 0` that are not flat at 0, unlike cosine.
fn awake_at_zero() -> Vec<Activation> {
    Activation::ALL.into_iter().filter(|f| f.value(0.0_f64) != 0.0 && f.derivative(0.0_f64) != 0.0).collect()
}

/// Odd and even hidden widths, on both sides of the usual vector and block lengths.
const WIDTHS: [usize; 4] = [2, 3, 33, 8];

/// Every optimizer.
const OPTIMIZERS: [OptimizerSpec; 3] =
    [OptimizerSpec::sgd(0.1), OptimizerSpec::momentum(0.05, 0.9), OptimizerSpec::adam(0.01)];

/// Trains on the batches in turn, and returns the loss of each step.
fn train<N: Trainable>(network: &mut N, sets: &[Set], optimizer: &OptimizerSpec, steps: usize) -> Vec<f64> {
    let batches: Vec<_> = sets.iter().map(|set| network.load(&set.samples()).unwrap()).collect();
    let mut optimizer = network.optimizer(optimizer).unwrap();
    batches.iter().cycle().take(steps).map(|batch| network.step(batch, &mut optimizer).unwrap()).collect()
}

/// Splits the set into a full batch, batches of 7 or single samples, depending on the width, so that all are covered.
fn split(set: &Set, width: usize) -> Vec<Set> {
    set.batches(if width.is_multiple_of(2) {
        set.samples().len()
    } else if width == 3 {
        1
    } else {
        7
    })
}

fn dtype<N: Network>(network: &N) -> Dtype {
    let mut dtype = Dtype::F64;
    network.read("layers.0.weight", &mut |_, view| dtype = view.data().dtype()).unwrap();
    dtype
}

/// Pairs every activation in the list with two of the widths (with the other two for the other element type), and each
/// pair with an optimizer.
fn cases<N: Trainable + FromMlpSpec>(activations: &[Activation]) -> Vec<(Activation, usize, OptimizerSpec)> {
    let logistic = MlpSpec::logistic_regression(1, 2).unwrap();
    let first = usize::from(dtype(&N::from_spec(&logistic).unwrap()) == Dtype::F64);
    let of_activation = |(index, activation): (usize, &Activation)| {
        let widths = WIDTHS.into_iter().skip((first + index) % 2).step_by(2);
        let optimizers = OPTIMIZERS.into_iter().cycle().skip(index);
        widths.zip(optimizers).map(|(width, optimizer)| (*activation, width, optimizer)).collect::<Vec<_>>()
    };
    activations.iter().enumerate().flat_map(of_activation).collect()
}
