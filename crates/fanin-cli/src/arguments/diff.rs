//! Arguments of `fanin diff`.

use std::path::PathBuf;

use clap::Args;

use super::Ending;

pub(super) const ENDING: Ending = Ending {
    notes: "\
Exit codes (same as diff):
  0  no difference, bit for bit
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
/// Reports how much values changed, whether they still follow the same distribution, whether a tensor was redrawn by an
/// initializer, whether it was transposed, resized, fused or split, whether its rows or columns were permuted, whether
/// its element type or shape changed, and which tensors exist in only one checkpoint. Renamed tensors are matched by the
/// prefix that a wrapper adds and by their values. Two .npy files are always compared, whatever their names.
#[derive(Debug, Args)]
#[command(after_help = ENDING.short(), after_long_help = ENDING.long())]
pub(crate) struct DiffArguments {
    /// A checkpoint: a file (.safetensors, .npz or PyTorch), a shard index or a folder
    #[arg(value_name = "A")]
    pub(crate) a: PathBuf,
    /// The checkpoint to compare it with
    #[arg(value_name = "B")]
    pub(crate) b: PathBuf,
    /// The order of the axes: oi for [out, in], io, transposed, or with kernel axes oihw, hwio, iohw or hwoi. Use
    /// PATTERN=LAYOUT for tensors whose names match. Repeatable; the first match applies, and otherwise the order is
    /// inferred from names and shapes
    #[arg(long, value_name = "[PATTERN=]LAYOUT")]
    pub(crate) layout: Vec<String>,
    /// Compare only tensors whose names match this pattern. Repeatable
    #[arg(long, value_name = "PATTERN")]
    pub(crate) select: Vec<String>,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
