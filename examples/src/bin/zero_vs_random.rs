//! Why weights start random: two inputs, two hidden neurons and one output, initialized with zeros or with small random
//! numbers.
//!
//! `cargo run --release -p fanin-examples --bin zero_vs_random`

use std::error::Error;

use fanin::diagnostics::symmetry;
use fanin::lab::data::DataSource;
use fanin::ndarray::Mlp;
use fanin::prelude::*;

/// The trained network.
struct End {
    distinct: usize,
    accuracy: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    println!(
        "A network of two inputs, two hidden neurons (tanh) and one output learns to separate four corners (xor).\n"
    );
    let zeros = train("zeros", Zeros)?;
    let random = train("random, N(0, 0.01^2)", Normal::new(0.0, 0.01)?)?;

    assert_eq!(zeros.distinct, 1, "from zeros, both neurons compute the same function forever");
    assert!(zeros.accuracy < 0.6, "one neuron cannot separate the corners");
    assert_eq!(random.distinct, 2, "random weights break the symmetry");
    assert!(random.accuracy > 0.9, "two different neurons can");
    println!("From zeros, the two neurons act as one: same value, same update, forever equal.");
    println!(
        "Small random weights make them different. Biases start at zero in both runs: they have no symmetry to break."
    );
    Ok(())
}

/// Trains for 2000 steps and prints both hidden neurons.
fn train(start: &str, weights: impl Initializer + 'static) -> Result<End, Box<dyn Error>> {
    let data = "xor".parse::<DataSource>()?.load()?;
    let spec = MlpSpec::new([2, 2, 1], Activation::Tanh, Loss::BinaryCrossEntropy)?;

    let mut network = Mlp::<f64>::new(&spec)?;
    Plan::new().rule("*.bias", Zeros).rule("*.weight", weights).apply(&mut network, Seed(0))?;

    let batch = network.load(&data.train().samples())?;
    let mut optimizer = network.optimizer(&OptimizerSpec::sgd(1.0))?;
    for _ in 0..2000 {
        network.step(&batch, &mut optimizer)?;
    }

    let held_out = data.held_out().samples();
    let outputs = network.predict(&network.load(&held_out)?)?;
    let accuracy = spec.loss().accuracy(&outputs, &held_out.targets).unwrap_or_default();
    let distinct = symmetry(&network, network.layers())?[0].distinct_neurons();

    let weight = network.values("layers.0.weight")?;
    println!("from {start}, after 2000 steps:");
    for (neuron, row) in weight.chunks_exact(2).enumerate() {
        println!("  neuron {}: weights {row:.3?}", neuron + 1);
    }
    println!("  {distinct} distinct, {:.0} % correct on held-out samples\n", 100.0 * accuracy);
    Ok(End { distinct, accuracy })
}
