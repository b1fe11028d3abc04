//! Changing the backend means changing one `use` line: the same program starts from the same bits and learns the same
//! on ndarray and on candle.
//!
//! `cargo run --release -p fanin-examples --bin choose_a_backend`

use std::error::Error;

mod on_ndarray {
    use fanin::ndarray::Mlp;

    crate::program!();
}

mod on_candle {
    use fanin::candle::Mlp; // the one line that differs

    crate::program!();
}

/// The program, written once, for any `Mlp`.
#[macro_export]
macro_rules! program {
    () => {
        use fanin::prelude::*;

        pub(crate) fn run() -> Result<(Vec<f64>, Vec<f64>), Box<dyn std::error::Error>> {
            let moons = "moons".parse::<fanin::lab::data::DataSource>()?.load()?;
            let spec = MlpSpec::new([2, 8, 1], Activation::Tanh, Loss::BinaryCrossEntropy)?;

            let mut network = Mlp::<f32>::new(&spec)?;
            Plan::new().rule("*.bias", Zeros).rule("*.weight", glorot_normal()).apply(&mut network, Seed(42))?;
            let start = network.values("layers.0.weight")?;

            let batch = network.load(&moons.train().samples())?;
            let mut optimizer = network.optimizer(&OptimizerSpec::sgd(1.0))?;
            let losses: Result<_, _> = (0..500).map(|_| network.step(&batch, &mut optimizer)).collect();
            Ok((start, losses?))
        }
    };
}

fn main() -> Result<(), Box<dyn Error>> {
    fanin::candle::fix_thread_count();
    let (ndarray_start, ndarray_losses) = on_ndarray::run()?;
    let (candle_start, candle_losses) = on_candle::run()?;

    println!("{:<24} {:>12} {:>12}", "", "ndarray", "candle");
    for (neuron, (a, b)) in ndarray_start.iter().zip(&candle_start).take(3).enumerate() {
        println!("{:<24} {a:>12.8} {b:>12.8}", format!("start, weight {neuron}"));
    }
    for step in [0, 10, 100, 499] {
        println!("{:<24} {:>12.8} {:>12.8}", format!("loss at step {step}"), ndarray_losses[step], candle_losses[step]);
    }

    assert_eq!(ndarray_start, candle_start, "the same seed and name give the same bits on every backend");
    let largest = ndarray_losses.iter().zip(&candle_losses).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(largest < 1e-4, "the losses differ by {largest}, which is more than rounding");
    assert!(ndarray_losses[499] < 0.5 * ndarray_losses[0], "the network learns");
    println!("\nThe initial weights are bitwise equal. The losses differ by at most {largest:.0e}, from rounding.");
    Ok(())
}
