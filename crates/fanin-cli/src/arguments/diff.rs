//! What `fanin diff` takes.

use std::path::PathBuf;

use clap::Args;
use fanin_core::Layout;

/// What differs between two checkpoints: by how much values changed, whether they still follow the same distribution, whether a tensor was
/// drawn anew, its rows or columns permuted, its element type or shape changed, and what only one of them has.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fanin diff before.safetensors after.safetensors\n  \
    fanin diff model/ quantized/ --select '*.weight' --json\n\n\
    Exit codes, as those of diff: 0 the same, to the bit; 1 something differs; 2 bad usage or input; 3 internal.")]
pub(crate) struct DiffArguments {
    /// A checkpoint: a file (safetensors, .npz, PyTorch's), an index of shards or a folder
    #[arg(value_name = "A")]
    pub(crate) a: PathBuf,
    /// The one to compare it with
    #[arg(value_name = "B")]
    pub(crate) b: PathBuf,
    /// The order of the axes, for the initializers of what was drawn anew: oi, io, transposed, oihw, hwio, iohw or hwoi
    #[arg(long, default_value = "oi", value_name = "LAYOUT")]
    pub(crate) layout: Layout,
    /// Only tensors whose names match; give it once for each pattern
    #[arg(long, value_name = "PATTERN")]
    pub(crate) select: Vec<String>,
    /// Print JSON, and nothing else, on standard output
    #[arg(long)]
    pub(crate) json: bool,
}
