//! Arguments of `fanin identify`.

use std::path::PathBuf;

use clap::Args;

use super::Ending;

pub(super) const ENDING: Ending = Ending {
    notes: "\
Reading the report:
  =              the distributions are equal
  or             the likelihoods are within a factor of 20
  none of these  even the best candidate fits badly, at alpha 0.0001 for each tensor; usually trained weights

A distribution with fitted parameters must be a thousand times as likely as a known initializer to be preferred. Fans come from the \
axes, whose order is inferred unless --layout states it; initializers for the other order are among the candidates.
",
    examples: [
        "fanin identify model.safetensors --select '*.weight' --top 5",
        "fanin identify keras.safetensors --layout io --init 'normal(std = 0.03)'",
    ],
};

/// Find the initializers that could have produced each tensor of a checkpoint.
///
/// Candidates are ranked by likelihood. Values drawn by fanin are recognized together with their seed.
#[derive(Debug, Args)]
#[command(after_help = ENDING.short(), after_long_help = ENDING.long())]
pub(crate) struct IdentifyArguments {
    /// A checkpoint: a file (.safetensors, .npz or PyTorch), a shard index or a folder
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,
    /// The order of the axes: oi for [out, in], io, transposed, or with kernel axes oihw, hwio, iohw or hwoi. Use
    /// PATTERN=LAYOUT for tensors whose names match. Repeatable; the first match applies, and otherwise the order is
    /// inferred from names and shapes
    #[arg(long, alias = "layout-of", value_name = "[PATTERN=]LAYOUT")]
    pub(crate) layout: Vec<String>,
    /// Read weights of `c_attn`, `q_attn`, `c_fc` and `c_proj` as [in, out], as Hugging Face's `Conv1D` stores them
    #[arg(long)]
    pub(crate) conv1d: bool,
    /// Another initializer to consider. Repeatable
    #[arg(long = "init", value_name = "SPEC")]
    pub(crate) init: Vec<String>,
    /// The seed to try when looking for values drawn by fanin; 0 to 100 by default
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Identify only tensors whose names match this pattern. Repeatable
    #[arg(long, value_name = "PATTERN")]
    pub(crate) select: Vec<String>,
    /// The number of candidates to print for each tensor
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) top: usize,
    /// Print every candidate of every tensor as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
