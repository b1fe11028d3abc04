//! The cost of the `Network` trait: a training step through it relative to the same step by hand, measured in turns.
//!
//! `cargo bench -p fanin-benches --bench overhead` fails if the trait costs more than 10 % for a task that promises
//! this. `-- --test` checks the results without timing; `-- candle` runs only the cases whose names contain that word.

use std::error::Error;
use std::process::ExitCode;

use fanin_benches::agreement::checked_pair;
use fanin_benches::asked::Asked;
use fanin_benches::by_hand::{ByHand, CandleByHand, NdarrayByHand};
use fanin_benches::conditions::under_conditions;
use fanin_benches::paired::ratio;
use fanin_benches::task::Task;
use fanin_core::network::{FromMlpSpec, Trainable};

/// The maximum ratio between a step through the trait and a step by hand.
const PROMISE: f64 = 1.10;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    under_conditions(every_task)
}

fn every_task() -> Result<ExitCode, Box<dyn Error>> {
    let asked = Asked::of_this_program();
    println!("{:<30}  time by trait / time by hand", "training step");
    println!("{:<30}  {:>6}  {:>6}  {:>6}", "", "min", "median", "max");
    let mut kept = true;
    for task in &Task::ALL {
        kept &= compare::<fanin_ndarray::Mlp<f32>, NdarrayByHand>("ndarray", task, &asked)?;
        kept &= compare::<fanin_candle::Mlp<f32>, CandleByHand>("candle", task, &asked)?;
    }
    Ok(if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Measures a pair that was checked to agree; returns whether the promise holds.
fn compare<N: Trainable + FromMlpSpec, H: ByHand>(
    library: &str,
    task: &Task,
    asked: &Asked,
) -> Result<bool, Box<dyn Error>> {
    let name = format!("{} {library}", task.name);
    if !asked.takes(&name) {
        return Ok(true);
    }
    let (mut by_trait, mut by_hand) = checked_pair::<N, H>(task)?;
    if asked.only_checks {
        println!("{name:<30}  checked");
        return Ok(true);
    }
    let spread = ratio(|| by_trait.step().map(drop), || by_hand.step().map(drop))?;
    let kept = !task.promised || spread.median <= PROMISE;
    let verdict = match (task.promised, kept) {
        (false, _) => "",
        (true, true) => "within the promised 10 %",
        (true, false) => "MORE THAN THE 10 % PROMISED",
    };
    println!("{name:<30}  {:>6.3}  {:>6.3}  {:>6.3}  {verdict}", spread.min, spread.median, spread.max);
    Ok(kept)
}
