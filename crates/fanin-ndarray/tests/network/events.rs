//! Observers: the order of events, breaks, and that observing changes nothing.

use fanin_core::{
    Activation,
    network::{FromMlpSpec, Loss, MlpSpec, Stage, Trainable, Unobserved},
};

use super::parameters::{bits, random};
use super::recorder::Recorder;
use super::samples::for_loss;

/// Widths with a 1 in every position, where row-major and column-major order coincide.
const WIDTHS: [&[usize]; 7] = [&[1, 1], &[3, 2], &[1, 1, 1], &[1, 3, 2], &[3, 1, 2], &[2, 3, 1], &[4, 3, 5, 2]];

/// The stages of a pass over `layers` layers, each with its layer and the last part of the parameter's name.
fn stages(layers: usize, backward: bool) -> Vec<(Stage, usize, &'static str)> {
    let mut stages = Vec::new();
    for layer in 0..layers {
        stages.extend([(Stage::PreActivation, layer, ""), (Stage::Activation, layer, "")]);
    }
    for layer in (0..layers).rev().filter(|_| backward) {
        stages.extend([(Stage::ActivationGradient, layer, ""), (Stage::PreActivationGradient, layer, "")]);
        stages.extend([(Stage::ParameterGradient, layer, "weight"), (Stage::ParameterGradient, layer, "bias")]);
    }
    stages
}

fn spec(widths: &[usize]) -> MlpSpec {
    MlpSpec::new(widths, Activation::Silu, Loss::MeanSquaredError).unwrap()
}

pub(crate) fn come_in_order_and_shape<N: Trainable + FromMlpSpec>() {
    for widths in WIDTHS {
        for samples in [1, 5] {
            let spec = spec(widths);
            let network: N = random(&spec, 0.7);
            let set = for_loss(spec.loss(), spec.inputs(), spec.outputs(), samples);
            let batch = network.load(&set.samples()).unwrap();
            for backward in [false, true] {
                let mut seen = Recorder::default();
                if backward {
                    network.gradients(&batch, &mut seen).unwrap().unwrap();
                } else {
                    let outputs = network.forward(&batch, &mut seen).unwrap().unwrap();
                    let last = spec.layers().len() - 1;
                    assert_eq!(outputs.values, seen.values(Stage::Activation, last, ""));
                    assert_eq!(outputs.columns, spec.outputs());
                }
                let expected = stages(spec.layers().len(), backward);
                assert_eq!(seen.records.len(), expected.len(), "{widths:?}");
                for (record, (stage, index, part)) in seen.records.iter().zip(expected) {
                    let layer = &spec.layers()[index];
                    let (param, shape) = match part {
                        "weight" => (layer.weight.as_str(), vec![layer.neurons, layer.inputs]),
                        "bias" => (layer.bias.as_str(), vec![layer.neurons]),
                        _ => ("", vec![samples, layer.neurons]),
                    };
                    assert_eq!((record.stage, record.layer, record.param.as_str()), (stage, index, param));
                    assert_eq!(record.shape, shape, "{widths:?} {stage:?} {index} {param}");
                }
            }
        }
    }
}

pub(crate) fn a_break_anywhere_ends_the_pass<N: Trainable + FromMlpSpec>() {
    let spec = spec(&[4, 3, 5, 2]);
    let network: N = random(&spec, 0.7);
    let set = for_loss(spec.loss(), 4, 2, 5);
    let batch = network.load(&set.samples()).unwrap();
    let before = bits(&network);
    for backward in [false, true] {
        let events = stages(spec.layers().len(), backward).len();
        for last in 0..=events {
            let mut seen = Recorder { last: Some(last), ..Recorder::default() };
            let ended = if backward {
                network.gradients(&batch, &mut seen).unwrap().is_none()
            } else {
                network.forward(&batch, &mut seen).unwrap().is_none()
            };
            // The last round never breaks.
            assert_eq!(ended, last < events, "broke at {last}");
            assert_eq!(seen.records.len(), events.min(last + 1));
            assert_eq!(bits(&network), before);
        }
    }
}

pub(crate) fn observing_changes_no_bit<N: Trainable + FromMlpSpec>() {
    for activation in Activation::ALL {
        let spec = MlpSpec::new([4, 3, 5, 1], activation, Loss::BinaryCrossEntropy).unwrap();
        let network: N = random(&spec, 0.7);
        let set = for_loss(spec.loss(), 4, 1, 5);
        let batch = network.load(&set.samples()).unwrap();
        let to_bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();

        let mut all = Recorder::default();
        let observed = network.forward(&batch, &mut all).unwrap().unwrap();
        let unobserved = network.forward(&batch, &mut Unobserved).unwrap().unwrap();
        assert_eq!(to_bits(&observed.values), to_bits(&unobserved.values), "{activation}");

        let mut all = Recorder::default();
        let loss = network.gradients(&batch, &mut all).unwrap().unwrap();
        assert_eq!(network.gradients(&batch, &mut Unobserved).unwrap().unwrap().to_bits(), loss.to_bits());
        for (stage, ..) in stages(1, true) {
            let mut one = Recorder { only: Some(stage), ..Recorder::default() };
            assert_eq!(network.gradients(&batch, &mut one).unwrap().unwrap().to_bits(), loss.to_bits());
            let same: Vec<_> = all.records.iter().filter(|record| record.stage == stage).cloned().collect();
            assert!(!same.is_empty());
            assert_eq!(one.records.len(), same.len());
            for (one, same) in one.records.iter().zip(&same) {
                assert_eq!(one, same, "{activation}");
                assert_eq!(to_bits(&one.values), to_bits(&same.values), "{activation} {stage:?}");
            }
        }
    }
}
