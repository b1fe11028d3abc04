//! The spec of the multi-layer perceptron that every backend builds.

use super::{Activation, Capabilities, Layer, LayerNorm, Loss, Mode, NetworkError, Norm, Residual, Skip};
use crate::param::{Layout, ParamSpec, Role, ShapeError};

/// The spec of a multi-layer perceptron: widths, one activation per hidden layer, a loss. Without hidden layers it is a
/// linear model, which with cross-entropy is logistic regression.
///
/// Layer `l` has the parameters `layers.l.weight`, of shape `[out, in]`, and `layers.l.bias`, of shape `[out]`. The
/// outputs of the last layer are logits.
///
/// Hidden layers may have norms ([`MlpSpec::norm`]) and form residual blocks ([`MlpSpec::residual`]). The parameters of
/// these follow the bias of their layer: `norm.weight`, `norm.bias`, `norm.running_mean`, `norm.running_var`,
/// `input_bias`, `scale`.
///
/// ```
/// use fanin_core::{Activation, network::{Loss, MlpSpec}};
///
/// let spec = MlpSpec::new([64, 32, 10], Activation::Tanh, Loss::SoftmaxCrossEntropy)?;
/// assert_eq!(spec.params()[2].name(), "layers.1.weight");
/// assert_eq!(spec.params()[2].shape(), [10, 32]);
/// # Ok::<(), fanin_core::network::NetworkError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MlpSpec {
    widths: Vec<usize>,
    activations: Vec<Activation>,
    loss: Loss,
    norms: Vec<Option<Norm>>,
    residual: Option<Residual>,
    layers: Vec<Layer>,
    params: Vec<ParamSpec>,
    /// The start of each layer's parameters, and the end.
    starts: Vec<usize>,
}

/// Networks that can be built from an [`MlpSpec`], for code that is generic over the backend.
pub trait FromMlpSpec: Sized {
    /// The parts of a spec that it supports; all by default.
    const CAPABILITIES: Capabilities = Capabilities::ALL;

    /// Builds the network in [`Mode::Train`](super::Mode::Train). All parameters are zero until a plan fills them;
    /// running means are 0 and running variances 1.
    ///
    /// # Errors
    /// [`NetworkError::Spec`] if [`Self::CAPABILITIES`] lack a part of the spec (see [`Capabilities::check`]);
    /// [`NetworkError::Backend`] if memory runs out.
    fn from_spec(spec: &MlpSpec) -> Result<Self, NetworkError>;
}

impl MlpSpec {
    /// Creates a perceptron with the same activation in every hidden layer. `widths` are the inputs, the hidden layers
    /// and the outputs.
    ///
    /// # Errors
    /// [`NetworkError::Spec`], as for [`MlpSpec::with_activations`].
    pub fn new(widths: impl Into<Vec<usize>>, activation: Activation, loss: Loss) -> Result<Self, NetworkError> {
        let widths = widths.into();
        let activations = vec![activation; widths.len().saturating_sub(2)];
        Self::with_activations(widths, &activations, loss)
    }

    /// Creates a perceptron with an activation for each hidden layer.
    ///
    /// # Errors
    /// [`NetworkError::Spec`] if there are fewer than two widths, a width is 0, the number of activations differs from
    /// the number of hidden layers, or a softmax has fewer than two outputs.
    pub fn with_activations(
        widths: impl Into<Vec<usize>>,
        activations: &[Activation],
        loss: Loss,
    ) -> Result<Self, NetworkError> {
        let widths = widths.into();
        let refuse = |reason: String| Err(NetworkError::Spec(reason));
        if widths.len() < 2 {
            return refuse(format!("widths {widths:?} are too few; use at least inputs and outputs"));
        }
        if widths.contains(&0) {
            return refuse(format!("widths {widths:?} contain a 0; use at least one neuron per layer"));
        }
        let hidden = widths.len() - 2;
        if activations.len() != hidden {
            return refuse(format!("{} activations for {hidden} hidden layers; use one per layer", activations.len()));
        }
        if loss == Loss::SoftmaxCrossEntropy && widths[hidden + 1] < 2 {
            return refuse("a softmax needs at least two outputs; use binary_cross_entropy for one".to_owned());
        }
        let norms = vec![None; hidden];
        let activations = activations.to_vec();
        let (layers, params, starts) = (Vec::new(), Vec::new(), Vec::new());
        Self { widths, activations, loss, norms, residual: None, layers, params, starts }.described()
    }

    /// Adds the same norm to every hidden layer: `z = norm(W a + b)`.
    ///
    /// # Errors
    /// [`NetworkError::Spec`], as for [`MlpSpec::norms`].
    pub fn norm(self, norm: Norm) -> Result<Self, NetworkError> {
        let norms = vec![Some(norm); self.norms.len()];
        self.norms(&norms)
    }

