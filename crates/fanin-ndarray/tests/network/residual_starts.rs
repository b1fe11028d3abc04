//! Fixup, `SkipInit` and `ReZero` on deep residual networks without norms.

use fanin_core::initializers::{Ones, Zeros, glorot_normal, he_normal};
use fanin_core::residual_starts::{fixup, re_zero, skip_init};
use fanin_core::{
    Activation, ParametersExt, Plan, Seed,
    network::{FromMlpSpec, Loss, MlpSpec, NetworkExt, OptimizerSpec, Residual, Stage, Trainable},
};

use super::recorder::Recorder;
use super::samples::for_loss;

const WIDTH: usize = 12;
const BLOCKS: usize = 24;

fn spec(loss: Loss) -> MlpSpec {
    let widths = [&[4][..], &[WIDTH; 2 * BLOCKS + 1], &[3]].concat();
    let blocks = Residual::of(2).with_scale().with_input_biases().ending_linear();
    MlpSpec::new(widths, Activation::Relu, loss).unwrap().residual(blocks).unwrap()
}

/// He initialization everywhere, factors of one.
fn he() -> Plan {
    let plan = Plan::new().rule("*.scale", Ones).rule("*.bias", Zeros).rule("*.input_bias", Zeros);
    plan.rule("*.weight", he_normal())
}

/// The loss before and after 80 steps of gradient descent.
fn losses<N: Trainable + FromMlpSpec>(plan: &Plan) -> (f64, f64) {
    let spec = spec(Loss::SoftmaxCrossEntropy);
    let mut network = N::from_spec(&spec).unwrap();
    plan.apply(&mut network, Seed(1)).unwrap();
    let samples = for_loss(spec.loss(), 4, 3, 30);
    let batch = network.load(&samples.samples()).unwrap();
    let mut optimizer = network.optimizer(&OptimizerSpec::momentum(0.01, 0.9)).unwrap();
    let first = network.step(&batch, &mut optimizer).unwrap();
    for _ in 1..80 {
        network.step(&batch, &mut optimizer).unwrap();
    }
    let outputs = network.predict(&batch).unwrap();
    (first, spec.loss().mean(&outputs, &samples.samples().targets))
}

pub(crate) fn deep_networks_train<N: Trainable + FromMlpSpec>() {
    let spec = spec(Loss::SoftmaxCrossEntropy);
    let (first, last) = losses::<N>(&he());
    assert!(first > 100.0 && (!last.is_finite() || last > 1.0), "He's start should not train: {first} to {last}");
    let starts = [
        ("fixup", fixup(&spec).unwrap()),
        ("skip_init", skip_init(&spec).unwrap()),
        ("re_zero", re_zero(&spec, glorot_normal()).unwrap()),
    ];
    for (name, plan) in starts {
        let (first, last) = losses::<N>(&plan);
        println!("{name}: {first} to {last}");
        assert!(first < 10.0 && last < 0.6 * first, "{name}: {first} to {last}");
    }
}

pub(crate) fn blocks_start_as_the_identity<N: Trainable + FromMlpSpec>() {
    let spec = spec(Loss::MeanSquaredError);
    for plan in [fixup(&spec).unwrap(), skip_init(&spec).unwrap(), re_zero(&spec, he_normal()).unwrap()] {
        let mut network = N::from_spec(&spec).unwrap();
        plan.apply(&mut network, Seed(2)).unwrap();
        let samples = for_loss(spec.loss(), 4, 3, 5);
        let batch = network.load(&samples.samples()).unwrap();
        let mut seen = Recorder::default();
        network.gradients(&batch, &mut seen).unwrap().unwrap();
        let stream = |stage, layer| seen.values(stage, layer, "").iter().map(|v| v + 0.0).collect::<Vec<_>>();
        for block in 1..=BLOCKS {
            let end = 2 * block;
            assert_eq!(stream(Stage::Activation, end), stream(Stage::Activation, 0), "block {block}");
            let (here, first) = (stream(Stage::ActivationGradient, end), stream(Stage::ActivationGradient, 0));
            assert_eq!(here, first, "the gradient passes block {block} unchanged");
        }
        assert!(stream(Stage::Activation, 0).iter().any(|value| *value != 0.0));
    }
    // The branch does not learn before its factor does.
    let mut network = N::from_spec(&spec).unwrap();
    re_zero(&spec, he_normal()).unwrap().apply(&mut network, Seed(2)).unwrap();
    let samples = for_loss(spec.loss(), 4, 3, 5);
    let batch = network.load(&samples.samples()).unwrap();
    let before = network.values("layers.1.weight").unwrap();
    let mut optimizer = network.optimizer(&OptimizerSpec::sgd(0.01)).unwrap();
    network.step(&batch, &mut optimizer).unwrap();
    assert_eq!(network.values("layers.1.weight").unwrap(), before);
    assert!(network.values("layers.2.scale").unwrap()[0] != 0.0);
}
