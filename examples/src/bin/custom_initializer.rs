//! A custom initializer needs a single function. This one draws random signs, `±1 / sqrt(fan_in)`. The conformance laws
//! test it, a plan uses it, and a network learns from it.
//!
//! `cargo run --release -p fanin-examples --bin custom_initializer`

use std::error::Error;

use fanin::conformance::{InitializerCase, InitializerLaw, check_initializer, report};
use fanin::lab::data::DataSource;
use fanin::ndarray::Mlp;
use fanin::prelude::*;
use fanin::rand::RngExt;

/// `+1 / sqrt(fan_in)` or `-1 / sqrt(fan_in)`, each with probability 1/2: variance `1 / fan_in`.
#[derive(Debug)]
struct RandomSigns;

impl Initializer for RandomSigns {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let size = lecun_normal().std(param)?; // 1 / sqrt(fan_in), or an error that names the parameter
        out.fill_with_rng(key, |rng| if rng.random() { size } else { -size });
        Ok(())
    }

    // Needed because `fill` rejects parameters without a fan; initializers that accept everything can skip it.
    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        param.fans().map(drop)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let cases = InitializerCase::standard()?;
    let violations = check_initializer(&RandomSigns, &cases);
    assert!(violations.is_empty(), "{}", report(&violations));
    println!("{} laws hold in {} cases.", InitializerLaw::ALL.len(), cases.len());

    let moons = "moons".parse::<DataSource>()?.load()?;
    let spec = MlpSpec::new([2, 16, 1], Activation::Tanh, Loss::BinaryCrossEntropy)?;
    let plan = Plan::new().rule("*.bias", Zeros).rule("*.weight", RandomSigns);
    print!("\n{}", plan.resolve(spec.params())?);

    let mut network = Mlp::<f32>::new(&spec)?;
    plan.apply(&mut network, Seed(7))?;
    println!("\noutgoing weights: {:.2?}", network.values("layers.1.weight")?);

    let batch = network.load(&moons.train().samples())?;
    let mut optimizer = network.optimizer(&OptimizerSpec::adam(0.02))?;
    let losses: Result<Vec<f64>, _> = (0..300).map(|_| network.step(&batch, &mut optimizer)).collect();
    let (first, last) = losses.map(|losses| (losses[0], losses[299]))?;
    assert!(last < 0.2 * first, "the network does not learn: {first} to {last}");
    println!("loss {first:.3} before the first step, {last:.3} after 300");
    Ok(())
}
