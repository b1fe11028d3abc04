//! What `fanin audit` takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::threads;

/// A linter for checkpoints: dead, copied, constant, untrained and wrongly scaled weights, NaN, statistics that were never updated.
/// Each finding has the id of its rule; `fanin explain RULE` is the rule's page. Reads every weight once, on all cores.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fanin audit model.safetensors\n  \
    fanin audit fresh.safetensors --recipe gpt2 --set layers=12\n  \
    fanin audit model/ --ignore 'dead-rows,near-twins:decoder.{0,1}.*' --fail-on warn\n  \
    fanin audit model.safetensors --write-baseline known.json\n  \
    fanin audit model.safetensors --baseline known.json --format sarif > audit.sarif\n\n\
    Exit codes: 0 nothing at or above --fail-on; 1 a finding at or above it; 2 bad usage or input; 3 internal.")]
pub(crate) struct AuditArguments {
    /// Checkpoints: files, indices of shards, or folders
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Whether the weights are as an initializer left them, or trained; by default the evidence decides, and says so
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) stage: StageName,
    /// The recipe by which the checkpoint was filled: a name of `fanin list recipes`, or a .toml file. Says that it is fresh
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) recipe: Option<String>,
    /// A variable of the recipe; give it once for each
    #[arg(long, value_name = "NAME=VALUE", requires = "recipe")]
    pub(crate) set: Vec<String>,
    /// Ask these rules alone: a rule's id, `RULE:PATTERN` for some tensors, `*:PATTERN` for all rules; commas divide several, but
    /// for those in braces
    #[arg(long, value_name = "RULE[:PATTERN],..")]
    pub(crate) select: Vec<String>,
    /// Leave out these, in the same words
    #[arg(long, value_name = "RULE[:PATTERN],..")]
    pub(crate) ignore: Vec<String>,
    /// The mildest finding that makes the exit code 1
    #[arg(long, value_enum, default_value = "error", value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,
    /// How the report is written
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ReportFormat,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
    /// Ask the rules that need a spectrum too (rank); the cost is told on stderr
    #[arg(long)]
    pub(crate) deep: bool,
    /// Hide the findings of this file
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write all findings to a baseline; of the files that are there only a baseline is overwritten
    #[arg(long, value_name = "FILE")]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Threads, 1024 at most; as many as the machine has cores by default. Changes no number
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StageName {
    /// By the evidence
    Auto,
    /// As an initializer left it
    Fresh,
    /// Trained
    Trained,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors alone
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
