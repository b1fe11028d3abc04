//! Arguments of `fanin explain`.

use std::path::PathBuf;

use clap::Args;

use super::{Ending, ListOfShapes, RecipeSource};

pub(super) const ENDING: Ending = Ending {
    notes: "\
A list of shapes is a JSON object:
  { \"fc.weight\": [10, 64], \"fc.bias\": [10] }
",
    examples: ["fanin explain he_normal", "fanin explain gpt2 --like model.safetensors --set layers=12"],
};

/// Explain an initializer, an activation, a recipe or an audit rule.
///
/// With --like or --shapes, shows the initializer that the recipe assigns to each parameter of that model, with the
/// rule and the reason. Nothing is drawn.
#[derive(Debug, Args)]
#[command(after_help = ENDING.short(), after_long_help = ENDING.long())]
pub(crate) struct ExplainArguments {
    /// A name from `fanin list`, or a custom recipe: a .toml file, or - for standard input
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// A checkpoint of the model: a file (.safetensors, PyTorch's .pt, .pth or .bin, .npz, .npy), a shard index or a
    /// folder
    #[arg(long, value_name = "PATH", conflicts_with = "shapes")]
    pub(crate) like: Option<PathBuf>,
    /// The names and shapes of the model in JSON; - reads them from standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) shapes: Option<ListOfShapes>,
    /// A recipe that stands for NAME
    #[arg(skip)]
    pub(crate) recipe: Option<RecipeSource>,
    /// Set a variable of the recipe. Repeatable
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
