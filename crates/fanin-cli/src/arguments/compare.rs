//! Arguments of `fanin compare`.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use fanin_core::values::Dtype;
use fanin_lab::{Backend, BackendError};

use super::{Ending, axis, threads};

pub(super) const ENDING: Ending = Ending {
    notes: "",
    examples: [
        "fanin compare --preset article --steps 200",
        "fanin compare --data moons --init zeros --init 'normal(std = 0.01)' --init he_normal --activation relu \
         --hidden 32,32 --steps 200",
    ],
};

/// Train the same network from different initial weights, side by side.
///
/// Each initializer is trained from several seeds, on the same data in the same order, with logistic regression as the
/// control. Writes run.json, picture.svg and picture.png, and prints a table.
#[derive(Debug, Args)]
#[command(after_help = ENDING.short(), after_long_help = ENDING.long())]
pub(crate) struct CompareArguments {
    /// The experiment to start from; other options override its settings
    #[arg(long, value_enum)]
    pub(crate) preset: Option<PresetName>,
    /// The data: a name from `fanin list data`, a CSV file, an IDX file or a folder of IDX files. All take arguments:
    /// `moons(noise = 0.2)`, `iris.csv(label = species, standardize = false, held_out = 0.25, seed = 3)`
    #[arg(long, value_name = "DATA")]
    pub(crate) data: Option<String>,
    /// The widths of all layers, including inputs and outputs: 64,32,10
    #[arg(long, value_delimiter = ',', value_name = "N,N,...", value_parser = axis, conflicts_with = "hidden")]
    pub(crate) widths: Option<Vec<usize>>,
    /// The widths of the hidden layers: 32,32
    #[arg(long, value_delimiter = ',', value_name = "N,...", value_parser = axis)]
    pub(crate) hidden: Option<Vec<usize>>,
    /// The activation of the hidden layers: one for all, or one per layer
    #[arg(long, value_name = "NAME")]
    pub(crate) activation: Vec<String>,
    /// An initializer to compare, such as 'normal(std = 0.01)'. Repeatable
    #[arg(long = "init", visible_alias = "initializers", value_name = "SPEC")]
    pub(crate) init: Vec<String>,
    /// The backend
    #[arg(long, value_parser = backend())]
    pub(crate) backend: Option<Backend>,
    /// The element type: f32 or f64
    #[arg(long, value_parser = network_dtype, value_name = "DTYPE")]
    pub(crate) dtype: Option<Dtype>,
    /// The number of training steps
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) steps: Option<usize>,
    /// The learning rate
    #[arg(long, value_name = "RATE", allow_negative_numbers = true)]
    pub(crate) rate: Option<f64>,
    /// sgd, sgd(rate = 0.1, momentum = 0.9) or adam(rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8)
    #[arg(long, value_name = "SPEC")]
    pub(crate) optimizer: Option<String>,
    /// The number of samples in a batch, or `full` for all
    #[arg(long, value_name = "N|full", allow_negative_numbers = true)]
    pub(crate) batch: Option<String>,
    /// The number of seeds (5 means 0 to 4), or a list of seeds: 3,7,11
    #[arg(long, value_name = "N|N,N,...", allow_negative_numbers = true)]
    pub(crate) seeds: Option<String>,
    /// The number of networks trained at the same time; defaults to one per core. Does not change the result
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<usize>,
    /// The folder for run.json, picture.svg and picture.png
    #[arg(long, value_name = "FOLDER", default_value = "fanin-out")]
    pub(crate) out: PathBuf,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PresetName {
    /// A four-layer network on handwritten digits
    Digits,
    /// Two inputs, two hidden neurons and one output, with the control
    Article,
    /// Ten hidden layers with ReLU on handwritten digits
    Deep,
    /// The deeplearning.ai initialization lab, with its own data and initial weights
    Lab,
}

/// Parses a backend of the lab, and offers those that are built in. The error for another names the feature that
/// enables it.
fn backend() -> impl TypedValueParser<Value = Backend> {
    let offered = |name| PossibleValue::new(name).hide(Backend::built().all(|backend| backend.name() != name));
    PossibleValuesParser::new(Backend::names().map(offered)).try_map(|name| {
        name.parse().map_err(|error| match error {
            BackendError::NotBuilt { name, feature } => {
                format!(
                    "{error}: cargo install --path crates/fanin-cli --features {feature}, or cargo run --release \
                     --features {feature} -- compare --backend {name}"
                )
            }
            error => error.to_string(),
        })
    })
}

fn network_dtype(text: &str) -> Result<Dtype, String> {
    match text.parse::<Dtype>() {
        Ok(dtype @ (Dtype::F32 | Dtype::F64)) => Ok(dtype),
        Ok(other) => Err(format!("networks cannot be trained in {other}; use f32 or f64")),
        Err(error) => Err(error.to_string()),
    }
}
