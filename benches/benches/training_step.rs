//! One training step through fanin's `Network` trait, compared with the same step by hand.
//!
//! `cargo bench -p fanin-benches --bench training_step`; see this crate's README for how to read it.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use criterion::{Criterion, SamplingMode, Throughput};
use fanin_benches::agreement::checked_pair;
use fanin_benches::by_hand::{ByHand, CandleByHand, NdarrayByHand};
use fanin_benches::conditions::under_conditions;
use fanin_benches::task::{BATCH, Task};
use fanin_core::network::{FromMlpSpec, Trainable};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    under_conditions(every_task)
}

fn every_task() -> Result<ExitCode, Box<dyn Error>> {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1500))
        .sample_size(30)
        .nresamples(5000)
        .configure_from_args();
    for task in &Task::ALL {
        compare::<fanin_ndarray::Mlp<f32>, NdarrayByHand>(&mut criterion, "ndarray", task)?;
        compare::<fanin_candle::Mlp<f32>, CandleByHand>(&mut criterion, "candle", task)?;
    }
    criterion.final_summary();
    Ok(ExitCode::SUCCESS)
}

/// Times both sides of a pair that was checked to agree.
fn compare<N: Trainable + FromMlpSpec, H: ByHand>(
    criterion: &mut Criterion,
    library: &str,
    task: &Task,
) -> Result<(), Box<dyn Error>> {
    let (mut by_trait, mut by_hand) = checked_pair::<N, H>(task)?;
    let mut group = criterion.benchmark_group(format!("training step {}", task.name));
    group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(BATCH as u64));
    group.bench_function(format!("fanin-{library}"), |b| b.iter(|| by_trait.step().expect("it made 20 steps")));
    group.bench_function(format!("{library} by hand"), |b| b.iter(|| by_hand.step().expect("it made 20 steps")));
    group.finish();
    Ok(())
}
