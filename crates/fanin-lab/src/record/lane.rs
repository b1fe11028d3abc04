//! The record of one lane: one network with one start and one seed.

use serde::{Deserialize, Serialize};

/// The results of one network. Non-finite numbers are `None`, which is `null` in JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneRecord {
    /// The start of the weights, in canonical text.
    pub initializer: String,
    /// The seed of the weights and of the order of batches.
    pub seed: u64,
    /// The loss over the training samples after the last step.
    pub final_loss: Option<f64>,
    /// The fraction of held-out samples classified correctly, 0 to 1.
    pub accuracy: Option<f64>,
    /// The fraction of training samples classified correctly, 0 to 1.
    pub train_accuracy: Option<f64>,
    /// The number of distinct neurons at the end, per hidden layer.
    pub distinct_neurons: Vec<usize>,
    /// The width, per hidden layer.
    pub hidden_neurons: Vec<usize>,
    /// The fraction of hidden activations that are saturated at the end, 0 to 1; `None` if the activation does not
    /// saturate.
    pub saturated: Option<f64>,
    /// `diverged`, `frozen`, `one neuron`, `saturated`, `plateau` or `learning`.
    pub verdict: String,
    /// The location of the first non-finite value, in words; `None` if all values were finite.
    pub non_finite: Option<String>,
    /// The steps at which `losses` were recorded; at most about 1,000, including the first and the last.
    pub steps: Vec<usize>,
    /// The loss of the step's batch before the step.
    pub losses: Vec<Option<f64>>,
    /// Observations per layer, at the start, at the end, and at some steps between.
    pub observations: Vec<ObservationRecord>,
    /// The activations on the observed batch, per hidden layer.
    pub activations: Vec<ActivationHistogram>,
    /// The trajectories of the first hidden layer's neurons; only for the first seed, and only if there is a hidden
    /// layer.
    pub paths: Option<NeuronPaths>,
}

/// Every layer at one step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObservationRecord {
    /// The number of steps done before.
    pub step: usize,
    /// One record per layer, the output layer last.
    pub layers: Vec<LayerRecord>,
}

/// One layer at one step, on the observed batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerRecord {
    /// Mean of the activations.
    pub activation_mean: Option<f64>,
    /// Standard deviation of the activations.
    pub activation_std: Option<f64>,
    /// Mean of the gradient of the loss with respect to the pre-activations.
    pub gradient_mean: Option<f64>,
    /// Standard deviation of the gradient of the loss with respect to the pre-activations.
    pub gradient_std: Option<f64>,
    /// The fraction of saturated activations; `None` if the activation does not saturate.
    pub saturated: Option<f64>,
    /// The fraction of dead neurons; `None` if the activation cannot die.
    pub dead: Option<f64>,
    /// The number of distinct neurons; `None` for the output layer.
    pub distinct: Option<usize>,
    /// The largest difference between two neurons; `None` for the output layer.
    pub largest_difference: Option<f64>,
    /// The update-to-weight ratio of the next step; `None` at the end and for zero weights.
    pub update_ratio: Option<f64>,
}

/// Activations of one hidden layer, at the start and at the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivationHistogram {
    /// The layer's index, from 0.
    pub layer: usize,
    /// Before the first step.
    pub start: Histogram,
    /// After the last step.
    pub end: Histogram,
}

/// Counts of values in bins of equal width; both histograms of a layer share `low` and `high`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// The lower end of the first bin.
    pub low: f64,
    /// The upper end of the last bin.
    pub high: f64,
    /// The number of values in each bin.
    pub counts: Vec<u64>,
}

/// The trajectories of a layer's neurons in the space of their incoming weights, projected to two dimensions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NeuronPaths {
    /// The layer's index, from 0.
    pub layer: usize,
    /// The names of the two axes: two weights, or the two directions of largest variance.
    pub axes: [String; 2],
    /// The steps of the points.
    pub steps: Vec<usize>,
    /// One trajectory per group of neurons that were bitwise equal at every one of these steps.
    pub neurons: Vec<NeuronPath>,
}

/// The trajectory of one neuron, or of several equal ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NeuronPath {
    /// The number of neurons on this trajectory.
    pub count: usize,
    /// One point per step.
    pub points: Vec<[f64; 2]>,
}
