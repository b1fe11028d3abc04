//! Experiments: one network, one data set and one order of batches, trained from several starts with several seeds
//! each.

mod activations;
mod backend;
mod built_in;
mod error;
mod lane;
mod observation;
mod paths;
mod preset;
mod principal;
mod schedule;
mod side_by_side;
mod start;

use std::collections::BTreeMap;

use fanin_core::network::{MlpSpec, OptimizerSpec};
use fanin_core::values::Dtype;

pub use backend::Backend;
pub use built_in::{BackendError, prepare_process};
pub use error::ExperimentError;
pub use lane::Lane;
pub use preset::Preset;
pub use start::Start;

use crate::data::{DataSet, DataSource};
use crate::record::{ArgumentsRecord, DataRecord, LaneRecord, RunRecord, SCHEMA};

/// An experiment.
#[derive(Clone, Debug)]
pub struct Experiment {
    /// The preset it is based on, for the record.
    pub preset: Option<String>,
    /// The data source, as requested.
    pub source: DataSource,
    /// The loaded data.
    pub data: DataSet,
    /// The network.
    pub network: MlpSpec,
    /// The starts of the weights; one lane per start and seed. Biases start at zero unless the start sets them.
    pub starts: Vec<Start>,
    /// The starts of the control: logistic regression on the same data.
    pub control: Vec<Start>,
    /// The backend, built in or your own.
    pub backend: Backend,
    /// The element type: `F32` or `F64`.
    pub dtype: Dtype,
    /// The optimizer.
    pub optimizer: OptimizerSpec,
    /// Samples per step; `None` for all.
    pub batch: Option<usize>,
    /// The number of training steps.
    pub steps: usize,
    /// The seeds of the weights and of the order of batches.
    pub seeds: Vec<u64>,
}

impl Experiment {
    /// Returns the number of networks to train.
    #[must_use]
    pub fn lanes(&self) -> usize {
        (self.starts.len() + self.control.len()) * self.seeds.len()
    }

    /// Trains every network, `threads` at a time, each in a pool of one thread, and calls `done` after each. The record
    /// depends on neither.
    ///
    /// # Errors
    /// [`ExperimentError`]. Invalid experiments are refused before any training.
    pub fn run(&self, threads: usize, done: &(dyn Fn(&LaneRecord) + Sync)) -> Result<RunRecord, ExperimentError> {
        self.check()?;
        let control = MlpSpec::logistic_regression(self.data.features(), self.data.classes().len())?;
        let mut lanes = self.lanes_of(&self.network, &self.starts);
        lanes.extend(self.lanes_of(&control, &self.control));
        let mut records = side_by_side::run(&lanes, threads, &|lane| {
            let record = self.backend.train(self.dtype, lane)?;
            done(&record);
            Ok(record)
        })?;
        let control = records.split_off(self.starts.len() * self.seeds.len());
        Ok(RunRecord {
            schema: SCHEMA,
            arguments: self.arguments(),
            data: self.data_record(),
            versions: self.versions(),
            lanes: records,
            control,
        })
    }

    /// Returns one lane per start and seed, grouped by start.
    fn lanes_of<'a>(&'a self, spec: &'a MlpSpec, starts: &'a [Start]) -> Vec<Lane<'a>> {
        let lane = |start, place, seed| Lane {
            data: &self.data,
            optimizer: &self.optimizer,
            batch: self.batch,
            steps: self.steps,
            spec,
            start,
            seed,
            trajectories: place == 0,
        };
        let of = |start| self.seeds.iter().enumerate().map(move |(place, seed)| lane(start, place, *seed));
        starts.iter().flat_map(of).collect()
    }

    /// Checks what [`Experiment::run`] checks before training.
    ///
    /// # Errors
    /// [`ExperimentError`], which names the invalid argument.
    pub fn check(&self) -> Result<(), ExperimentError> {
        let refuse = |reason: String| Err(ExperimentError::Arguments(reason));
        self.optimizer.check()?;
        if self.starts.is_empty() {
            return refuse("no initializer to compare; use at least one".to_owned());
        }
        if self.seeds.is_empty() {
            return refuse("no seeds; use at least one".to_owned());
        }
        if let Some(seed) = self.seeds.iter().enumerate().find(|(at, seed)| self.seeds[..*at].contains(seed)) {
            return refuse(format!("seed {} is given twice; use it once", seed.1));
        }
        if self.steps == 0 {
            return refuse("steps = 0 trains nothing; use 1 or more".to_owned());
        }
        if self.batch == Some(0) {
            return refuse("batch = 0 contains no samples; use 1 or more, or full".to_owned());
        }
        self.backend.check(self.dtype)?;
        for start in &self.starts {
            start.check(&self.network)?;
        }
        let train = self.data.train().samples();
        train.check(self.network.inputs(), self.network.outputs(), self.network.loss())?;
        Ok(())
    }

    fn arguments(&self) -> ArgumentsRecord {
        let labels = |starts: &[Start]| starts.iter().map(|start| start.label().to_owned()).collect();
        let hidden = self.network.layers().iter().filter(|layer| layer.is_hidden());
        ArgumentsRecord {
            preset: self.preset.clone(),
            data: self.source.to_string(),
            widths: self.network.widths().to_vec(),
            activations: hidden.map(|layer| layer.activation.to_string()).collect(),
            loss: self.network.loss().to_string(),
            initializers: labels(&self.starts),
            control: labels(&self.control),
            backend: self.backend.to_string(),
            dtype: self.dtype.to_string(),
            optimizer: self.optimizer.to_string(),
            batch: self.batch.filter(|batch| *batch < self.data.train().len()),
            steps: self.steps,
            seeds: self.seeds.clone(),
        }
    }

    fn data_record(&self) -> DataRecord {
        DataRecord {
            name: self.data.name().to_owned(),
            source: self.data.provenance().source.clone(),
            license: self.data.provenance().license.clone(),
            train: self.data.train().len(),
            held_out: self.data.held_out().len(),
            features: self.data.features(),
            classes: self.data.classes().len(),
        }
    }

    /// Returns the versions of fanin, of the value map, and of the tensor libraries of every backend that is built in
    /// and of this experiment's.
    fn versions(&self) -> BTreeMap<String, String> {
        let own =
            [("fanin", env!("CARGO_PKG_VERSION").to_owned()), ("values", fanin_core::values::VERSION.to_string())];
        let backends = Backend::built().chain([self.backend]);
        let libraries = backends.filter_map(Backend::stated_library).map(|(name, version)| (name, version.to_owned()));
        own.into_iter().chain(libraries).map(|(name, version)| (name.to_owned(), version)).collect()
    }
}
