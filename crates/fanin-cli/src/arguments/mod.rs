//! What can be typed. Texts become values here; what they mean is decided by the commands.

mod audit;
mod compare;
mod diff;
mod explain;
mod fill;
mod gain;
mod identify;
mod list;
mod sample;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use crate::failure::{Failure, USAGE};

pub(crate) use audit::{AuditArguments, FailOn, ReportFormat, StageName};
pub(crate) use compare::{CompareArguments, PresetName};
pub(crate) use diff::DiffArguments;
pub(crate) use explain::ExplainArguments;
pub(crate) use fill::FillArguments;
pub(crate) use gain::GainArguments;
pub(crate) use identify::IdentifyArguments;
pub(crate) use list::{ListArguments, Topic};
pub(crate) use sample::SampleArguments;

/// Weight initialization: see what it does to a network, and make weights whose every bit has an address.
#[derive(Debug, Parser)]
#[command(name = "fanin", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// What was typed; help and version are printed, and a mistake is one line.
    pub(crate) fn read() -> Result<Self, Failure> {
        Self::try_parse().map_err(|error| match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match error.print() {
                Ok(()) => Failure::Shown { code: 0 },
                Err(error) => Failure::output(&error),
            },
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                // Nothing can be done where not even stderr can be written.
                let _ = error.print();
                Failure::Shown { code: USAGE }
            }
            _ => Failure::usage(one_line(&error.render().to_string())),
        })
    }
}

/// A mistake with its tip, without the usage that clap adds.
fn one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let told = lines.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"));
    let told: Vec<&str> = told.map(|line| line.strip_prefix("error: ").unwrap_or(line)).collect();
    format!("{}; see --help", told.join("; "))
}

fn axis(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "give whole numbers with commas between, such as 64,128".to_owned())
}

/// The most threads that can be asked for: more than any machine's cores make nothing faster, and each costs memory.
pub(crate) const MOST_THREADS: usize = 1024;

fn threads(text: &str) -> Result<usize, String> {
    let threads = text.parse().ok().filter(|threads| (1..=MOST_THREADS).contains(threads));
    threads.ok_or_else(|| format!("give 1 or more threads, {MOST_THREADS} at most"))
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 what was asked to hold does not; 2 bad usage or input; 3 internal.\n\
                          NO_COLOR=1 turns colors off.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Train the same network from different starting weights, side by side
    Compare(Box<CompareArguments>),
    /// Write the values of one parameter, or a window of them, to a file
    Sample(SampleArguments),
    /// Write a model's checkpoint, filled by a recipe from a seed
    Fill(Box<FillArguments>),
    /// List the initializers, activations, recipes, data sets and rules
    List(ListArguments),
    /// Print the page of an initializer, an activation, a recipe or a rule; what a recipe would give to a model
    Explain(ExplainArguments),
    /// The gains of an activation, by quadrature, and PyTorch's
    Gain(GainArguments),
    /// Which initializers could have made each tensor of a checkpoint
    Identify(IdentifyArguments),
    /// What differs between two checkpoints, tensor by tensor
    Diff(DiffArguments),
    /// What is wrong with the weights of a checkpoint, by rules with ids
    Audit(AuditArguments),
}
