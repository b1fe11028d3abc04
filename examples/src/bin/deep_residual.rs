//! A residual block adds its branch to its input: with He initialization, each of forty blocks triples the variance.
//! Norms hide this; Fixup, SkipInit and ReZero start every block as the identity, and train without norms.
//!
//! `cargo run --release -p fanin-examples --bin deep_residual`

use std::error::Error;

use fanin::diagnostics::SignalMoments;
use fanin::lab::data::{Batches, DataSource};
use fanin::ndarray::Mlp;
use fanin::network::{Mode, NetworkError, Norm, Residual};
use fanin::prelude::*;
use fanin::residual_starts::{fixup, re_zero, skip_init};

const BLOCKS: usize = 40;
const STEPS: u64 = 200;

fn main() -> Result<(), Box<dyn Error>> {
    println!("Handwritten digits, {BLOCKS} residual blocks x + W2 relu(W1 x) of width 16, {STEPS} steps.\n");
    println!("{:<22}  residual stream std after blocks 0, 10, 20, 30, 40", "start");
    let bare = spec(Residual::of(2).ending_linear())?;
    let he = Plan::new().rule("*.bias", Zeros).rule("*.weight", he_normal());
    let he_alone = train("he_normal", &bare, &he)?;

    let normalized = spec(Residual::of(2).ending_linear())?.norm(Norm::batch())?;
    let with_norms = Plan::new().rule("*.norm.weight", Ones).rule("*.bias", Zeros).rule("*.weight", he_normal());
    let batch_norm = train("he_normal, batch norm", &normalized, &with_norms)?;

    let scaled = spec(Residual::of(2).with_scale().with_input_biases().ending_linear())?;
    let fixed_up = train("fixup", &scaled, &fixup(&scaled)?)?;
    let skip = train("skip_init", &scaled, &skip_init(&scaled)?)?;
    let zero = train("re_zero", &scaled, &re_zero(&scaled, he_normal())?)?;

    assert!(he_alone < 0.3, "full-size branches without norms do not train");
    assert!(batch_norm > 0.7 && fixed_up > 0.7 && skip > 0.7 && zero > 0.7, "the others do");
    println!(
        "\nHe's start triples the variance at every block. A batch norm keeps each branch at size 1; a zero at the end of"
    );
    println!("each branch, or a zero factor, makes every block the identity at the start, and needs no norm.");
    Ok(())
}

fn spec(blocks: Residual) -> Result<MlpSpec, NetworkError> {
    let widths = [&[64][..], &[16; 2 * BLOCKS + 1], &[10]].concat();
    MlpSpec::new(widths, Activation::Relu, Loss::SoftmaxCrossEntropy)?.residual(blocks)
}

/// Trains a network, prints its line, and returns the held-out accuracy.
fn train(name: &str, spec: &MlpSpec, plan: &Plan) -> Result<f64, Box<dyn Error>> {
    let digits = DataSource::Digits.load()?;
    let mut network = Mlp::<f32>::new(spec)?;
    plan.apply(&mut network, Seed(0))?;

    let mut batches = Batches::new(digits.train(), 64, Seed(0))?;
    let mut moments = SignalMoments::of(network.layers());
    network.forward(&network.load(&batches.at(0))?, &mut moments)?;

    let mut optimizer = network.optimizer(&OptimizerSpec::momentum(0.02, 0.9))?;
    for step in 0..STEPS {
        let batch = network.load(&batches.at(step))?;
        network.step(&batch, &mut optimizer)?;
    }
    // For evaluation, batch normalization uses its running statistics.
    network.set_mode(Mode::Eval);
    let held_out = digits.held_out().samples();
    let outputs = network.predict(&network.load(&held_out)?)?;
    let accuracy = spec.loss().accuracy(&outputs, &held_out.targets).unwrap_or_default();

    print!("{name:<22} ");
    for block in (0..=BLOCKS).step_by(10) {
        print!(" {:<8.1e}", moments.layer(2 * block).activation.map_or(f64::NAN, |moments| moments.std));
    }
    println!("  {:>3.0} % correct", 100.0 * accuracy);
    Ok(accuracy)
}
