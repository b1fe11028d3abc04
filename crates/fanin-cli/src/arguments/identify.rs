//! What `fanin identify` takes.

use std::path::PathBuf;

use clap::Args;
use fanin_core::Layout;

/// For each tensor of a checkpoint, the initializers that could have made it, by likelihood. Those that the values do not tell
/// apart are printed as ties: `=` between equal distributions, `or` between distributions within a factor of 20. Where even the best fits badly,
/// at alpha 0.0001 a tensor, it is none of these: trained weights, mostly. Values that fanin made are recognized with their seed.
///
/// Fans come from the axes: [out, in, k...] unless a layout says otherwise. Laws of the other order are among the candidates.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fanin identify model.safetensors\n  \
    fanin identify model.safetensors --select '*.weight' --top 5\n  \
    fanin identify gpt2/ --conv1d --json\n  \
    fanin identify keras.safetensors --layout io --init 'glorot_uniform(gain = 0.5)'\n\n\
    Ties: '=' between equal distributions, 'or' between distributions within a factor of 20. A distribution of fitted numbers must be a thousand times as\n\
    likely as a name. 'none of these': even the best fits badly, at alpha 0.0001 a tensor; trained weights, mostly.")]
pub(crate) struct IdentifyArguments {
    /// A checkpoint: a file (safetensors, .npz, PyTorch's), an index of shards or a folder
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,
    /// The order of the axes: oi, io, transposed, or with kernel axes oihw, hwio, iohw or hwoi
    #[arg(long, default_value = "oi", value_name = "LAYOUT")]
    pub(crate) layout: Layout,
    /// The order of the axes of the tensors whose names match; give it once for each pattern, the first match counts
    #[arg(long, value_name = "PATTERN=LAYOUT")]
    pub(crate) layout_of: Vec<String>,
    /// Hugging Face's `Conv1D`: weights of `c_attn`, `q_attn`, `c_fc` and `c_proj` are [in, out]
    #[arg(long)]
    pub(crate) conv1d: bool,
    /// One more initializer to compare with; give it once for each
    #[arg(long = "init", value_name = "SPEC")]
    pub(crate) init: Vec<String>,
    /// The only seed to try for fanin's own values; 0 to 100 by default
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Only tensors whose names match; give it once for each pattern
    #[arg(long, value_name = "PATTERN")]
    pub(crate) select: Vec<String>,
    /// Print so many candidates of each tensor
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) top: usize,
    /// Print JSON, and nothing else, on standard output: every candidate of every tensor
    #[arg(long)]
    pub(crate) json: bool,
}
