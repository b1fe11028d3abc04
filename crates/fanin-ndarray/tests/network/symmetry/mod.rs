//! The effect of initial weights on the symmetry of hidden neurons: one test per row of the symmetry table.
//!
//! Equal means bitwise equal after `+ 0.0` (so that -0.0 is 0). Every run takes at least 200 steps, over the whole set
//! at once, in batches of 7 and sample by sample, so that it contains matrix products of every kind.

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

/// The activations whose `f(0)` is 0, so that a layer of zeros outputs zeros.
fn zero_at_zero() -> Vec<Activation> {
    Activation::ALL.into_iter().filter(|f| f.value(0.0_f64) == 0.0).collect()
}

/// The activations whose `f(0)` is not 0 and that are not flat there, as the cosine is.
fn awake_at_zero() -> Vec<Activation> {
    Activation::ALL.into_iter().filter(|f| f.value(0.0_f64) != 0.0 && f.derivative(0.0_f64) != 0.0).collect()
}

/// Hidden widths odd and even, on both sides of the usual vector and block lengths.
const WIDTHS: [usize; 4] = [2, 3, 33, 8];

/// Every optimizer.
const OPTIMIZERS: [OptimizerSpec; 3] =
    [OptimizerSpec::sgd(0.1), OptimizerSpec::momentum(0.05, 0.9), OptimizerSpec::adam(0.01)];

/// Trains on the batches in turn, and gives the loss of each step.
fn train<N: Trainable>(network: &mut N, sets: &[Set], optimizer: &OptimizerSpec, steps: usize) -> Vec<f64> {
    let batches: Vec<_> = sets.iter().map(|set| network.load(&set.samples()).unwrap()).collect();
    let mut optimizer = network.optimizer(optimizer).unwrap();
    batches.iter().cycle().take(steps).map(|batch| network.step(batch, &mut optimizer).unwrap()).collect()
}

/// The set at once, in batches of 7, or sample by sample, depending on the width, so that all are covered.
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

/// Every activation of a list with two of the widths (the other two for the other element type), and an optimizer for
/// each pair.
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
