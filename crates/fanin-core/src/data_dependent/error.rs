//! Errors of data-dependent initialization.

use thiserror::Error;

use crate::initializer::InitError;
use crate::network::NetworkError;

/// An error from data-dependent initialization.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataDependentError {
    /// An argument is invalid.
    #[error("{method}: invalid {argument} = {value}; use {need}")]
    Argument {
        /// The method.
        method: &'static str,
        /// The argument.
        argument: &'static str,
        /// The value, as text.
        value: String,
        /// The valid values.
        need: &'static str,
    },
    /// The pre-activations are constant, so no factor gives them variance 1.
    #[error(
        "the pre-activations of {}'{weight}' are {value} for every sample of the batch; initialize the weights \
         randomly, or use more samples",
        .neuron.map(|neuron| format!("neuron {neuron} of ")).unwrap_or_default()
    )]
    Dead {
        /// The layer's index, from 0.
        layer: usize,
        /// The name of its weight.
        weight: String,
        /// The neuron; `None` for the whole layer.
        neuron: Option<usize>,
        /// The constant value.
        value: f64,
    },
    /// The pre-activations are not finite.
    #[error("the pre-activations of '{weight}' are not finite; use smaller initial weights")]
    NotFinite {
        /// The layer's index, from 0.
        layer: usize,
        /// The name of its weight.
        weight: String,
    },
    /// The variance of a layer did not converge to 1.
    #[error(
        "after {iterations} scalings, the variance of the pre-activations of '{weight}' is {variance}, not 1 ± \
         {tolerance}; start biases at zero, remove norms, or allow more"
    )]
    NotConverged {
        /// The layer's index, from 0.
        layer: usize,
        /// The name of its weight.
        weight: String,
        /// The variance reached.
        variance: f64,
        /// The tolerance.
        tolerance: f64,
        /// The number of scalings.
        iterations: usize,
    },
    /// The layer has a norm, which the method does not support.
    #[error("the layer of '{weight}' has a norm, which undoes {method}; use a network without norms")]
    Normalized {
        /// The method.
        method: &'static str,
        /// The layer's index, from 0.
        layer: usize,
        /// The name of its weight.
        weight: String,
    },
    /// The network did not report a layer to the observer.
    #[error("the network reported no pre-activations for layer {layer}; test the backend with fanin-conformance")]
    Unseen {
        /// The layer's index, from 0.
        layer: usize,
    },
    /// A parameter could not be read or written.
    #[error(transparent)]
    Parameter(#[from] InitError),
    /// A pass of the network failed.
    #[error(transparent)]
    Network(#[from] NetworkError),
}
