//! The recorded run: all results of an experiment as plain data.
//!
//! It is written as `run.json`. The schema has a version, [`SCHEMA`]: adding a field keeps the version, while removing
//! a field or changing its meaning increments it. The record does not depend on time, threads or folders, so the same
//! command writes the same bytes.

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
    /// The arguments of the experiment.
    pub arguments: ArgumentsRecord,
    /// The training data.
    pub data: DataRecord,
    /// Versions of everything that determines a number: `fanin`, `values` and the backend's tensor library.
    pub versions: BTreeMap<String, String>,
    /// One lane per initializer and seed: initializers in argument order, seeds within each.
    pub lanes: Vec<LaneRecord>,
    /// Logistic regression on the same data, one lane per initializer and seed.
    pub control: Vec<LaneRecord>,
}

/// The arguments of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArgumentsRecord {
    /// The preset, if one was named.
    pub preset: Option<String>,
    /// The data source, in canonical text.
    pub data: String,
    /// Inputs, hidden layers, outputs.
    pub widths: Vec<usize>,
    /// One activation per hidden layer.
    pub activations: Vec<String>,
    /// The loss.
    pub loss: String,
    /// The starts of the lanes' weights, in canonical text.
    pub initializers: Vec<String>,
    /// The starts of the control's weights.
    pub control: Vec<String>,
    /// `ndarray`, `candle` or `burn`.
    pub backend: String,
    /// `f32` or `f64`.
    pub dtype: String,
    /// The optimizer with its hyperparameters.
    pub optimizer: String,
    /// Samples per step; `None` for all.
    pub batch: Option<usize>,
    /// The number of training steps.
    pub steps: usize,
    /// The seeds.
    pub seeds: Vec<u64>,
}

/// The training data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataRecord {
    /// The name.
    pub name: String,
    /// The source.
    pub source: String,
    /// The license.
    pub license: String,
    /// The number of training samples.
    pub train: usize,
    /// The number of held-out samples.
    pub held_out: usize,
    /// The number of features per sample.
    pub features: usize,
    /// The number of classes.
    pub classes: usize,
}

impl RunRecord {
    /// Returns the lanes of one initializer, by its index in the arguments.
    #[must_use]
    pub fn lanes_of(&self, initializer: usize) -> &[LaneRecord] {
        let seeds = self.arguments.seeds.len();
        self.lanes.get(initializer * seeds..(initializer + 1) * seeds).unwrap_or(&[])
    }

    /// Returns the control lanes of one initializer, by its index in the arguments.
    #[must_use]
    pub fn control_of(&self, initializer: usize) -> &[LaneRecord] {
        let seeds = self.arguments.seeds.len();
        self.control.get(initializer * seeds..(initializer + 1) * seeds).unwrap_or(&[])
    }
}
