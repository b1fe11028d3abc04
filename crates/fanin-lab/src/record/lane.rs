//! One lane of a recorded run: one network, from one start and one seed.

use serde::{Deserialize, Serialize};

/// What one network did. A number that is not finite is `None`, `null` in JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneRecord {
    /// What the weights started from, in canonical text.
    pub initializer: String,
    /// The seed of the weights and of the order of batches.
    pub seed: u64,
    /// The loss over the training samples after the last step.
    pub final_loss: Option<f64>,
    /// The part of the held-out samples that are classified right, 0 to 1.
    pub accuracy: Option<f64>,
    /// The part of the training samples that are classified right, 0 to 1.
    pub train_accuracy: Option<f64>,
    /// Per hidden layer, how many of its neurons differ at the end.
    pub distinct_neurons: Vec<usize>,
    /// Per hidden layer, its width.
    pub hidden_neurons: Vec<usize>,
    /// The part of hidden activations that are saturated at the end, 0 to 1; `None` where that has no meaning.
    pub saturated: Option<f64>,
    /// `diverged`, `frozen`, `one neuron`, `saturated`, `plateau` or `learning`.
    pub verdict: String,
    /// Where the first value that is not finite was met, in words; `None` if there was none.
    pub non_finite: Option<String>,
    /// The steps at which `losses` were taken; at most about 1,000, the first and the last among them.
    pub steps: Vec<usize>,
    /// The loss of the step's batch before the step.
    pub losses: Vec<Option<f64>>,
    /// Per layer, at the start and at the end and some steps between.
    pub observations: Vec<ObservationRecord>,
    /// Per hidden layer, its activations on the observed batch.
    pub activations: Vec<ActivationHistogram>,
    /// The paths of the first hidden layer's neurons; only for the first seed, and only if there is a hidden layer.
    pub paths: Option<NeuronPaths>,
}

/// Every layer at one step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObservationRecord {
    /// Steps done before.
    pub step: usize,
    /// One a layer, the output layer last.
    pub layers: Vec<LayerRecord>,
}

/// One layer at one step, on the observed batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerRecord {
    /// Mean of the activations.
    pub activation_mean: Option<f64>,
    /// Standard deviation of the activations.
    pub activation_std: Option<f64>,
    /// Mean of the loss's gradient by the pre-activations.
    pub gradient_mean: Option<f64>,
    /// Standard deviation of the loss's gradient by the pre-activations.
    pub gradient_std: Option<f64>,
    /// The part of activations that are saturated; `None` where that has no meaning.
    pub saturated: Option<f64>,
    /// The part of neurons that are dead; `None` where that has no meaning.
    pub dead: Option<f64>,
    /// How many neurons differ; `None` for the output layer.
    pub distinct: Option<usize>,
    /// The largest difference between two neurons; `None` for the output layer.
    pub largest_difference: Option<f64>,
    /// The root mean square of the weight's next update over that of the weight; `None` at the end and for a zero weight.
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
    /// How many values fall into each bin.
    pub counts: Vec<u64>,
}

/// The way of a layer's neurons through the space of their incoming weights, seen in two directions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NeuronPaths {
    /// The layer's index, from 0.
    pub layer: usize,
    /// What the two axes are, in words: two weights, or the two directions in which the neurons spread most.
    pub axes: [String; 2],
    /// The steps at which the points were taken.
    pub steps: Vec<usize>,
    /// One a group of neurons that were equal to the bit at every one of these steps.
    pub neurons: Vec<NeuronPath>,
}

/// The way of one neuron, or of several equal ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NeuronPath {
    /// How many neurons went this way.
    pub count: usize,
    /// One a step.
    pub points: Vec<[f64; 2]>,
}
