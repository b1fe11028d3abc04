//! What `fanin compare` takes.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use fanin_core::values::Dtype;
use fanin_lab::{Backend, BackendError};

use super::{axis, threads};

/// Trains one network under several initializers, each from several seeds, on the same data in the same order, with logistic
/// regression as the control. Writes run.json, picture.svg and picture.png, and prints a table.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fanin compare\n  \
    fanin compare --preset article\n  \
    fanin compare --init zeros --init 'normal(std = 0.01)' --init he_normal --activation relu --hidden 64,64\n  \
    fanin compare --data moons --backend candle --dtype f64 --json")]
pub(crate) struct CompareArguments {
    /// Where the other flags start from
    #[arg(long, value_enum)]
    pub(crate) preset: Option<PresetName>,
    /// Data: a name of `fanin list data`, a CSV file, an IDX file or a folder of IDX files. Both take arguments:
    /// `moons(noise = 0.2)`, `iris.csv(label = species, standardize = false, held_out = 0.25, seed = 3)`
    #[arg(long, value_name = "DATA")]
    pub(crate) data: Option<String>,
    /// Widths of the whole network, inputs and outputs included: 64,32,10
    #[arg(long, value_delimiter = ',', value_name = "N,N,...", value_parser = axis, conflicts_with = "hidden")]
    pub(crate) widths: Option<Vec<usize>>,
    /// Widths of the hidden layers alone: 32,32
    #[arg(long, value_delimiter = ',', value_name = "N,...", value_parser = axis)]
    pub(crate) hidden: Option<Vec<usize>>,
    /// Activation of the hidden layers; give it once, or once a hidden layer
    #[arg(long, value_name = "NAME")]
    pub(crate) activation: Vec<String>,
    /// An initializer of the weights, such as 'normal(std = 0.01)'; give it once for each
    #[arg(long = "init", visible_aliases = ["initializers", "initializers"], value_name = "SPEC")]
    pub(crate) init: Vec<String>,
    /// The backend
    #[arg(long, value_parser = backend())]
    pub(crate) backend: Option<Backend>,
    /// The element type: f32 or f64
    #[arg(long, value_parser = network_dtype, value_name = "DTYPE")]
    pub(crate) dtype: Option<Dtype>,
    /// Steps of training
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) steps: Option<usize>,
    /// The learning rate
    #[arg(long, value_name = "RATE", allow_negative_numbers = true)]
    pub(crate) rate: Option<f64>,
    /// sgd, sgd(rate = 0.1, momentum = 0.9) or adam(rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8)
    #[arg(long, visible_alias = "optimizer", value_name = "SPEC")]
    pub(crate) optimizer: Option<String>,
    /// Samples a step; `full` for all
    #[arg(long, value_name = "N|full", allow_negative_numbers = true)]
    pub(crate) batch: Option<String>,
    /// How many seeds, counted from 0; or the seeds themselves: 3,7,11
    #[arg(long, value_name = "N|N,N,...", allow_negative_numbers = true)]
    pub(crate) seeds: Option<String>,
    /// Networks trained at the same time; as many as the machine has cores by default. Changes no number
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<usize>,
    /// The folder of run.json, picture.svg and picture.png
    #[arg(long, value_name = "FOLDER", default_value = "fanin-out")]
    pub(crate) out: PathBuf,
    /// Print the result as JSON, and nothing else, on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PresetName {
    /// A network of depth four on handwritten digits
    Digits,
    /// The network of two inputs, two hidden neurons and one output, with its control
    Article,
    /// deeplearning.ai's initialization lab, from its own data and starting weights
    Lab,
}

/// One of the lab's backends. One that is not built in is known, and says how to build it in.
fn backend() -> impl TypedValueParser<Value = Backend> {
    PossibleValuesParser::new(Backend::names()).try_map(|name| {
        name.parse().map_err(|error| match error {
            BackendError::NotBuilt { name, feature } => {
                format!("{error}: cargo run --release --features {feature} -- compare --backend {name}")
            }
            error => error.to_string(),
        })
    })
}

fn network_dtype(text: &str) -> Result<Dtype, String> {
    match text.parse::<Dtype>() {
        Ok(dtype @ (Dtype::F32 | Dtype::F64)) => Ok(dtype),
        Ok(other) => Err(format!("networks are not trained in {other}; give f32 or f64")),
        Err(error) => Err(error.to_string()),
    }
}
