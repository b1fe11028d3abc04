//! The command `fanin`: arguments in, reports out, nothing else.
//!
//! Exit codes: 0 done; 1 what was asked to hold does not; 2 bad usage or input; 3 internal.

mod arguments;
mod audit;
mod compare;
mod diff;
mod explain;
mod failure;
mod fill;
mod gain;
mod identify;
mod list;
mod page;
mod plain;
mod sample;
mod select;
mod settings;
mod tensor_file;

use std::process::ExitCode;

use arguments::{Arguments, Command, MOST_THREADS};
use failure::Failure;

fn main() -> ExitCode {
    // A bug is reported in one line, with the code that says so.
    std::panic::set_hook(Box::new(|panic| eprintln!("fanin: internal error: {panic}; please report it")));
    // Without a handler an interrupted run would leave its temporary file behind.
    let interrupted = || {
        fanin_lab::remove_unfinished();
        fanin_checkpoint::atomic_file::remove_unfinished();
        std::process::exit(failure::INTERRUPTED);
    };
    if let Err(error) = ctrlc::set_handler(interrupted) {
        eprintln!("fanin: an interrupt will not be handled: {error}");
    }
    let done = std::panic::catch_unwind(|| Arguments::read().and_then(run));
    match done {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => failure.report(),
        Err(_) => ExitCode::from(failure::INTERNAL),
    }
}

/// The variables by which rayon is told how many threads to start.
const THREADS: [&str; 2] = ["RAYON_NUM_THREADS", "RAYON_RS_NUM_CPUS"];

/// Refuses an absurd number of threads, which would all be started.
fn few_threads() -> Result<(), Failure> {
    for variable in THREADS {
        let given = std::env::var(variable).ok().and_then(|given| given.parse::<usize>().ok());
        if let Some(given) = given.filter(|given| *given > MOST_THREADS) {
            return Err(Failure::usage(format!("{variable} is {given}; give {MOST_THREADS} threads at most")));
        }
    }
    Ok(())
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    few_threads()?;
    match arguments.command {
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Fill(arguments) => fill::run(&arguments),
        Command::Sample(arguments) => sample::run(&arguments),
        Command::List(arguments) => list::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Gain(arguments) => gain::run(&arguments),
        Command::Identify(arguments) => identify::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Audit(arguments) => audit::run(&arguments),
    }
}
