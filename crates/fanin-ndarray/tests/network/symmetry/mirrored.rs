//! Pairs of neurons `(w, b, v)` and `(-w, -b, -v)`.

use fanin_core::{
    Activation, ParametersExt,
    network::{FromMlpSpec, Loss, MlpSpec, Trainable},
};

use super::{OPTIMIZERS, STEPS, split, train};
use crate::network::parameters::{distinct, neurons, random, set};
use crate::network::samples::corners;

/// With an odd activation, both halves of the layer change by the same amounts with opposite signs.
pub(crate) fn stays_mirrored<N: Trainable + FromMlpSpec>() {
    let samples = corners(42);
    let optimizers = OPTIMIZERS.into_iter().cycle();
    for (pairs, optimizer) in [1, 2, 5, 16].into_iter().zip(optimizers) {
        for activation in [Activation::Tanh, Activation::Identity] {
            let spec = MlpSpec::new([2, 2 * pairs, 1], activation, Loss::BinaryCrossEntropy).unwrap();
            let mut network: N = random(&spec, 0.5);
            for (name, len) in [("layers.0.weight", 2 * pairs), ("layers.0.bias", pairs), ("layers.1.weight", pairs)] {
                let half = network.values(name).unwrap()[..len].to_vec();
                let mirrored: Vec<_> = half.iter().copied().chain(half.iter().map(|value| -value)).collect();
                set(&mut network, name, &mirrored);
            }
            let before = neurons(&network, 0);
            train(&mut network, &split(&samples, pairs), &optimizer, STEPS);
            let after = neurons(&network, 0);
            for (one, other) in after[..pairs].iter().zip(&after[pairs..]) {
                let turned: Vec<_> = other.iter().map(|value| -value + 0.0).collect();
                assert_eq!(*one, turned, "{activation} {pairs} {optimizer}");
            }
            assert_eq!(distinct(&network, 0), 2 * pairs);
            assert!(before.iter().zip(&after).all(|(before, after)| before != after));
        }
    }
}
