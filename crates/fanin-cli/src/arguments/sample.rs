//! What `fanin sample` takes.

use std::path::PathBuf;

use clap::Args;
use fanin_core::values::Dtype;

use super::axis;

/// Writes a tensor whose bits depend on the seed, the name and the shape's order alone: any window, made anywhere, equals the
/// same part of the whole.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fanin sample --init he_normal --shape 64,128 --layout oi --out w.safetensors\n  \
    fanin sample --init 'normal(std = 0.02)' --shape 50257,768 --start 1000000 --count 10 --out window.npy")]
pub(crate) struct SampleArguments {
    /// The initializer, such as `he_normal` or 'normal(std = 0.01)'; see `fanin list initializers`
    #[arg(long, value_name = "SPEC")]
    pub(crate) init: String,
    /// The shape, outermost axis first
    #[arg(long, value_delimiter = ',', required = true, allow_negative_numbers = true, value_name = "N,N,...", value_parser = axis)]
    pub(crate) shape: Vec<usize>,
    /// The order of the axes, from which the fans come: oi, io, oihw, hwio, iohw or hwoi
    #[arg(long)]
    pub(crate) layout: Option<String>,
    /// The groups of a convolution
    #[arg(long, default_value_t = 1, requires = "layout", value_name = "N")]
    pub(crate) groups: usize,
    /// The element type: f32, f64, f16 or bf16
    #[arg(long, default_value = "f32")]
    pub(crate) dtype: Dtype,
    /// The seed
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// The parameter's full name, part of every value's address
    #[arg(long, default_value = "weight")]
    pub(crate) name: String,
    /// The first element of a window; the file then has one dimension
    #[arg(long, value_name = "I")]
    pub(crate) start: Option<u64>,
    /// The number of elements of a window
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<u64>,
    /// The file, .safetensors or .npy
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}
