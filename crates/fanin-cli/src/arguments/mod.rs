//! Command-line arguments: parses text into values, which the commands interpret.

mod audit;
mod compare;
mod completions;
mod diff;
mod ending;
mod explain;
mod fill;
mod gain;
mod identify;
mod list;
mod man;
mod mistake;
mod sample;
mod source;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{ColorChoice, Parser, Subcommand, ValueEnum};

use crate::console;
use crate::failure::{Failure, USAGE};

pub(crate) use audit::{AuditArguments, FailOn, ReportFormat, StageName};
pub(crate) use compare::{CompareArguments, PresetName};
pub(crate) use completions::CompletionsArguments;
pub(crate) use diff::DiffArguments;
pub(crate) use ending::Ending;
pub(crate) use explain::ExplainArguments;
pub(crate) use fill::FillArguments;
pub(crate) use gain::GainArguments;
pub(crate) use identify::IdentifyArguments;
pub(crate) use list::{ListArguments, Topic};
pub(crate) use man::ManArguments;
pub(crate) use sample::{FileFormat, SampleArguments};
pub(crate) use source::{ListOfShapes, RecipeSource};

/// Weight initialization: compare initializers, and generate, explain and audit weights
#[derive(Debug, Parser)]
#[command(name = "fanin", version, arg_required_else_help = true, term_width = ending::width())]
#[command(after_help = ENDING.short(), after_long_help = ENDING.long())]
pub(crate) struct Arguments {
    /// When to color the output: auto, always or never. `auto` uses color on a terminal, unless `NO_COLOR` is set
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    #[arg(help_heading = GLOBAL, hide_possible_values = true)]
    pub(crate) color: ColorChoice,
    /// Print only results and errors: no progress, no notes, no summary of written files
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub(crate) quiet: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The heading of the options shared by all subcommands.
const GLOBAL: &str = "Global options";

const ENDING: Ending = Ending {
    notes: "\
Exit codes:
  0  success
  1  a check failed: audit has findings, diff has differences
  2  bad usage or input
  3  internal error
",
    examples: ["fanin compare --preset article", "fanin explain he_normal"],
};

impl Arguments {
    /// Parses the arguments of a process. Prints help and version; reports a mistake in one line.
    pub(crate) fn read(words: &[OsString]) -> Result<Self, Failure> {
        // Help is printed during parsing, so its color is set first.
        console::set_color(typed_color(words).unwrap_or(ColorChoice::Auto));
        Self::try_parse_from(words).map_err(|error| match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match error.print() {
                Ok(()) => Failure::Shown { code: 0 },
                Err(error) => Failure::output(&error),
            },
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                // If stderr cannot be written, ignore the error.
                let _ = error.print();
                Failure::Shown { code: USAGE }
            }
            _ => Failure::usage(mistake::line(&error)),
        })
    }
}

/// Returns the value of `--color`, if given.
fn typed_color(words: &[OsString]) -> Option<ColorChoice> {
    let words: Vec<&str> = words.iter().filter_map(|word| word.to_str()).collect();
    let options = words.iter().take_while(|word| **word != "--").enumerate();
    let mut values = options.filter_map(|(at, word)| match word.strip_prefix("--color")? {
        "" => words.get(at + 1).copied(),
        value => value.strip_prefix('='),
    });
    ColorChoice::from_str(values.next()?, false).ok()
}

fn axis(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "use whole numbers separated by commas, such as 64,128".to_owned())
}

/// The maximum number of threads. More threads than any machine has cores only cost memory.
pub(crate) const MOST_THREADS: usize = 1024;

fn threads(text: &str) -> Result<usize, String> {
    let threads = text.parse().ok().filter(|threads| (1..=MOST_THREADS).contains(threads));
    threads.ok_or_else(|| format!("use 1 to {MOST_THREADS} threads"))
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Compare(Box<CompareArguments>),
    Sample(SampleArguments),
    Fill(Box<FillArguments>),
    List(ListArguments),
    Explain(ExplainArguments),
    Gain(GainArguments),
    Identify(IdentifyArguments),
    Diff(DiffArguments),
    Audit(AuditArguments),
    Completions(CompletionsArguments),
    Man(ManArguments),
}

/// Returns the end of a subcommand's help, or of the top-level help.
pub(crate) fn ending(command: &str) -> &'static Ending {
    match command {
        "compare" => &compare::ENDING,
        "sample" => &sample::ENDING,
        "fill" => &fill::ENDING,
        "list" => &list::ENDING,
        "explain" => &explain::ENDING,
        "gain" => &gain::ENDING,
        "identify" => &identify::ENDING,
        "diff" => &diff::ENDING,
        "audit" => &audit::ENDING,
        "completions" => &completions::ENDING,
        "man" => &man::ENDING,
        _ => &ENDING,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// Splits a command line into words as a shell would, up to a redirection.
    fn words(line: &str) -> Vec<String> {
        let line = line.split(" > ").next().unwrap_or(line);
        let mut quoted = false;
        let words = line.split(|c| {
            quoted ^= c == '\'';
            c == ' ' && !quoted
        });
        words.map(|word| word.replace('\'', "")).collect()
    }

    #[test]
    fn every_help_ends_with_two_examples_that_parse() {
        let mut root = Arguments::command();
        root.build();
        let commands: Vec<&clap::Command> =
            root.get_subcommands().filter(|command| command.get_name() != "help").collect();
        assert_eq!(commands.len(), 11);
        for command in commands.into_iter().chain([&root]) {
            let ending = ending(command.get_name());
            let shown = command.get_after_long_help().map(ToString::to_string);
            assert_eq!(shown, Some(ending.long()), "{}", command.get_name());
            for example in ending.examples {
                assert!(example.starts_with(&format!("fanin {}", command.get_name())) || command.get_name() == "fanin");
                let parsed = Arguments::try_parse_from(words(example));
                assert!(parsed.is_ok(), "{example}: {parsed:?}");
            }
        }
    }

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