    /// Adds a norm, or none, to each hidden layer.
    ///
    /// # Errors
    /// [`NetworkError::Spec`] if there is not one entry per hidden layer, a hyperparameter is invalid, or layer
    /// normalization is requested for a layer of one neuron.
    pub fn norms(mut self, norms: &[Option<Norm>]) -> Result<Self, NetworkError> {
        let hidden = self.norms.len();
        if norms.len() != hidden {
            let given = norms.len();
            return Err(NetworkError::Spec(format!("{given} norms for {hidden} hidden layers; use one per layer")));
        }
        for (norm, neurons) in norms.iter().zip(self.widths.iter().skip(1)) {
            norm.map_or(Ok(()), |norm| norm.check(*neurons))?;
        }
        self.norms = norms.to_vec();
        self.described()
    }

    /// Arranges the hidden layers after the first in residual blocks.
    ///
    /// # Errors
    /// [`NetworkError::Spec`] if `depth` is 0, the number of hidden layers after the first is 0 or not a multiple of
    /// `depth`, or hidden layers differ in width.
    pub fn residual(mut self, residual: Residual) -> Result<Self, NetworkError> {
        let refuse = |reason: String| Err(NetworkError::Spec(reason));
        let (depth, after) = (residual.depth, self.norms.len().saturating_sub(1));
        if depth == 0 || after == 0 || !after.is_multiple_of(depth) {
            return refuse(format!(
                "{after} hidden layers after the first do not form residual blocks of {depth}; use a multiple of \
                 {depth}"
            ));
        }
        let hidden = self.widths.get(1..self.widths.len() - 1).unwrap_or_default();
        if hidden.windows(2).any(|pair| pair[0] != pair[1]) {
            return refuse(format!(
                "hidden widths {hidden:?} differ, but residual blocks need equal widths; use one width"
            ));
        }
        self.residual = Some(residual);
        self.described()
    }

    /// Derives the layers and the parameters.
    fn described(mut self) -> Result<Self, NetworkError> {
        let layers: Vec<Layer> = (0..self.widths.len() - 1).map(|index| self.layer(index)).collect();
        (self.params, self.starts) = (Vec::new(), vec![0]);
        for layer in &layers {
            self.params.extend(params_of(layer).map_err(|error| NetworkError::Spec(error.to_string()))?);
            self.starts.push(self.params.len());
        }
        self.layers = layers;
        Ok(self)
    }

    fn layer(&self, index: usize) -> Layer {
        let name = |layer: usize, part: &str| format!("layers.{layer}.{part}");
        let mut layer =
            Layer::new(name(index, "weight"), name(index, "bias"), [self.widths[index + 1], self.widths[index]]);
        let Some(activation) = self.activations.get(index) else { return layer };
        layer = layer.feeding(name(index + 1, "weight"), *activation);
        layer.norm = self.norms[index].map(|norm| LayerNorm::new(norm, &name(index, "norm")));
        let Some(Residual { depth, scale, input_biases, linear_end }) = self.residual else { return layer };
        // Layer 0 precedes the first block; every layer that ends a block precedes the next.
        let ends = index.is_multiple_of(depth);
        layer.carried = ends && index + 1 < self.activations.len();
        layer.input_bias = (input_biases && index > 0).then(|| name(index, "input_bias"));
        if ends && index > 0 {
            let scale = scale.then(|| name(index, "scale"));
            layer.skip = Some(Skip { from: index + 1 - depth, scale });
            if linear_end {
                layer.activation = Activation::Identity;
            }
        }
        layer
    }

    /// Creates logistic regression, which has no hidden layer: one output for two classes, otherwise one output per
    /// class.
    ///
    /// # Errors
    /// [`NetworkError::Spec`] if there are no features or fewer than two classes.
    pub fn logistic_regression(features: usize, classes: usize) -> Result<Self, NetworkError> {
        match classes {
            0 | 1 => Err(NetworkError::Spec(format!("{classes} classes are too few; use at least 2"))),
            2 => Self::new([features, 1], Activation::Identity, Loss::BinaryCrossEntropy),
            _ => Self::new([features, classes], Activation::Identity, Loss::SoftmaxCrossEntropy),
        }
    }

    /// Returns the widths: inputs, hidden layers, outputs.
    #[must_use]
    pub fn widths(&self) -> &[usize] {
        &self.widths
    }

