//! The published results of deeplearning.ai's initialization lab, from its data and initial weights: 2-10-5-1, ReLU,
//! binary cross-entropy, full batch, rate 0.01, 15,000 steps.

use fanin_core::{
    Activation,
    network::{FromMlpSpec, Loss, MlpSpec, NetworkExt, OptimizerSpec, Samples, Targets, Trainable},
};
use serde_json::Value;

use super::parameters::set;

const LAB: &str = include_str!("../../../fanin-lab/data/deeplearning_ai_initialization_lab.json");
const STEPS: usize = 15_000;

pub(crate) fn zeros<N: Trainable + FromMlpSpec>() {
    replay::<N>("zeros");
}

pub(crate) fn large<N: Trainable + FromMlpSpec>() {
    replay::<N>("large");
}

pub(crate) fn he<N: Trainable + FromMlpSpec>() {
    replay::<N>("he");
}

/// The numbers of a nested JSON array, in order.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        value => vec![value.as_f64().unwrap()],
    }
}

fn replay<N: Trainable + FromMlpSpec>(start: &str) {
    let lab: Value = serde_json::from_str(LAB).unwrap();
    let widths: Vec<usize> = serde_json::from_value(lab["widths"].clone()).unwrap();
    let spec = MlpSpec::new(widths, Activation::Relu, Loss::BinaryCrossEntropy).unwrap();
    let mut network = N::from_spec(&spec).unwrap();
    for param in spec.params() {
        set(&mut network, param.name(), &numbers(&lab["init"][start][param.name()]));
    }
    let [train, test] = ["train", "test"].map(|part| (numbers(&lab[part]["x"]), numbers(&lab[part]["y"])));
    let samples = |(inputs, y): &(Vec<f64>, Vec<f64>)| {
        network.load(&Samples { inputs, features: 2, targets: Targets::Values(y) }).unwrap()
    };
    let [train_batch, test_batch] = [&train, &test].map(samples);

    let mut optimizer = network.optimizer(&OptimizerSpec::sgd(0.01)).unwrap();
    let losses: Vec<f64> = (0..STEPS).map(|_| network.step(&train_batch, &mut optimizer).unwrap()).collect();

    let published = &lab["published"];
    let tolerance = published["tolerance"][start].as_f64().unwrap();
    for (step, loss) in published["loss_at_step"][start].as_object().unwrap() {
        let (ours, theirs) = (losses[step.parse::<usize>().unwrap()], loss.as_f64().unwrap());
        println!("{start}, step {step}: {ours}, published {theirs}, difference {:e}", ours - theirs);
        assert!((ours - theirs).abs() <= tolerance, "{start}, step {step}: {ours} and {theirs}");
    }
    for (part, batch, (_, y)) in [("train", &train_batch, &train), ("test", &test_batch, &test)] {
        let outputs = network.predict(batch).unwrap();
        let accuracy = 100.0 * spec.loss().accuracy(&outputs, &Targets::Values(y)).unwrap();
        let theirs = published["accuracy_percent"][start][part].as_f64().unwrap();
        println!("{start}, {part}: {accuracy} %, published {theirs} %");
        // Published with at most two decimals.
        assert!((accuracy - theirs).abs() < 0.005, "{start}, {part}: {accuracy} and {theirs}");
    }
}
