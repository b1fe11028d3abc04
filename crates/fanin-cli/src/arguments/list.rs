//! Arguments of `fanin list`.

use clap::{Args, ValueEnum};

use super::Ending;

pub(super) const ENDING: Ending =
    Ending { notes: "", examples: ["fanin list recipes", "fanin list initializers --json > initializers.json"] };

/// List initializers, activations, recipes, data sets and audit rules.
#[derive(Debug, Args)]
#[command(after_help = ENDING.short(), after_long_help = ENDING.long())]
pub(crate) struct ListArguments {
    /// The list to print; all lists by default
    #[arg(value_enum)]
    pub(crate) topic: Option<Topic>,
    /// Print JSON: an object with one array per topic
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Topic {
    /// Initializers, with their arguments and defaults
    Initializers,
    /// Activations, with their formulas
    Activations,
    /// Recipes for whole models, with their variables and sources
    Recipes,
    /// Data sets, with their sources and licenses
    Data,
    /// Rules of `fanin audit`
    Rules,
}
