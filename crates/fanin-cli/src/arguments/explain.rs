//! What `fanin explain` takes.

use std::path::PathBuf;

use clap::Args;

/// Prints the page of an initializer, an activation, a recipe or a rule of the audit. With --like or --shapes: what each parameter of that model would
/// get from the recipe, by which rule and why, without drawing anything.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fanin explain he_normal\n  \
    fanin explain gpt2\n  \
    fanin explain gpt2 --like model.safetensors\n  \
    fanin explain near-twins\n  \
    fanin explain mup --shapes shapes.json --set base_width=256 --json\n\n\
    A list of shapes is a JSON object: { \"fc.weight\": [10, 64], \"fc.bias\": [10] }")]
pub(crate) struct ExplainArguments {
    /// A name that `fanin list` shows, or a recipe of your own: a .toml file
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// A model whose parameters are asked about: a file (.safetensors, PyTorch's .pt, .pth or .bin, .npz, .npy), an
    /// index of shards, or a folder
    #[arg(long, value_name = "PATH", conflicts_with = "shapes")]
    pub(crate) like: Option<PathBuf>,
    /// The same from a list of shapes in JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) shapes: Option<PathBuf>,
    /// A variable of the recipe; give it once for each
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub(crate) json: bool,
}
