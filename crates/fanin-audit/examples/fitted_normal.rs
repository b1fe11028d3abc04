//! Simulates the distance between normal samples and the normal distribution fitted to them, for the table in
//! `src/judge/fitted_normal.rs`.
//!
//! ```sh
//! cargo run --release -p fanin-audit --example fitted_normal
//! ```
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of samples, far below 2^53"
)]

use fanin_conformance::statistics::ks_distance;
use fanin_core::values::exact::normal_cdf;
use fanin_core::{Dtype, InitializerExt, ParamSpec, Seed, initializers::Normal};
use rayon::prelude::*;

/// The size of a sample, and the number of samples.
const N: usize = 400;
const SAMPLES: u64 = 1_000_000;

/// Tail probabilities of the distance.
const TAILS: [f64; 12] = [0.9, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0003, 0.0001];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let param = ParamSpec::new("sample", [N])?;
    let normal = Normal::new(0.0, 1.0)?;
    let distances: Result<Vec<[f64; 2]>, fanin_core::InitError> = (0..SAMPLES)
        .into_par_iter()
        .map(|seed| {
            let mut values: Vec<f64> = normal.sample(&param, Seed(seed))?;
            values.sort_unstable_by(f64::total_cmp);
            let mean = values.iter().sum::<f64>() / N as f64;
            let square = values.iter().map(|x| x * x).sum::<f64>() / N as f64;
            Ok([distance(&values, mean, (square - mean * mean).sqrt()), distance(&values, 0.0, square.sqrt())])
        })
        .collect();
    let distances = distances?;
    let sorted = |which: usize| {
        let mut all: Vec<f64> = distances.iter().map(|both| both[which]).collect();
        all.sort_unstable_by(f64::total_cmp);
        all
    };
    let (about_mean, about_zero) = (sorted(0), sorted(1));
    println!("probability  mean and std fitted  std fitted   ({SAMPLES} samples of {N})");
    for tail in TAILS {
        let at = ((1.0 - tail) * SAMPLES as f64) as usize;
        println!("{tail:<11}  {:<19.4}  {:.4}", about_mean[at], about_zero[at]);
    }
    Ok(())
}

/// Computes `sup |F_n - F|` times the root of `n`, with the small-sample correction of Stephens (1974).
fn distance(sorted: &[f64], mean: f64, std: f64) -> f64 {
    let root = (sorted.len() as f64).sqrt();
    ks_distance(sorted, Dtype::F64, |x| normal_cdf((x - mean) / std)) * (root - 0.01 + 0.85 / root)
}
