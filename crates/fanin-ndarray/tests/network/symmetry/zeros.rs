//! All parameters zero.

use fanin_core::{
    Activation, Dtype, ParametersExt,
    network::{FromMlpSpec, Loss, MlpSpec, OptimizerSpec, Stage, Trainable},
};

use super::{STEPS, awake_at_zero, cases, dtype, split, train, zero_at_zero};
use crate::network::parameters::{bits, distinct, random};
use crate::network::recorder::Recorder;
use crate::network::samples::{blurred_line, corners};

/// Every weight gradient stays 0: only the output bias changes.
pub(crate) fn freeze_what_is_zero_at_zero<N: Trainable + FromMlpSpec>() {
    let set = corners(42);
    for (activation, width, optimizer) in cases::<N>(&zero_at_zero()) {
        let spec = MlpSpec::new([2, width, width + 1, 1], activation, Loss::BinaryCrossEntropy).unwrap();
        let mut network = N::from_spec(&spec).unwrap();
        train(&mut network, &split(&set, width), &optimizer, STEPS);
        let bits = bits(&network);
        let (bias, weights) = bits.split_last().unwrap();
        let what = format!("{activation} {width} {optimizer}");
        assert!(weights.iter().all(|bits| *bits == 0), "{what}");
        assert!(*bias != 0, "{what}");
        let mut seen = Recorder { only: Some(Stage::ParameterGradient), ..Recorder::default() };
        network.gradients(&network.load(&set.samples()).unwrap(), &mut seen).unwrap();
        let weights = seen.records.iter().filter(|record| record.param.ends_with("weight"));
        assert!(weights.flat_map(|record| &record.values).all(|gradient| *gradient == 0.0), "{what}");
    }
}

/// With the full batch, the only parameter that changes converges to `logit(mean y)`.
pub(crate) fn send_the_output_bias_to_the_logit<N: Trainable + FromMlpSpec>() {
    let set = corners(42);
    for activation in zero_at_zero() {
        let spec = MlpSpec::new([2, 5, 4, 1], activation, Loss::BinaryCrossEntropy).unwrap();
        let mut network = N::from_spec(&spec).unwrap();
        train(&mut network, &set.batches(42), &OptimizerSpec::sgd(2.0), STEPS);
        let bits = bits(&network);
        let (bias, weights) = bits.split_last().unwrap();
        assert!(weights.iter().all(|bits| *bits == 0), "{activation}");
        let (mean, bias) = (set.mean_class(), f64::from_bits(*bias));
        let tolerance = if dtype(&network) == Dtype::F32 { 1e-5 } else { 1e-12 };
        assert!((bias - (mean / (1.0 - mean)).ln()).abs() < tolerance, "{activation}: {bias}");
    }
}

/// With unbalanced labels, one more layer starts to learn at each step, beginning at the top, and the rows of each
/// layer stay identical.
pub(crate) fn wake_a_sigmoid_from_the_top<N: Trainable + FromMlpSpec>() {
    let set = corners(42);
    assert!(set.mean_class() < 0.4);
    for (activation, width, optimizer) in cases::<N>(&awake_at_zero()) {
        let spec = MlpSpec::new([2, width, width + 1, width, 1], activation, Loss::BinaryCrossEntropy).unwrap();
        let mut network = N::from_spec(&spec).unwrap();
        let batch = network.load(&set.samples()).unwrap();
        let mut state = network.optimizer(&optimizer).unwrap();
        let what = format!("{activation} {width} {optimizer}");
        for step in 1..=spec.layers().len() {
            network.step(&batch, &mut state).unwrap();
            for (index, layer) in spec.layers().iter().enumerate() {
                let awake = index + step >= spec.layers().len();
                let weights = network.values(&layer.weight).unwrap();
                assert!(weights.iter().all(|w| (*w != 0.0) == awake), "{what}: layer {index} after {step}");
            }
        }
        train(&mut network, &split(&set, width), &optimizer, STEPS);
        for hidden in 0..3 {
            assert_eq!(distinct(&network, hidden), 1, "{what}: layer {hidden}");
        }
    }
}

/// Logistic regression has no symmetry to break: it reaches the same optimum from zeros and from random weights.
pub(crate) fn are_fine_without_a_hidden_layer<N: Trainable + FromMlpSpec>() {
    let set = blurred_line(100);
    let spec = MlpSpec::logistic_regression(2, 2).unwrap();
    assert_eq!(spec.layers()[0].activation, Activation::Identity);
    let (mut zeros, mut drawn) = (N::from_spec(&spec).unwrap(), random::<N>(&spec, 1.0));
    let start = drawn.values("layers.0.weight").unwrap();
    let sets = set.batches(100);
    let losses = [
        train(&mut zeros, &sets, &OptimizerSpec::sgd(1.0), 400),
        train(&mut drawn, &sets, &OptimizerSpec::sgd(1.0), 400),
    ];
    let tolerance = if dtype(&zeros) == Dtype::F32 { 1e-5 } else { 1e-9 };
    for name in ["layers.0.weight", "layers.0.bias"] {
        for (a, b) in zeros.values(name).unwrap().iter().zip(drawn.values(name).unwrap()) {
            assert!((a - b).abs() < tolerance, "{name}: {a} and {b}");
        }
    }
    let [from_zeros, from_drawn] = losses.map(|losses| [losses[0], losses[399]]);
    assert!((from_zeros[1] - from_drawn[1]).abs() < tolerance);
    assert!(from_zeros[1] < from_zeros[0] - 0.1 && from_zeros[1] > 0.1, "{from_zeros:?}");
    assert!(start.iter().all(|w| w.abs() > 0.0));
}
