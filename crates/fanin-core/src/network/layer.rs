//! How parameters make up a layer, so that neurons can be compared.

use super::{Activation, LayerNorm, Skip};

/// One layer: `z = W a + b`, then the activation. A layer may be normalized before its activation, and end a residual block.
///
/// Neuron `j` is row `j` of the weight, element `j` of the bias (and of the norm's gain and bias), and column `j` of the
/// outgoing weight.
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
    /// What normalizes the sum before the activation.
    pub norm: Option<LayerNorm>,
    /// The name of a scalar `c`, of shape `[1]`, that is added to every input: `W (a + c) + b`.
    pub input_bias: Option<String>,
    /// What is added to the activation, where the layer ends a residual block.
    pub skip: Option<Skip>,
    /// Whether a residual block carries the layer's outputs past the layers that follow: its neurons then act beyond the
    /// outgoing weight too.
    pub carried: bool,
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
            norm: None,
            input_bias: None,
            skip: None,
            carried: false,
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

    /// Whether the neurons are hidden and told apart by the layer's own parameters and its outgoing weight alone. In the stream
    /// of a residual network they are not: what a block adds to, or carries on, is part of them.
    #[must_use]
    pub fn stands_alone(&self) -> bool {
        self.is_hidden() && !self.carried && self.skip.is_none()
    }

    /// The names of the trained parameters, in the order of the specs: weight, bias, the norm's weight and bias, input bias,
    /// scale.
    pub fn trained(&self) -> impl Iterator<Item = &str> {
        let norm = self.norm.iter().flat_map(|norm| [&norm.weight, &norm.bias]);
        let scale = self.skip.iter().filter_map(|skip| skip.scale.as_ref());
        [&self.weight, &self.bias].into_iter().chain(norm).chain(&self.input_bias).chain(scale).map(String::as_str)
    }
}
