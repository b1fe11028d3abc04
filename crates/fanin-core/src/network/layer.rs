//! How parameters make up a layer, so that neurons can be compared.

use super::Activation;

/// One layer: `z = W a + b`, then the activation.
///
/// Neuron `j` is row `j` of the weight, element `j` of the bias, and column `j` of the outgoing weight.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Layer {
    /// The name of the weight, of shape `[out, in]`.
    pub weight: String,
    /// The name of the bias, of shape `[out]`.
    pub bias: String,
    /// The name of the next layer's weight; `None` for the last layer, whose units are outputs.
    pub outgoing: Option<String>,
    /// The number of inputs.
    pub inputs: usize,
    /// The number of neurons.
    pub neurons: usize,
    /// What follows the sum.
    pub activation: Activation,
}

impl Layer {
    /// A layer by the names of its parameters.
    #[must_use]
    pub fn new(weight: impl Into<String>, bias: impl Into<String>, [neurons, inputs]: [usize; 2]) -> Self {
        Self {
            weight: weight.into(),
            bias: bias.into(),
            outgoing: None,
            inputs,
            neurons,
            activation: Activation::Identity,
        }
    }

    /// Makes it a hidden layer: its activation, and the weight that reads it.
    #[must_use]
    pub fn feeding(mut self, outgoing: impl Into<String>, activation: Activation) -> Self {
        self.outgoing = Some(outgoing.into());
        self.activation = activation;
        self
    }

    /// Whether the neurons are hidden, not outputs.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.outgoing.is_some()
    }
}
