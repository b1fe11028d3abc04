//! Data-dependent initialization, for networks that no formula covers: weights of arbitrary scale, an activation
//! without a standard gain, ten hidden layers. One batch is enough to scale every layer's pre-activations to std 1, and
//! the network learns.
//!
//! `cargo run --release -p fanin-examples --bin data_dependent_start`

use std::error::Error;

use fanin::data_dependent::{DataDependent, Lsuv, Report, WeightNorm};
use fanin::diagnostics::SignalMoments;
use fanin::lab::data::{Batches, DataSource};
use fanin::prelude::*;

const HIDDEN: usize = 10;
const SHOWN: [usize; 5] = [0, 3, 6, 9, HIDDEN];

fn main() -> Result<(), Box<dyn Error>> {
    fanin::candle::fix_thread_count();
    println!("Handwritten digits, {HIDDEN} hidden layers of 32 neurons (softplus), weights N(0, 0.03^2).\n");
    println!("{:<8}  {:<22}  pre-activation std of layers 0, 3, 6, 9 and 10", "backend", "start");
    let plain = run::<fanin::ndarray::Mlp<f32>>("ndarray", "from the plan only", None)?;
    let lsuv = run::<fanin::ndarray::Mlp<f32>>("ndarray", "LSUV", Some(Start::Lsuv))?;
    let weight_norm = run::<fanin::ndarray::Mlp<f32>>("ndarray", "weight normalization", Some(Start::WeightNorm))?;
    let candle = run::<fanin::candle::Mlp<f32>>("candle", "LSUV", Some(Start::Lsuv))?;

    assert!(plain < 0.3, "small weights in a deep network do not learn");
    assert!(weight_norm > 0.8, "the same weights, scaled by a batch, do");
    assert!(lsuv > plain && (lsuv - candle).abs() < 0.1, "on either backend");
    println!("\nThe plan sets the directions of the weights; the batch sets their lengths (and the biases).");
    Ok(())
}

#[derive(Clone, Copy)]
enum Start {
    Lsuv,
    WeightNorm,
}

impl Start {
    fn make<N: Network>(self, network: &mut N, batch: &N::Batch) -> Result<Report, Box<dyn Error>> {
        Ok(match self {
            Self::Lsuv => Lsuv::new(0.01, 10)?.start(network, batch)?,
            Self::WeightNorm => WeightNorm.start(network, batch)?,
        })
    }
}

/// Initializes and trains a network, prints its line, and returns the held-out accuracy.
fn run<N: Trainable + FromMlpSpec>(backend: &str, name: &str, start: Option<Start>) -> Result<f64, Box<dyn Error>> {
    let digits = DataSource::Digits.load()?;
    let widths = [&[64][..], &[32; HIDDEN], &[10]].concat();
    let spec = MlpSpec::new(widths, Activation::Softplus, Loss::SoftmaxCrossEntropy)?;
    let mut network = N::from_spec(&spec)?;
    Plan::new().rule("*.bias", Zeros).rule("*.weight", Normal::new(0.0, 0.03)?).apply(&mut network, Seed(0))?;

    let mut batches = Batches::new(digits.train(), 256, Seed(0))?;
    let first = network.load(&batches.at(0))?;
    if let Some(start) = start {
        start.make(&mut network, &first)?;
    }
    let mut moments = SignalMoments::of(network.layers());
    network.forward(&first, &mut moments)?;

    let mut batches = Batches::new(digits.train(), 64, Seed(0))?;
    let mut optimizer = network.optimizer(&OptimizerSpec::momentum(0.02, 0.9))?;
    for step in 0..300 {
        let batch = network.load(&batches.at(step))?;
        network.step(&batch, &mut optimizer)?;
    }
    let held_out = digits.held_out().samples();
    let outputs = network.predict(&network.load(&held_out)?)?;
    let accuracy = spec.loss().accuracy(&outputs, &held_out.targets).unwrap_or_default();

    print!("{backend:<8}  {name:<22} ");
    for layer in SHOWN {
        print!(" {:<8.1e}", moments.layer(layer).pre_activation.map_or(f64::NAN, |moments| moments.std));
    }
    println!("  {:>3.0} % correct after 300 steps", 100.0 * accuracy);
    Ok(accuracy)
}
