//! Cases for backends as data.

use fanin_core::{Activation, Loss, MlpSpec, Plan, Seed, text};
use serde::Deserialize;

use super::case::{BackendCase, Data};
use super::tolerance::Tolerances;
use crate::SuiteError;

/// Perceptrons of every activation and loss, with samples and tolerances.
#[derive(Clone, Debug)]
pub struct BackendSuite {
    cases: Vec<BackendCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    tolerance: Tolerances,
    case: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    widths: Vec<usize>,
    #[serde(default)]
    activations: Vec<String>,
    loss: String,
    targets: Targets,
    samples: usize,
    weights: String,
    biases: String,
    #[serde(default)]
    seed: u64,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Targets {
    Classes,
    Values,
}

impl BackendSuite {
    /// The cases of this crate: `laws/backends.toml`.
    ///
    /// # Errors
    /// None in practice: a test reads them.
    pub fn embedded() -> Result<Self, SuiteError> {
        Self::from_toml(include_str!("../../laws/backends.toml"))
    }

    /// Cases of your own, in the form of `laws/backends.toml`.
    ///
    /// # Errors
    /// [`SuiteError`], which says in which case.
    pub fn from_toml(text: &str) -> Result<Self, SuiteError> {
        let File { tolerance, case } = toml::from_str(text)?;
        let entries = case.into_iter().enumerate().map(|(index, entry)| entry.read(index + 1, tolerance));
        Ok(Self { cases: entries.collect::<Result<_, _>>()? })
    }

    /// The cases.
    #[must_use]
    pub fn cases(&self) -> &[BackendCase] {
        &self.cases
    }
}

impl Entry {
    fn read(self, case: usize, tolerances: Tolerances) -> Result<BackendCase, SuiteError> {
        let refuse = |reason: String| SuiteError::Case { case, reason };
        let parse = |form: &str| text::parse(form).map_err(|source| SuiteError::Text { case, source });
        let name = format!("{:?} {} {}", self.widths, self.activations.join(", "), self.loss);
        let loss: Loss =
            self.loss.parse().map_err(|error: fanin_core::network::UnknownLoss| refuse(error.to_string()))?;
        let activations = self.activations.iter().map(|word| word.parse::<Activation>());
        let activations: Vec<Activation> =
            activations.collect::<Result<_, _>>().map_err(|error| refuse(error.to_string()))?;
        let spec =
            MlpSpec::with_activations(self.widths, &activations, loss).map_err(|error| refuse(error.to_string()))?;
        let seed = Seed(self.seed);
        let data = Data::new(&spec, self.samples, self.targets == Targets::Classes, seed).map_err(refuse)?;
        data.samples().check(spec.inputs(), spec.outputs(), loss).map_err(|error| refuse(error.to_string()))?;
        let plan = Plan::new().rule("*.weight", parse(&self.weights)?).rule("*.bias", parse(&self.biases)?);
        Ok(BackendCase { name, spec, plan, seed, data, tolerances })
    }
}
