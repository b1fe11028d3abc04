//! N(0, 0.01^2) works for a shallow network but is too small for a deep one: each layer shrinks the signal until
//! nothing is left to learn from. Weights scaled by the fan (Glorot for tanh, He for ReLU) preserve it.
//!
//! `cargo run --release -p fanin-examples --bin deep_network`

use std::error::Error;

use fanin::diagnostics::SignalMoments;
use fanin::lab::data::{Batches, DataSource};
use fanin::ndarray::Mlp;
use fanin::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    println!("Handwritten digits, hidden layers of 32 neurons: held-out accuracy after 600 steps.\n");
    println!("hidden layers  weights       correct   activation std of each hidden layer before the first step");
    let small = Normal::new(0.0, 0.01)?;
    let shallow = train(1, Activation::Tanh, "N(0, 0.01^2)", small)?;
    let starved_tanh = train(5, Activation::Tanh, "N(0, 0.01^2)", small)?;
    let glorot = train(5, Activation::Tanh, "glorot_normal", glorot_normal())?;
    let starved_relu = train(5, Activation::Relu, "N(0, 0.01^2)", small)?;
    let he = train(5, Activation::Relu, "he_normal", he_normal())?;

    assert!(shallow > 0.9, "one hidden layer learns from small weights");
    assert!(starved_tanh < 0.2 && starved_relu < 0.2, "five do not: chance is 10 %");
    assert!(glorot > 0.9 && he > 0.9, "five learn from weights scaled by the fan");
    println!(
        "\nIf the standard deviation falls by a constant factor per layer, the signal vanishes; scaled weights keep it level."
    );
    Ok(())
}

/// Trains a network, prints its line, and returns the held-out accuracy.
fn train(
    hidden: usize,
    activation: Activation,
    start: &str,
    weights: impl Initializer + 'static,
) -> Result<f64, Box<dyn Error>> {
    let digits = DataSource::Digits.load()?;
    let widths = [&[64][..], &vec![32; hidden], &[10]].concat();
    let spec = MlpSpec::new(widths, activation, Loss::SoftmaxCrossEntropy)?;
    let mut network = Mlp::<f32>::new(&spec)?;
    Plan::new().rule("*.bias", Zeros).rule("*.weight", weights).apply(&mut network, Seed(0))?;

    let held_out = digits.held_out().samples();
    let looked_at = network.load(&held_out)?;
    let mut moments = SignalMoments::of(network.layers());
    network.forward(&looked_at, &mut moments)?;

    let mut batches = Batches::new(digits.train(), 64, Seed(0))?;
    let mut optimizer = network.optimizer(&OptimizerSpec::sgd(0.1))?;
    for step in 0..600 {
        let batch = network.load(&batches.at(step))?;
        network.step(&batch, &mut optimizer)?;
    }

    let outputs = network.predict(&looked_at)?;
    let accuracy = spec.loss().accuracy(&outputs, &held_out.targets).unwrap_or_default();
    print!("{hidden} {:<12} {start:<15} {:>4.0} %  ", activation.name(), 100.0 * accuracy);
    for layer in 0..hidden {
        print!(" {:<8.1e}", moments.layer(layer).activation.map_or(f64::NAN, |activation| activation.std));
    }
    println!();
    Ok(accuracy)
}
