//! Arguments of `fanin audit`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Ending, RecipeSource, threads};

pub(super) const ENDING: Ending = Ending {
    notes: "\
Exit codes:
  0  no finding at or above --fail-on
  1  a finding at or above --fail-on
  2  bad usage or input
  3  internal error

To accept the findings of today and report new ones only, write them with --write-baseline known.json and give --baseline known.json \
from then on.
",
    examples: [
        "fanin audit model.safetensors --ignore 'near-twins:decoder.*' --fail-on warn",
        "fanin audit model/ --baseline known.json --format sarif > audit.sarif",
    ],
};

/// Check the weights of a checkpoint for faults.
///
/// Finds dead, duplicated, constant, untrained and wrongly scaled weights, NaN, and statistics that were never updated.
/// Each finding names its rule, and `fanin explain RULE` explains it. Reads every weight once, on all cores.
#[derive(Debug, Args)]
#[command(after_help = ENDING.short(), after_long_help = ENDING.long())]
pub(crate) struct AuditArguments {
    /// Checkpoints: files, shard indexes or folders
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Whether the weights are freshly initialized or trained. By default, this is inferred and explained in the report
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) stage: StageName,
    /// The recipe that filled the checkpoint: a name from `fanin list recipes`, a .toml file, or - for standard input.
    /// Implies --stage fresh
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) recipe: Option<RecipeSource>,
    /// Set a variable of the recipe. Repeatable
    #[arg(long, value_name = "NAME=VALUE", requires = "recipe")]
    pub(crate) set: Vec<String>,
    /// The order of the axes: oi for [out, in], io, transposed, or with kernel axes oihw, hwio, iohw or hwoi. Use
    /// PATTERN=LAYOUT for tensors whose names match. Repeatable; the first match applies, and otherwise the order is
    /// inferred from names and shapes
    #[arg(long, value_name = "[PATTERN=]LAYOUT")]
    pub(crate) layout: Vec<String>,
    /// Check only these rules: a rule's id, RULE:PATTERN for matching tensors, or *:PATTERN for all rules. Separate
    /// several by commas
    #[arg(long, value_name = "RULE[:PATTERN],..")]
    pub(crate) select: Vec<String>,
    /// Skip these rules; same syntax as --select
    #[arg(long, value_name = "RULE[:PATTERN],..")]
    pub(crate) ignore: Vec<String>,
    /// Exit with code 1 if a finding has at least this severity
    #[arg(long, value_enum, default_value = "error", value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,
    /// The output format
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ReportFormat,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
    /// Show every note. By default, the text report summarizes the notes of each rule in one line
    #[arg(long)]
    pub(crate) notes: bool,
    /// Also run rules that need singular values, such as rank. Prints the cost on standard error
    #[arg(long)]
    pub(crate) deep: bool,
    /// Hide the findings of this baseline; - reads it from standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write all findings to this baseline; - prints it instead of the report. Overwrites only baselines
    #[arg(long, value_name = "FILE")]
    pub(crate) write_baseline: Option<PathBuf>,
    /// The number of threads, at most 1024; defaults to one per core. Does not change the result
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StageName {
    /// Inferred from the weights
    Auto,
    /// Freshly initialized
    Fresh,
    /// Trained
    Trained,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors only
    Error,
    /// Warnings and errors
    #[value(alias = "warning")]
    Warn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For a terminal
    Text,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// For a pull request
    Markdown,
}
