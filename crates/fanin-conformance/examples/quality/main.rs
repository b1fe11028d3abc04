//! Tests the quality of the values: moments, the whole distribution, its tails, and independence, for every
//! distribution, on many values.
//!
//! `quality [EXPONENT]` draws 2^EXPONENT values of each, 28 by default and at least 16. It prints every test with its
//! n, its statistic and its p-value, and exits with 1 if a test fails at the stated alpha. Memory: 8 bytes per value.

use std::process::ExitCode;

use fanin_core::values::{TruncatedUnitNormal, VERSION, WindowError};
use fanin_core::{Dtype, Element};
use half::{bf16, f16};

use law::Law;
use outcome::{FAMILY_WISE_ALPHA, Outcome, alpha_of_one, failures};
use source::{Normal, Source, Truncated, Uniform};

mod distribution;
#[cfg(test)]
mod impostors;
mod law;
mod moments;
mod outcome;
mod source;

/// Bounds on both sides of 0, on one side, and asymmetric.
const BOUNDS: [(f64, f64); 3] = [(-2.0, 2.0), (1.0, 4.0), (-1.0, 0.5)];

fn main() -> ExitCode {
    let exponent = match std::env::args().nth(1) {
        None => Some(28),
        Some(given) => given.parse::<u32>().ok().filter(|exponent| (16..=40).contains(exponent)),
    };
    let Some(exponent) = exponent else {
        eprintln!("usage: quality [EXPONENT], from 16 to 40");
        return ExitCode::from(2);
    };
    let n = 1 << exponent;
    println!("values v{VERSION}, n = 2^{exponent} = {n}, {} threads\n", rayon::current_num_threads());
    println!("{:<24} {:<38} {:>11}  {:<30} p", "law", "test", "n", "statistic");
    let outcomes = match every_law(n, |outcomes| outcomes.iter().for_each(|outcome| println!("{outcome}"))) {
        Ok(outcomes) => outcomes,
        Err(error) => {
            eprintln!("quality: {error}");
            return ExitCode::from(2);
        }
    };
    let failed = failures(&outcomes);
    let smallest = outcomes.iter().map(|outcome| outcome.p).fold(1.0, f64::min);
    println!(
        "\n{} tests, family-wise alpha {FAMILY_WISE_ALPHA}, so {:.2e} each (Bonferroni); smallest p {smallest:.2e}, of \
         which so many tests have {:.2} expected at or below; failed: {}",
        outcomes.len(),
        alpha_of_one(outcomes.len()),
        smallest * FAMILY_WISE_ALPHA / alpha_of_one(outcomes.len()),
        failed.len()
    );
    for outcome in &failed {
        println!("FAILED: {outcome}");
    }
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs every test of every distribution; `each` is called with the outcomes of each distribution as they become
/// available.
fn every_law(n: usize, each: impl Fn(&[Outcome])) -> Result<Vec<Outcome>, WindowError> {
    let mut all = Vec::new();
    let mut add = |outcomes: Vec<Outcome>| {
        each(&outcomes);
        all.extend(outcomes);
    };
    add(every_test::<f32>(&Uniform, &Law::uniform(Dtype::F32), n)?);
    add(every_test::<f64>(&Uniform, &Law::uniform(Dtype::F64), n)?);
    add(every_test::<f32>(&Normal, &Law::normal(Dtype::F32), n)?);
    add(every_test::<f64>(&Normal, &Law::normal(Dtype::F64), n)?);
    add(every_test::<f16>(&Normal, &Law::normal(Dtype::F16), n)?);
    add(every_test::<bf16>(&Normal, &Law::normal(Dtype::BF16), n)?);
    for (low, high) in BOUNDS {
        let source = Truncated(TruncatedUnitNormal::new(low, high).expect("bounds in order"));
        add(every_test::<f32>(&source, &Law::truncated(Dtype::F32, low, high), n)?);
        add(every_test::<f64>(&source, &Law::truncated(Dtype::F64, low, high), n)?);
    }
    Ok(all)
}

/// Runs every test of one distribution.
fn every_test<T: Element>(source: &impl Source<T>, law: &Law, n: usize) -> Result<Vec<Outcome>, WindowError> {
    let mut outcomes = moments::test(source, law, n)?;
    outcomes.extend(distribution::test(source, law, n)?);
    Ok(outcomes)
}
