//! Arguments of `fanin diff`.

use std::path::PathBuf;

use clap::Args;

use super::Ending;

pub(super) const ENDING: Ending = Ending {
    notes: "\
Exit codes, as diff has them:
  0  no difference, down to the bit
  1  something differs
  2  bad usage or input
  3  internal error
",
    examples: [
        "fanin diff before.safetensors after.safetensors",
        "fanin diff model/ quantized/ --select '*.weight' --json",
    ],
};

/// Show how two checkpoints differ, tensor by tensor.
///
/// By how much values changed, whether they still follow the same distribution, whether a tensor was drawn again by an initializer, whether
/// it was transposed, resized, fused, split, or its rows or columns permuted, whether its element type or shape changed, and which
/// tensors only one of them has. Renamed tensors are found by a prefix that a wrapper adds, and by their values. Two .npy files are
/// compared whatever they are called.
#[derive(Debug, Args)]
#[command(after_help = ENDING.short(), after_long_help = ENDING.long())]
pub(crate) struct DiffArguments {
    /// A checkpoint: a file (.safetensors, .npz or PyTorch), a shard index or a folder
    #[arg(value_name = "A")]
    pub(crate) a: PathBuf,
    /// The checkpoint to compare it with
    #[arg(value_name = "B")]
    pub(crate) b: PathBuf,
    /// The order of the axes: oi for [out, in], io, transposed, or with kernel axes oihw, hwio, iohw or hwoi. With PATTERN=, of the
    /// tensors whose names match. Repeatable; the first match counts, and otherwise the order is inferred from names and shapes
    #[arg(long, value_name = "[PATTERN=]LAYOUT")]
    pub(crate) layout: Vec<String>,
    /// Compare tensors whose names match this pattern only. Repeatable
    #[arg(long, value_name = "PATTERN")]
    pub(crate) select: Vec<String>,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
