//! What keeps a start from being made.

use thiserror::Error;

use crate::initializer::InitError;
use crate::network::NetworkError;

/// Why a data-dependent start could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataDependentError {
    /// An argument that has no meaning.
    #[error("{method}: {argument} = {value} has no meaning; give {need}")]
    Argument {
        /// The method.
        method: &'static str,
        /// The argument.
        argument: &'static str,
        /// Its value, as written.
        value: String,
        /// What to give instead.
        need: &'static str,
    },
    /// Pre-activations that do not vary: no factor makes their variance 1.
    #[error(
        "the pre-activations of {}'{weight}' are {value} for every sample of the batch; start the weights at random, or give \
         more samples",
        .neuron.map(|neuron| format!("neuron {neuron} of ")).unwrap_or_default()
    )]
    Dead {
        /// The layer's index, from 0.
        layer: usize,
        /// The name of its weight.
        weight: String,
        /// The neuron; `None` for a whole layer.
        neuron: Option<usize>,
        /// The value that they all have.
        value: f64,
    },
    /// Pre-activations that are not finite.
    #[error("the pre-activations of '{weight}' are not finite; start from smaller weights")]
    NotFinite {
        /// The layer's index, from 0.
        layer: usize,
        /// The name of its weight.
        weight: String,
    },
    /// A layer whose variance would not come near 1.
    #[error(
        "after {iterations} scalings the variance of the pre-activations of '{weight}' is {variance}, not 1 ± {tolerance}; \
         is there a bias or a norm that the weight does not move? Start biases at zero, or allow more"
    )]
    NotConverged {
        /// The layer's index, from 0.
        layer: usize,
        /// The name of its weight.
        weight: String,
        /// The variance that was reached.
        variance: f64,
        /// What was wanted.
        tolerance: f64,
        /// The scalings that were made.
        iterations: usize,
    },
    /// A norm behind the sums that the method is to normalize.
    #[error(
        "the layer of '{weight}' is normalized: {method} has nothing to do there; use it on a network without norms"
    )]
    Normalized {
        /// The method.
        method: &'static str,
        /// The layer's index, from 0.
        layer: usize,
        /// The name of its weight.
        weight: String,
    },
    /// A layer that the network did not show.
    #[error("the network showed no pre-activations of layer {layer}; hold it to the laws of fanin-conformance")]
    Unseen {
        /// The layer's index, from 0.
        layer: usize,
    },
    /// A parameter could not be read or written.
    #[error(transparent)]
    Parameter(#[from] InitError),
    /// The network could not compute a pass.
    #[error(transparent)]
    Network(#[from] NetworkError),
}