    /// Returns the number of features per sample.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.widths[0]
    }

    /// Returns the number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.widths[self.widths.len() - 1]
    }

    /// Returns the loss.
    #[must_use]
    pub fn loss(&self) -> Loss {
        self.loss
    }

    /// Returns the layers, first to last.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Returns the parameters and buffers, grouped by layer, first to last.
    #[must_use]
    pub fn params(&self) -> &[ParamSpec] {
        &self.params
    }

    /// Returns the parameters and buffers of one layer; empty if the layer does not exist.
    #[must_use]
    pub fn params_of(&self, layer: usize) -> &[ParamSpec] {
        let range = self.starts.get(layer).zip(self.starts.get(layer + 1));
        range.and_then(|(start, end)| self.params.get(*start..*end)).unwrap_or_default()
    }

    /// Refuses a batch of one sample in train mode if there is batch normalization: such a batch has no variance.
    ///
    /// # Errors
    /// [`NetworkError::Samples`].
    pub fn check_batch(&self, samples: usize, mode: Mode) -> Result<(), NetworkError> {
        let is_batch = |layer: &Layer| layer.norm.as_ref().is_some_and(|norm| norm.norm.is_batch());
        if samples == 1 && mode == Mode::Train && self.layers.iter().any(is_batch) {
            let reason = "batch normalization needs at least two samples in train mode; use more samples or Mode::Eval";
            return Err(NetworkError::Samples(reason.to_owned()));
        }
        Ok(())
    }

    /// Returns whether a network of the other spec has the same parameters, by name and shape.
    #[must_use]
    pub fn has_parameters_of(&self, other: &Self) -> bool {
        let plain = |spec: &Self| spec.params.len() == 2 * spec.layers.len();
        self.widths == other.widths && (plain(self) && plain(other) || self.params == other.params)
    }
}

/// Returns the parameters and buffers of one layer.
fn params_of(layer: &Layer) -> Result<Vec<ParamSpec>, ShapeError> {
    let vector = |name: &str, role| Ok(ParamSpec::new(name, [layer.neurons])?.with_role(role));
    let scalar = |name: &str, role| Ok(ParamSpec::new(name, [1])?.with_role(role));
    let weight = ParamSpec::new(layer.weight.clone(), [layer.neurons, layer.inputs])?;
    let mut params = vec![weight.with_layout(Layout::OutIn), vector(&layer.bias, Role::Bias)?];
    if let Some(norm) = &layer.norm {
        params.extend([vector(&norm.weight, Role::NormGain)?, vector(&norm.bias, Role::NormBias)?]);
        if let Some(running) = &norm.running {
            params.extend([vector(&running.mean, Role::Buffer)?, vector(&running.variance, Role::Buffer)?]);
        }
    }
    if let Some(name) = &layer.input_bias {
        params.push(scalar(name, Role::Bias)?);
    }
    if let Some(name) = layer.skip.as_ref().and_then(|skip| skip.scale.as_ref()) {
        params.push(scalar(name, Role::Scale)?);
    }
    Ok(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meaningless_configurations_are_rejected() {
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

    #[test]
    fn blocks_and_norms_are_named_in_order() {
        let spec = MlpSpec::new([2, 3, 3, 3, 1], Activation::Relu, Loss::MeanSquaredError).unwrap();
        let spec = spec.norms(&[None, Some(Norm::layer()), Some(Norm::batch())]).unwrap();
        let spec = spec.residual(Residual::of(2).with_scale().with_input_biases()).unwrap();
        let names: Vec<_> = spec.params().iter().filter_map(|param| param.name().strip_prefix("layers.")).collect();
        let one = ["1.weight", "1.bias", "1.norm.weight", "1.norm.bias", "1.input_bias"];
        let two = ["2.weight", "2.bias", "2.norm.weight", "2.norm.bias", "2.norm.running_mean", "2.norm.running_var"];
        let wanted = [&["0.weight", "0.bias"][..], &one, &two, &["2.input_bias", "2.scale", "3.weight", "3.bias"]];
        assert_eq!(names, wanted.concat());
        let carried: Vec<_> = spec.layers().iter().map(|layer| layer.carried).collect();
        assert_eq!(carried, [true, false, false, false]);
        assert!(!spec.layers()[2].stands_alone() && spec.layers()[1].stands_alone());
    }

    #[test]
    fn blocks_and_norms_without_meaning_are_refused() {
        let spec = |widths: &[usize]| MlpSpec::new(widths, Activation::Relu, Loss::MeanSquaredError).unwrap();
        for (widths, depth) in
            [(&[2, 3, 3, 3, 1][..], 0), (&[2, 3, 3, 1], 2), (&[2, 3, 1], 1), (&[2, 1], 1), (&[2, 3, 4, 1], 1)]
        {
            assert!(spec(widths).residual(Residual::of(depth)).is_err(), "{widths:?} {depth}");
        }
        let plain = spec(&[2, 3, 1]);
        for norm in [Norm::Layer { eps: 0.0 }, Norm::Batch { momentum: 1.5, eps: 1e-5 }] {
            assert!(plain.clone().norm(norm).is_err(), "{norm:?}");
        }
        assert!(plain.norms(&[]).is_err());
        assert!(spec(&[2, 1, 1]).norm(Norm::layer()).is_err());
    }
}
