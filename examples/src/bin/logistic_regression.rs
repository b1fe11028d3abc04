//! Without hidden layers there is no symmetry to break: logistic regression may start at zero. On two overlapping
//! clouds it reaches the same optimum as from random weights.
//!
//! `cargo run --release -p fanin-examples --bin logistic_regression`

use std::error::Error;

use fanin::lab::data::DataSource;
use fanin::ndarray::Mlp;
use fanin::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    println!("{:<12} {:>8} {:>10} {:>10} {:>10}", "weights", "steps", "loss", "weight 1", "weight 2");
    let zeros = train("zeros", Zeros)?;
    let random = train("N(0, 1)", Normal::new(0.0, 1.0)?)?;

    let largest = zeros.iter().zip(&random).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(largest < 1e-9, "both starts should reach the same optimum, but differ by {largest}");
    println!(
        "\nThe loss is convex and the clouds overlap, so there is a single optimum. Both starts reach it, to {largest:.0e}."
    );
    Ok(())
}

/// Trains on all samples at once, prints the progress, and returns the final weights and loss.
fn train(start: &str, weights: impl Initializer + 'static) -> Result<Vec<f64>, Box<dyn Error>> {
    let blobs = "blobs".parse::<DataSource>()?.load()?;
    let spec = MlpSpec::logistic_regression(blobs.features(), blobs.classes().len())?;

    let mut network = Mlp::<f64>::new(&spec)?;
    Plan::new().rule("*.bias", Zeros).rule("*.weight", weights).apply(&mut network, Seed(0))?;

    let batch = network.load(&blobs.train().samples())?;
    let mut optimizer = network.optimizer(&OptimizerSpec::sgd(1.0))?;
    let mut end = Vec::new();
    for step in 0..=1000 {
        end = network.values("layers.0.weight")?;
        let loss = network.step(&batch, &mut optimizer)?;
        if [0, 10, 100, 1000].contains(&step) {
            println!("{start:<12} {step:>8} {loss:>10.6} {:>10.6} {:>10.6}", end[0], end[1]);
        }
        end.push(loss);
    }
    Ok(end)
}
