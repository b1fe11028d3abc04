//! The recorded run: everything that a comparison found, as plain data.
//!
//! Written as `run.json`. The schema has a version, [`SCHEMA`]; a field is added without a new version, and is taken away or
//! changes its meaning only with one. Nothing in it depends on time, thread or folder: the same command writes the same bytes.

mod file;
mod lane;
mod spread;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use file::RecordError;
pub use lane::{ActivationHistogram, Histogram, LaneRecord, LayerRecord, NeuronPath, NeuronPaths, ObservationRecord};
pub use spread::Spread;

/// The version of the schema of `run.json`.
pub const SCHEMA: u32 = 1;

/// A recorded run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// [`SCHEMA`].
    pub schema: u32,
    /// What was asked for.
    pub arguments: ArgumentsRecord,
    /// What it was trained on.
    pub data: DataRecord,
    /// Versions of whatever decides a number: `fanin`, `values`, `ndarray`, `candle-core`.
    pub versions: BTreeMap<String, String>,
    /// The network, one an initializer and seed: initializers in the order of the arguments, seeds within.
    pub lanes: Vec<LaneRecord>,
    /// Logistic regression on the same data, one an initializer and seed.
    pub control: Vec<LaneRecord>,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArgumentsRecord {
    /// The preset, if one was named.
    pub preset: Option<String>,
    /// The data, in its canonical text.
    pub data: String,
    /// Inputs, hidden layers, outputs.
    pub widths: Vec<usize>,
    /// One activation a hidden layer.
    pub activations: Vec<String>,
    /// The loss.
    pub loss: String,
    /// What each lane's weights start from, in canonical text.
    pub initializers: Vec<String>,
    /// What each control lane's weights start from.
    pub control: Vec<String>,
    /// `ndarray` or `candle`.
    pub backend: String,
    /// `f32` or `f64`.
    pub dtype: String,
    /// The optimizer with its numbers.
    pub optimizer: String,
    /// Samples a step; `None` for all of them.
    pub batch: Option<usize>,
    /// Steps of training.
    pub steps: usize,
    /// The seeds.
    pub seeds: Vec<u64>,
}

/// What the networks were trained on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataRecord {
    /// The name.
    pub name: String,
    /// Where it comes from.
    pub source: String,
    /// Under which license.
    pub license: String,
    /// Samples to train on.
    pub train: usize,
    /// Samples held out for the accuracy.
    pub held_out: usize,
    /// Features a sample.
    pub features: usize,
    /// Classes.
    pub classes: usize,
}

impl RunRecord {
    /// The lanes of one initializer, by its index in the arguments.
    #[must_use]
    pub fn lanes_of(&self, initializer: usize) -> &[LaneRecord] {
        let seeds = self.arguments.seeds.len();
        self.lanes.get(initializer * seeds..(initializer + 1) * seeds).unwrap_or(&[])
    }

    /// The control lanes of one initializer, by its index in the arguments.
    #[must_use]
    pub fn control_of(&self, initializer: usize) -> &[LaneRecord] {
        let seeds = self.arguments.seeds.len();
        self.control.get(initializer * seeds..(initializer + 1) * seeds).unwrap_or(&[])
    }
}
