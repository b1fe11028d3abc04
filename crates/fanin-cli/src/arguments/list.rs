//! What `fanin list` takes.

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// What to list; everything by default
    #[arg(value_enum)]
    pub(crate) topic: Option<Topic>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Topic {
    /// Initializers, with their arguments and defaults
    #[value(alias = "initializers")]
    Initializers,
    /// Activations, with their formulas
    Activations,
    /// Recipes for whole models, with their variables and sources
    Recipes,
    /// Data sets, with source and license
    Data,
    /// Rules of `fanin audit`
    Rules,
}
