//! Arguments of `fanin sample`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fanin_core::values::Dtype;

use super::{Ending, axis};

pub(super) const ENDING: Ending = Ending {
    notes: "",
    examples: [
        "fanin sample --init he_normal --shape 64,128 --layout oi --out w.safetensors",
        "fanin sample --init 'normal(std = 0.02)' --shape 50257,768 --start 1000000 --count 10 --out window.npy",
    ],
};

/// Write the values of one parameter, or a window of it, to a file.
///
/// Every value depends only on the seed, the name and its index, so a window has the same values as that part of the
/// whole. An existing file with the same bytes is kept; with other bytes, it is replaced only with --force.
#[derive(Debug, Args)]
#[command(after_help = ENDING.short(), after_long_help = ENDING.long())]
#[command(override_usage = "\
fanin sample [OPTIONS]
       --init <SPEC> --shape <N,N,...>
       --out <FILE>")]
pub(crate) struct SampleArguments {
    /// The initializer, such as `he_normal` or `normal(std = 0.01)`; see `fanin list initializers`
    #[arg(long, value_name = "SPEC")]
    pub(crate) init: String,
    /// The shape, outermost axis first
    #[arg(long, value_delimiter = ',', required = true, allow_negative_numbers = true, value_name = "N,N,...", value_parser = axis)]
    pub(crate) shape: Vec<usize>,
    /// The order of the axes, which determines the fans: oi, io, oihw, hwio, iohw or hwoi
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
    /// The full name of the parameter, which determines its values together with the seed
    #[arg(long, default_value = "weight")]
    pub(crate) name: String,
    /// The first element of the window, which is written as a vector
    #[arg(long, value_name = "I")]
    pub(crate) start: Option<u64>,
    /// The number of elements in the window
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<u64>,
    /// The file, .safetensors or .npy; - writes to standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The file format; defaults to that of the extension, and to safetensors for standard output
    #[arg(long, value_enum)]
    pub(crate) format: Option<FileFormat>,
    /// Replace an existing file with other content
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileFormat {
    /// The safetensors format
    Safetensors,
    /// NumPy's npy format
    Npy,
}
