//! Backend cases read from TOML.

use fanin_core::{
    Activation, Role, Seed,
    network::{Layer, Loss, MlpSpec, Mode, Norm, Residual},
    text,
};
use serde::Deserialize;

use super::case::{BackendCase, Data, norms_and_blocks};
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
    /// One per hidden layer, if any: `none`, `layer` or `batch`.
    #[serde(default)]
    norms: Vec<Normalized>,
    #[serde(default)]
    residual: Option<Blocks>,
    #[serde(default)]
    eval: bool,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Normalized {
    None,
    Layer,
    Batch,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Blocks {
    depth: usize,
    /// Whether blocks have factors and input biases.
    #[serde(default)]
    scalars: bool,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Targets {
    Classes,
    Values,
}

impl BackendSuite {
    /// Returns the built-in cases: `laws/backends.toml`, plus one for every combination of activation and loss that
    /// they do not cover.
    ///
    /// # Errors
    /// None in practice: a test reads the built-in cases.
    pub fn embedded() -> Result<Self, SuiteError> {
        let File { tolerance, case } = toml::from_str(include_str!("../../laws/backends.toml"))?;
        let mut suite = Self::of(case, tolerance)?;
        let pairs = Activation::ALL.into_iter().flat_map(|activation| Loss::ALL.map(|loss| (activation, loss)));
        let missing: Vec<_> = pairs.filter(|(activation, loss)| !suite.has(*activation, *loss)).collect();
        let more = missing.into_iter().map(|(activation, loss)| Entry::plain(activation, loss)).collect();
        suite.cases.extend(Self::of(more, tolerance)?.cases);
        Ok(suite)
    }

    /// Parses cases in the format of `laws/backends.toml`.
    ///
    /// # Errors
    /// Returns a [`SuiteError`] that names the invalid case.
    pub fn from_toml(text: &str) -> Result<Self, SuiteError> {
        let File { tolerance, case } = toml::from_str(text)?;
        Self::of(case, tolerance)
    }

    fn of(entries: Vec<Entry>, tolerance: Tolerances) -> Result<Self, SuiteError> {
        let cases = entries.into_iter().enumerate().map(|(index, entry)| entry.read(index + 1, tolerance));
        Ok(Self { cases: cases.collect::<Result<_, _>>()? })
    }

    /// Whether a case combines a hidden layer of this activation with this loss.
    fn has(&self, activation: Activation, loss: Loss) -> bool {
        let same = |layer: &Layer| layer.is_hidden() && layer.activation.name() == activation.name();
        self.cases.iter().any(|case| case.spec().loss() == loss && case.spec().layers().iter().any(same))
    }

    /// Returns the cases.
    #[must_use]
    pub fn cases(&self) -> &[BackendCase] {
        &self.cases
    }
}

impl Entry {
    /// Two hidden layers, the first with this activation.
    fn plain(activation: Activation, loss: Loss) -> Self {
        let (outputs, targets) = match loss {
            Loss::BinaryCrossEntropy => (1, Targets::Classes),
            Loss::SoftmaxCrossEntropy => (3, Targets::Classes),
            Loss::MeanSquaredError => (2, Targets::Values),
        };
        Self {
            widths: vec![4, 5, 6, outputs],
            activations: vec![activation.to_string(), Activation::Tanh.to_string()],
            loss: loss.to_string(),
            targets,
            samples: 8,
            weights: "lecun_normal(gain = 1.5)".to_owned(),
            biases: "normal(std = 0.3)".to_owned(),
            seed: 11,
            norms: Vec::new(),
            residual: None,
            eval: false,
        }
    }

    fn read(self, case: usize, tolerances: Tolerances) -> Result<BackendCase, SuiteError> {
        let refuse = |reason: String| SuiteError::Case { case, reason };
        let parse = |form: &str| text::parse(form).map_err(|source| SuiteError::Text { case, source });
        let name = self.name();
        let loss: Loss =
            self.loss.parse().map_err(|error: fanin_core::network::UnknownLoss| refuse(error.to_string()))?;
        let activations = self.activations.iter().map(|word| word.parse::<Activation>());
        let activations: Vec<Activation> =
            activations.collect::<Result<_, _>>().map_err(|error| refuse(error.to_string()))?;
        let spec = MlpSpec::with_activations(self.widths, &activations, loss);
        let spec = spec.and_then(|spec| match self.norms.is_empty() {
            true => Ok(spec),
            false => spec.norms(&self.norms.iter().map(|norm| norm.norm()).collect::<Vec<_>>()),
        });
        let spec = spec.and_then(|spec| match self.residual {
            Some(Blocks { depth, scalars: false }) => spec.residual(Residual::of(depth)),
            Some(Blocks { depth, scalars: true }) => {
                spec.residual(Residual::of(depth).with_scale().with_input_biases())
            }
            None => Ok(spec),
        });
        let spec = spec.map_err(|error| refuse(error.to_string()))?;
        let mode = if self.eval { Mode::Eval } else { Mode::Train };
        let seed = Seed(self.seed);
        let data = Data::new(&spec, self.samples, self.targets == Targets::Classes, seed).map_err(refuse)?;
        data.samples().check(spec.inputs(), spec.outputs(), loss).map_err(|error| refuse(error.to_string()))?;
        let plan = norms_and_blocks(&spec, |role| match role {
            Role::NormGain | Role::Scale => parse("uniform(low = 0.5, high = 1.5)"),
            _ => parse("normal(std = 0.3)"),
        })?;
        let mut plan = plan.rule("*.weight", parse(&self.weights)?).rule("*.bias", parse(&self.biases)?);
        if spec.params().iter().any(|param| param.role() == Role::Buffer) {
            plan = plan.rule("*.running_mean", parse("normal(std = 0.3)")?);
            plan = plan.rule("*.running_var", parse("uniform(low = 0.5, high = 2)")?);
        }
        Ok(BackendCase { name, spec, plan, seed, mode, data, tolerances })
    }

    fn name(&self) -> String {
        let norms = if self.norms.is_empty() { String::new() } else { format!(", norms {:?}", self.norms) };
        let blocks = self.residual.map_or_else(String::new, |blocks| format!(", {blocks:?}"));
        let eval = if self.eval { ", eval" } else { "" };
        format!("{:?} {} {}{norms}{blocks}{eval}", self.widths, self.activations.join(", "), self.loss)
    }
}

impl Normalized {
    fn norm(self) -> Option<Norm> {
        match self {
            Self::None => None,
            Self::Layer => Some(Norm::layer()),
            Self::Batch => Some(Norm::Batch { momentum: 0.3, eps: 1e-3 }),
        }
    }
}
