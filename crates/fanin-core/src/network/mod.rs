//! Networks: the interface between backends on one side and observers, experiments and diagnostics on the other.

mod capabilities;
mod layer;
mod loss;
mod mlp_spec;
mod mode;
mod norm;
mod observer;
mod optimizer;
mod outputs;
mod residual;
mod samples;
mod targets;

use thiserror::Error;

pub use capabilities::Capabilities;
pub use layer::Layer;
pub use loss::{Loss, UnknownLoss};
pub use mlp_spec::{FromMlpSpec, MlpSpec};
pub use mode::Mode;
pub use norm::{LayerNorm, Norm, RunningNames};
pub use observer::{Event, Observer, Signal, Stage, Unobserved};
pub use optimizer::OptimizerSpec;
pub use outputs::Outputs;
pub use residual::{Residual, Skip};
pub use samples::Samples;
pub use targets::Targets;

pub use crate::activation::{Activation, Exact, Real, UnknownActivation};
use crate::initializer::InitError;
use crate::param::ParametersMut;

/// An error from building, feeding or training a network.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// The network's spec is invalid.
    #[error("network: {0}")]
    Spec(String),
    /// The samples do not fit the network.
    #[error("samples: {0}")]
    Samples(String),
    /// The optimizer's hyperparameters are invalid.
    #[error("optimizer: {0}")]
    Optimizer(String),
    /// A parameter could not be read or written.
    #[error(transparent)]
    Parameter(#[from] InitError),
    /// The backend failed.
    #[error("the backend failed: {0}")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A feed-forward network on some backend.
///
/// # Contract
/// - **Events.** [`Network::forward`] sends `PreActivation` and `Activation` of each layer to the observer, first to
///   last. The last layer's activation is the identity: its values are the outputs. `PreActivation` is the input of the
///   activation, after the norm if there is one; `Activation` is the output of the layer, which at the end of a
///   residual block is the block's sum.
/// - **Mode.** A fresh network is in [`Mode::Train`]; [`Network::set_mode`] switches the mode and changes no parameter
///   or buffer. The mode affects only batch normalization: in train mode it uses the mean and variance of the batch, in
///   eval mode the running ones. [`Network::forward`] and [`Trainable::gradients`] never change the running statistics;
///   [`Trainable::step`] updates them in train mode.
/// - **Single samples** have no variance: in train mode, a network with batch normalization refuses a batch of one
///   sample with [`NetworkError::Samples`].
/// - **Break.** When the observer breaks, the pass ends there without an error and returns `None`.
/// - **Outputs** are logits: the input of the loss, before any sigmoid or softmax.
/// - Observing changes no bit of the outputs.
pub trait Network: ParametersMut {
    /// Samples in the backend's own memory.
    type Batch;

    /// Returns the layers, first to last.
    fn layers(&self) -> &[Layer];

    /// Returns the loss.
    fn loss(&self) -> Loss;

    /// Returns the mode.
    fn mode(&self) -> Mode;

    /// Switches the mode.
    fn set_mode(&mut self, mode: Mode);

    /// Loads samples into the backend's memory, rounded to the network's element type.
    ///
    /// # Errors
    /// [`NetworkError::Samples`] if they do not fit the network (see [`Samples::check`]).
    fn load(&self, samples: &Samples<'_>) -> Result<Self::Batch, NetworkError>;

    /// Computes the outputs; `None` if the observer ended the pass early.
    ///
    /// # Errors
    /// [`NetworkError::Backend`]; [`NetworkError::Samples`] if the batch does not fit the network or its mode.
    fn forward(&self, batch: &Self::Batch, observer: &mut dyn Observer) -> Result<Option<Outputs>, NetworkError>;
}

/// A network that can be trained.
///
/// # Contract
/// - The loss and the gradients are means over the batch.
/// - **Events.** After the events of the forward pass, the layers follow in reverse: `ActivationGradient`,
///   `PreActivationGradient`, then
///   `ParameterGradient` of the weight, of the bias, and of the other parameters in [`Layer::trained`], in that order.
/// - **Running statistics.** A step in train mode moves those of batch normalization toward the batch statistics with
///   which its loss was computed: `running = (1 - momentum) running + momentum statistic`, with the variance times
///   `n / (n - 1)` for `n` samples, as in PyTorch. A step in eval mode trains with the running statistics and leaves
///   them unchanged.
/// - **Break** ends the pass without an error: it returns `None`, and no parameter has changed.
/// - The derivative at a kink is that of [`Activation::derivative`]: relu'(0) = 0.
/// - **Symmetry.** Neurons of a layer that start bitwise equal stay bitwise equal.
pub trait Trainable: Network {
    /// An optimizer with its state in the backend's memory.
    type Optimizer;

    /// Creates an optimizer for this network.
    ///
    /// # Errors
    /// [`NetworkError::Optimizer`] if a hyperparameter is invalid.
    fn optimizer(&self, spec: &OptimizerSpec) -> Result<Self::Optimizer, NetworkError>;

    /// Computes the loss and sends every gradient to the observer without changing anything; `None` if the observer
    /// ended the pass early.
    ///
    /// # Errors
    /// Same as [`Network::forward`].
    fn gradients(&self, batch: &Self::Batch, observer: &mut dyn Observer) -> Result<Option<f64>, NetworkError>;

    /// Takes one optimizer step and returns the loss before it.
    ///
    /// # Errors
    /// Same as [`Network::forward`], and [`NetworkError::Optimizer`] if the optimizer belongs to another network.
    fn step(&mut self, batch: &Self::Batch, optimizer: &mut Self::Optimizer) -> Result<f64, NetworkError>;
}

/// Convenience methods for networks.
pub trait NetworkExt: Network {
    /// Computes the outputs without an observer.
    ///
    /// # Errors
    /// Same as [`Network::forward`].
    fn predict(&self, batch: &Self::Batch) -> Result<Outputs, NetworkError> {
        let outputs = self.forward(batch, &mut Unobserved)?;
        outputs.ok_or_else(|| NetworkError::Backend("a pass without observers ended early".into()))
    }
}

impl<N: Network + ?Sized> NetworkExt for N {}
