//! Residual blocks: layers with a skip connection around them.

/// Residual blocks of equal depth. Hidden layer 0 maps the samples to the width, and the hidden layers after it form
/// blocks of `depth` layers each. A block computes
///
/// ```text
/// x + scale * branch(x)
/// ```
///
/// where `x` is the input of its first layer and `branch` its layers, including the activation of the last one (He et
/// al. 2016). The optional parameters are those that Fixup, `SkipInit` and `ReZero` need:
///
/// | parameter | shape | effect | added by |
/// |---|---|---|---|
/// | `layers.L.scale`, `L` the block's last layer | `[1]` | multiplies the branch | [`Residual::with_scale`] |
/// | `layers.l.input_bias`, each layer of the block | `[1]` | added to the layer's inputs: `W (a + c) + b` | [`Residual::with_input_biases`] |
///
/// ```
/// use fanin_core::{Activation, network::{Loss, MlpSpec, Residual}};
///
/// // Two blocks of two layers, each of which ends without an activation: x + W2 relu(W1 x + b1) + b2.
/// let widths = [64, 32, 32, 32, 32, 32, 10];
/// let spec = MlpSpec::new(widths, Activation::Relu, Loss::SoftmaxCrossEntropy)?;
/// let spec = spec.residual(Residual::of(2).with_scale().ending_linear())?;
/// assert_eq!(spec.layers()[2].skip.as_ref().map(|skip| skip.from), Some(1));
/// assert_eq!(spec.layers()[4].activation, Activation::Identity);
/// # Ok::<(), fanin_core::network::NetworkError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Residual {
    pub(super) depth: usize,
    pub(super) scale: bool,
    pub(super) input_biases: bool,
    pub(super) linear_end: bool,
}

/// The skip connection at the end of a residual block.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skip {
    /// The block's first layer, whose input is carried past the block.
    pub from: usize,
    /// The name of the factor of the branch, of shape `[1]`.
    pub scale: Option<String>,
}

impl Residual {
    /// Creates blocks of `depth` layers.
    #[must_use]
    pub const fn of(depth: usize) -> Self {
        Self { depth, scale: false, input_biases: false, linear_end: false }
    }

    /// Adds a factor to each branch.
    #[must_use]
    pub const fn with_scale(mut self) -> Self {
        self.scale = true;
        self
    }

    /// Adds a scalar to the inputs of each layer of a branch.
    #[must_use]
    pub const fn with_input_biases(mut self) -> Self {
        self.input_biases = true;
        self
    }

    /// Removes the activation at the end of each branch, so that the sum of a block is not one-sided.
    #[must_use]
    pub const fn ending_linear(mut self) -> Self {
        self.linear_end = true;
        self
    }
}
