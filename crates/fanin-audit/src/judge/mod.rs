//! Judgments of measured tensors: their kind and axes, whether they look random, the stage of the checkpoint, and peers.
//!
//! Knows no rule and no report.

pub(crate) mod adapter;
pub(crate) mod axes;
pub(crate) mod closed_form;
pub(crate) mod contamination;
pub(crate) mod conventions;
pub(crate) mod copies;
pub(crate) mod coverage;
pub(crate) mod declared;
pub(crate) mod deviations;
pub(crate) mod expert_weight;
pub(crate) mod filter;
pub(crate) mod fitted_normal;
pub(crate) mod gains;
pub(crate) mod homogeneity;
pub(crate) mod keras;
pub(crate) mod kind;
pub(crate) mod kolmogorov_smirnov;
pub(crate) mod median;
mod model;
pub(crate) mod named;
pub(crate) mod names;
pub(crate) mod noise;
pub(crate) mod numbers;
pub(crate) mod orthogonal;
pub(crate) mod peers;
pub(crate) mod quantization;
pub(crate) mod region;
pub(crate) mod sparsity;
pub(crate) mod spectrum;
pub(crate) mod stage;
mod subject;
pub(crate) mod training_state;
pub(crate) mod trend;
pub(crate) mod unwritten;

pub(crate) use axes::FileAxes;
pub use axes::{Channels, Part, PartKind, Side};
pub(crate) use contamination::Contamination;
pub use coverage::{Coverage, Skipped};
pub(crate) use declared::Assigned;
pub use kind::TensorKind;
pub use model::Model;
pub(crate) use noise::Noise;
pub use stage::{Decision, TrainingStage};
pub(crate) use subject::Declared;
pub use subject::Subject;
