//! Named experiments.

use std::fmt;
use std::str::FromStr;

use fanin_core::values::Dtype;
use fanin_core::{
    Activation,
    network::{Loss, MlpSpec, OptimizerSpec},
};

use super::{Backend, Experiment, ExperimentError, Start};
use crate::data::{DataSource, PublishedLab};

/// A named experiment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// 64-32-32-32-10 with tanh on the handwritten digits: deep enough that gradients vanish with small weights.
    #[default]
    Digits,
    /// The article's network, two inputs, two hidden neurons and one output, on data that one line separates for the
    /// most part and two lines almost entirely: logistic regression learns it from zeros, the network does not.
    Article,
    /// 64-(32 ten times)-10 with ReLU on the handwritten digits: with a standard deviation of 0.01 no signal passes through
    /// so many layers, with He's or Glorot's it does.
    Deep,
    /// deeplearning.ai's initialization lab: 2-10-5-1 with ReLU, with its own data and initial weights.
    Lab,
}

/// Typical starts: equal, too small for a deep network, too large, and scaled to the fans.
const STARTS: [&str; 5] = ["zeros", "constant(0.1)", "normal(std = 0.01)", "normal(std = 10)", "glorot_normal"];

/// Starts of a deep network with ReLU: equal, too small, and the two that scale with the fans.
const DEEP_STARTS: [&str; 4] = ["zeros", "normal(std = 0.01)", "glorot_normal", "he_normal"];

/// The starts of logistic regression, which may start at zero.
const CONTROL: [&str; 2] = ["zeros", "normal(std = 0.01)"];

impl Preset {
    /// All presets.
    pub const ALL: [Self; 4] = [Self::Digits, Self::Article, Self::Deep, Self::Lab];

    /// Returns the experiment, fully specified.
    ///
    /// # Errors
    /// [`ExperimentError`]; does not happen unless the crate's own data is damaged.
    pub fn experiment(self) -> Result<Experiment, ExperimentError> {
        let parse = |texts: &[&str]| texts.iter().map(|text| Start::parse(text)).collect::<Result<Vec<_>, _>>();
        let refuse = |error: fanin_core::text::TextError| ExperimentError::Arguments(error.to_string());
        let (starts, control) = (parse(&STARTS).map_err(refuse)?, parse(&CONTROL).map_err(refuse)?);
        let preset = Some(self.to_string());
        let corner: DataSource = "corner".parse()?;
        Ok(match self {
            Self::Digits => Experiment {
                preset,
                source: DataSource::Digits,
                data: DataSource::Digits.load()?,
                network: MlpSpec::new([64, 32, 32, 32, 10], Activation::Tanh, Loss::SoftmaxCrossEntropy)?,
                starts,
                control,
                backend: Backend::default(),
                dtype: Dtype::F32,
                optimizer: OptimizerSpec::sgd(0.1),
                batch: Some(64),
                steps: 600,
                seeds: (0..5).collect(),
            },
            Self::Article => Experiment {
                preset,
                data: corner.load()?,
                source: corner,
                network: MlpSpec::new([2, 2, 1], Activation::Tanh, Loss::BinaryCrossEntropy)?,
                starts,
                control,
                backend: Backend::default(),
                dtype: Dtype::F64,
                optimizer: OptimizerSpec::sgd(0.05),
                batch: None,
                steps: 3000,
                seeds: (0..5).collect(),
            },
            Self::Deep => Experiment {
                preset,
                source: DataSource::Digits,
                data: DataSource::Digits.load()?,
                network: MlpSpec::new(
                    [64, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 10],
                    Activation::Relu,
                    Loss::SoftmaxCrossEntropy,
                )?,
                starts: parse(&DEEP_STARTS).map_err(refuse)?,
                control,
                backend: Backend::default(),
                dtype: Dtype::F32,
                optimizer: OptimizerSpec::sgd(0.05),
                batch: Some(64),
                steps: 600,
                seeds: (0..5).collect(),
            },
            Self::Lab => {
                let lab = PublishedLab::load()?;
                Experiment {
                    preset,
                    network: MlpSpec::new(lab.widths, Activation::Relu, Loss::BinaryCrossEntropy)?,
                    starts: lab.starts.into_iter().map(Start::from).collect(),
                    source: DataSource::Lab,
                    data: lab.data,
                    control,
                    backend: Backend::default(),
                    dtype: Dtype::F64,
                    optimizer: OptimizerSpec::sgd(lab.rate),
                    batch: None,
                    steps: usize::try_from(lab.steps).unwrap_or(usize::MAX),
                    seeds: vec![0],
                }
            }
        })
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Digits => "digits",
            Self::Article => "article",
            Self::Deep => "deep",
            Self::Lab => "lab",
        })
    }
}

impl FromStr for Preset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|preset| preset.to_string() == text);
        known.ok_or_else(|| format!("unknown preset '{text}'; the presets are digits, article, deep and lab"))
    }
}
