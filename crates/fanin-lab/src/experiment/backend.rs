//! A backend of the lab: any trainable network that is built from an [`MlpSpec`](fanin_core::network::MlpSpec).

use std::fmt;

use fanin_core::network::{FromMlpSpec, Trainable};
use fanin_core::values::Dtype;

use super::ExperimentError;
use super::lane::Lane;
use crate::record::LaneRecord;

/// Trains one lane.
type Train = fn(&Lane<'_>) -> Result<LaneRecord, ExperimentError>;

/// A backend that an [`Experiment`](super::Experiment) can run on: a name, and a network type for each element type.
///
/// Any type that implements [`Trainable`] and [`FromMlpSpec`] is such a network; norms and residual blocks are not
/// used. One line registers a backend:
///
/// ```
/// use fanin_lab::{Backend, Experiment, Preset};
/// # use fanin_ndarray as mine;
///
/// const MINE: Backend = Backend::new("mine").f32::<mine::Mlp<f32>>().f64::<mine::Mlp<f64>>().library("matrices", "1.2");
///
/// let experiment = Experiment { backend: MINE, steps: 20, seeds: vec![0], ..Preset::Article.experiment()? };
/// let run = experiment.run(2, &|_| {})?;
/// assert_eq!(run.arguments.backend, "mine");
/// assert_eq!(run.versions["matrices"], "1.2");
/// # Ok::<(), fanin_lab::ExperimentError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Backend {
    name: &'static str,
    library: Option<(&'static str, &'static str)>,
    f32: Option<Train>,
    f64: Option<Train>,
}

impl Backend {
    /// Creates a backend without element types; add them with [`Backend::f32`] and [`Backend::f64`].
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, library: None, f32: None, f64: None }
    }

    /// Sets the network for experiments in `f32`.
    #[must_use]
    pub const fn f32<N: Trainable + FromMlpSpec>(mut self) -> Self {
        self.f32 = Some(train::<N>);
        self
    }

    /// Sets the network for experiments in `f64`.
    #[must_use]
    pub const fn f64<N: Trainable + FromMlpSpec>(mut self) -> Self {
        self.f64 = Some(train::<N>);
        self
    }

    /// States the tensor library and its version, for [`RunRecord::versions`](crate::record::RunRecord::versions).
    #[must_use]
    pub const fn library(mut self, name: &'static str, version: &'static str) -> Self {
        self.library = Some((name, version));
        self
    }

    /// Returns the name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Returns the tensor library and its version, if stated.
    #[must_use]
    pub const fn stated_library(self) -> Option<(&'static str, &'static str)> {
        self.library
    }

    /// Returns the element types it trains in.
    pub fn dtypes(self) -> impl Iterator<Item = Dtype> {
        [Dtype::F32, Dtype::F64].into_iter().filter(move |dtype| self.training(*dtype).is_some())
    }

    fn training(self, dtype: Dtype) -> Option<Train> {
        match dtype {
            Dtype::F32 => self.f32,
            Dtype::F64 => self.f64,
            _ => None,
        }
    }

    /// Refuses element types without a network.
    pub(super) fn check(self, dtype: Dtype) -> Result<(), ExperimentError> {
        self.training(dtype).map(drop).ok_or_else(|| self.refusal(dtype))
    }

    fn refusal(self, dtype: Dtype) -> ExperimentError {
        let dtypes: Vec<String> = self.dtypes().map(|dtype| dtype.to_string()).collect();
        let remedy = match &dtypes[..] {
            [] => "register a network with Backend::f32 or Backend::f64".to_owned(),
            dtypes => format!("use {}", dtypes.join(" or ")),
        };
        let backend = self.name;
        ExperimentError::Arguments(format!("the backend '{backend}' cannot train networks in {dtype}; {remedy}"))
    }

    /// Trains one lane.
    pub(super) fn train(self, dtype: Dtype, lane: &Lane<'_>) -> Result<LaneRecord, ExperimentError> {
        self.training(dtype).ok_or_else(|| self.refusal(dtype))?(lane)
    }
}

fn train<N: Trainable + FromMlpSpec>(lane: &Lane<'_>) -> Result<LaneRecord, ExperimentError> {
    lane.run::<N>()
}

/// Backends are equal if their names are.
impl PartialEq for Backend {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Backend {}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backend").field("name", &self.name).field("library", &self.library).finish_non_exhaustive()
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}
