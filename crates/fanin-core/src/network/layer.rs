//! Layers: which parameters belong together, so that neurons can be compared.

use super::{Activation, LayerNorm, Skip};

/// One layer: `z = W a + b`, then the activation. A layer may have a norm before its activation, and may end a residual
/// block.
///
/// Neuron `j` consists of row `j` of the weight, element `j` of the bias (and of the norm's gain and bias), and column
/// `j` of the outgoing weight.
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
    /// The activation.
    pub activation: Activation,
    /// The norm before the activation, if any.
    pub norm: Option<LayerNorm>,
    /// The name of a scalar `c`, of shape `[1]`, added to every input: `W (a + c) + b`.
    pub input_bias: Option<String>,
    /// The skip connection, if the layer ends a residual block.
    pub skip: Option<Skip>,
    /// Whether a residual block carries the layer's outputs past the following layers, so that its neurons act beyond
    /// the outgoing weight.
    pub carried: bool,
}

impl Layer {
    /// Creates a layer from the names of its parameters.
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

    /// Makes it a hidden layer with this activation, read by the weight `outgoing`.
    #[must_use]
    pub fn feeding(mut self, outgoing: impl Into<String>, activation: Activation) -> Self {
        self.outgoing = Some(outgoing.into());
        self.activation = activation;
        self
    }

    /// Returns whether the neurons are hidden, as opposed to outputs.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.outgoing.is_some()
    }

    /// Returns whether the neurons are hidden and fully described by the layer's own parameters and its outgoing
    /// weight. In a residual stream they are not: the skip connection also contributes to them or reads them.
    #[must_use]
    pub fn stands_alone(&self) -> bool {
        self.is_hidden() && !self.carried && self.skip.is_none()
    }

    /// Iterates over the names of the trained parameters, in the order of the specs: weight, bias, the norm's weight
    /// and bias, input bias, scale.
    pub fn trained(&self) -> impl Iterator<Item = &str> {
        let norm = self.norm.iter().flat_map(|norm| [&norm.weight, &norm.bias]);
        let scale = self.skip.iter().filter_map(|skip| skip.scale.as_ref());
        [&self.weight, &self.bias].into_iter().chain(norm).chain(&self.input_bias).chain(scale).map(String::as_str)
    }
}
