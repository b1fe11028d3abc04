//! The `fanin` command as a library: parses arguments, runs a command, prints a report. The binary `fanin` and the
//! Python package call [`run`]; the package also makes [reports](report()).
//!
//! Exit codes: 0 success; 1 a check failed; 2 bad usage or input; 3 internal error.

mod arguments;
mod audit;
mod checkpoint;
mod compare;
mod complaint;
mod completions;
mod console;
mod diff;
mod explain;
mod failure;
mod fill;
mod gain;
mod identify;
mod input;
mod layouts;
mod list;
mod man;
mod model;
mod number;
mod plain;
mod prose;
mod recipe;
mod report;
mod sample;
mod select;
mod settings;
mod styled;
mod table;
mod tensor_file;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process;

pub use report::{GivenValues, PrintedReport, ReportError, explain_plan, report};

use arguments::{Arguments, Command, MOST_THREADS};
use complaint::complain;
use console::Console;
use failure::Failure;

/// Runs the command with the arguments of a process, the first of which is the name of the program. Returns the exit
/// code.
///
/// For programs that do nothing else: it sets the process's handlers of panics and of interrupts. An interrupt ends the
/// process with code 130.
#[must_use]
pub fn run<A: Into<OsString>>(arguments: impl IntoIterator<Item = A>) -> u8 {
    // Report a bug in one line; the exit code is set below.
    std::panic::set_hook(Box::new(|panic| complain(format!("internal error: {panic}; please report it"))));
    // Without a handler, an interrupted run would leave its temporary file behind.
    let interrupted = || {
        fanin_checkpoint::atomic_file::remove_unfinished();
        process::exit(failure::INTERRUPTED);
    };
    if let Err(error) = ctrlc::set_handler(interrupted) {
        complain(format!("an interrupt would leave temporary files behind: {error}"));
    }
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let done = std::panic::catch_unwind(|| Arguments::read(&arguments).and_then(execute));
    // A program whose main function is not Rust's does not flush it.
    let _ = io::stdout().flush();
    match done {
        Ok(Ok(())) => 0,
        Ok(Err(failure)) => failure.report(),
        Err(_) => failure::INTERNAL,
    }
}

/// The environment variables that set the number of rayon threads.
const THREADS: [&str; 2] = ["RAYON_NUM_THREADS", "RAYON_RS_NUM_CPUS"];

/// Rejects an unreasonable number of threads, because all of them would be started.
fn few_threads() -> Result<(), Failure> {
    for variable in THREADS {
        let given = std::env::var(variable).ok().and_then(|given| given.parse::<usize>().ok());
        if let Some(given) = given.filter(|given| *given > MOST_THREADS) {
            return Err(Failure::usage(format!("{variable} is {given}; set it to at most {MOST_THREADS}")));
        }
    }
    Ok(())
}

fn execute(arguments: Arguments) -> Result<(), Failure> {
    few_threads()?;
    console::set_color(arguments.color);
    let console = Console::new(arguments.quiet);
    match arguments.command {
        Command::Compare(arguments) => compare::run(&arguments, console),
        Command::Fill(arguments) => fill::run(&arguments, console),
        Command::Sample(arguments) => sample::run(&arguments, console),
        Command::List(arguments) => list::run(&arguments, console),
        Command::Explain(arguments) => explain::run(&arguments, console),
        Command::Gain(arguments) => gain::run(&arguments, console),
        Command::Identify(arguments) => identify::run(&arguments, console),
        Command::Diff(arguments) => diff::run(&arguments, console),
        Command::Audit(arguments) => audit::run(&arguments, console),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments, console),
    }
}
