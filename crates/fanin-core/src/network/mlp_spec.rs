//! The multi-layer perceptron that every backend builds.

use super::{Activation, Layer, Loss, NetworkError};
use crate::param::{Layout, ParamSpec, Role};

/// A multi-layer perceptron: widths, one activation a hidden layer, a loss. Without a hidden layer it is a linear model:
/// logistic regression under a cross-entropy.
///
/// Layer `l` has the parameters `layers.l.weight`, of shape `[out, in]`, and `layers.l.bias`, of shape `[out]`. The last
/// layer's outputs are logits.
///
/// ```
/// use fanin_core::{Activation, Loss, MlpSpec};
///
/// let spec = MlpSpec::new([64, 32, 10], Activation::Tanh, Loss::SoftmaxCrossEntropy)?;
/// assert_eq!(spec.params()[2].name(), "layers.1.weight");
/// assert_eq!(spec.params()[2].shape(), [10, 32]);
/// # Ok::<(), fanin_core::NetworkError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MlpSpec {
    widths: Vec<usize>,
    loss: Loss,
    layers: Vec<Layer>,
    params: Vec<ParamSpec>,
}

/// Networks that are built from an [`MlpSpec`]: what code that is generic over the backend asks for.
pub trait FromMlpSpec: Sized {
    /// The network, all of whose parameters are zero until a plan fills them.
    ///
    /// # Errors
    /// [`NetworkError::Backend`] if there is no memory for it.
    fn from_spec(spec: &MlpSpec) -> Result<Self, NetworkError>;
}

impl MlpSpec {
    /// A perceptron with the same activation in every hidden layer. `widths` are the inputs, the hidden layers and the
    /// outputs.
    ///
    /// # Errors
    /// [`NetworkError::Spec`] as [`MlpSpec::with_activations`].
    pub fn new(widths: impl Into<Vec<usize>>, activation: Activation, loss: Loss) -> Result<Self, NetworkError> {
        let widths = widths.into();
        let activations = vec![activation; widths.len().saturating_sub(2)];
        Self::with_activations(widths, &activations, loss)
    }

    /// A perceptron with a stated activation for each hidden layer.
    ///
    /// # Errors
    /// [`NetworkError::Spec`] if there are fewer than two widths, a width is 0, the number of activations is not the number
    /// of hidden layers, or a softmax has fewer than two outputs.
    pub fn with_activations(
        widths: impl Into<Vec<usize>>,
        activations: &[Activation],
        loss: Loss,
    ) -> Result<Self, NetworkError> {
        let widths = widths.into();
        let refuse = |reason: String| Err(NetworkError::Spec(reason));
        if widths.len() < 2 {
            return refuse(format!("widths {widths:?} are too few; give the inputs and the outputs at least"));
        }
        if widths.contains(&0) {
            return refuse(format!("widths {widths:?} have a 0 among them; give every layer a neuron"));
        }
        let hidden = widths.len() - 2;
        if activations.len() != hidden {
            return refuse(format!("{} activations for {hidden} hidden layers; give one for each", activations.len()));
        }
        if loss == Loss::SoftmaxCrossEntropy && widths[hidden + 1] < 2 {
            return refuse("a softmax needs two outputs or more; use binary_cross_entropy for one".to_owned());
        }
        let name = |layer: usize, part: &str| format!("layers.{layer}.{part}");
        let (mut layers, mut params) = (Vec::new(), Vec::new());
        for (index, pair) in widths.windows(2).enumerate() {
            let shape = [pair[1], pair[0]];
            let layer = Layer::new(name(index, "weight"), name(index, "bias"), shape);
            let weight = ParamSpec::new(layer.weight.clone(), shape).map_err(|e| NetworkError::Spec(e.to_string()))?;
            let bias = ParamSpec::new(layer.bias.clone(), [pair[1]]).map_err(|e| NetworkError::Spec(e.to_string()))?;
            params.push(weight.with_layout(Layout::OutIn));
            params.push(bias.with_role(Role::Bias));
            layers.push(match activations.get(index) {
                Some(activation) => layer.feeding(name(index + 1, "weight"), *activation),
                None => layer,
            });
        }
        Ok(Self { widths, loss, layers, params })
    }

    /// Logistic regression: no hidden layer. One output for two classes, else one an class.
    ///
    /// # Errors
    /// [`NetworkError::Spec`] if there is no feature or fewer than two classes.
    pub fn logistic_regression(features: usize, classes: usize) -> Result<Self, NetworkError> {
        match classes {
            0 | 1 => Err(NetworkError::Spec(format!("{classes} classes leave nothing to tell apart; give 2 or more"))),
            2 => Self::new([features, 1], Activation::Identity, Loss::BinaryCrossEntropy),
            _ => Self::new([features, classes], Activation::Identity, Loss::SoftmaxCrossEntropy),
        }
    }

    /// Inputs, hidden layers, outputs.
    #[must_use]
    pub fn widths(&self) -> &[usize] {
        &self.widths
    }

    /// The number of features of a sample.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.widths[0]
    }

    /// The number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.widths[self.widths.len() - 1]
    }

    /// What the outputs are trained on.
    #[must_use]
    pub fn loss(&self) -> Loss {
        self.loss
    }

    /// The layers, first to last.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The parameters: weight and bias of each layer, first to last.
    #[must_use]
    pub fn params(&self) -> &[ParamSpec] {
        &self.params
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_meaning_is_refused() {
        let softmax = Loss::SoftmaxCrossEntropy;
        for widths in [vec![], vec![3], vec![3, 0, 2], vec![3, 1]] {
            assert!(MlpSpec::new(widths.clone(), Activation::Tanh, softmax).is_err(), "{widths:?}");
        }
        assert!(MlpSpec::with_activations([2, 2, 2, 2], &[Activation::Tanh], softmax).is_err());
        assert!(MlpSpec::new([usize::MAX, 3, 2], Activation::Tanh, softmax).is_err());
        assert!(MlpSpec::logistic_regression(4, 1).is_err());
    }

    #[test]
    fn a_linear_model_has_one_layer_and_no_hidden_neuron() {
        let spec = MlpSpec::logistic_regression(4, 2).unwrap();
        assert_eq!((spec.layers().len(), spec.outputs()), (1, 1));
        assert!(!spec.layers()[0].is_hidden());
    }
}
