//! Networks: what a backend gives, and what observers, experiments and diagnostics ask for.

mod layer;
mod loss;
mod mlp_spec;
mod mode;
mod norm;
mod observer;
mod optimizer;
mod residual;
mod samples;

use thiserror::Error;

pub use layer::Layer;
pub use loss::{Loss, UnknownLoss};
pub use mlp_spec::{FromMlpSpec, MlpSpec};
pub use mode::Mode;
pub use norm::{LayerNorm, Norm, RunningNames};
pub use observer::{Event, Observer, Signal, Stage, Unobserved};
pub use optimizer::OptimizerSpec;
pub use residual::{Residual, Skip};
pub use samples::{Outputs, Samples, Targets};

pub use crate::activation::{Activation, Exact, Real, UnknownActivation};
use crate::initializer::InitError;
use crate::param::ParametersMut;

/// Why a network could not be built, fed or trained.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// A description of a network that has no meaning.
    #[error("network: {0}")]
    Spec(String),
    /// Samples that do not fit the network.
    #[error("samples: {0}")]
    Samples(String),
    /// An optimizer whose numbers have no meaning.
    #[error("optimizer: {0}")]
    Optimizer(String),
    /// A parameter could not be read or written.
    #[error(transparent)]
    Parameter(#[from] InitError),
    /// What the backend met.
    #[error("the backend failed: {0}")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A feed-forward network on some backend.
///
/// # Contract
/// - **Events.** [`Network::forward`] shows `PreActivation` and `Activation` of each layer, first to last. The last layer's
///   activation is the identity: its values are the outputs. `PreActivation` is what the activation takes, after the norm if
///   there is one; `Activation` is what the layer hands on, which at the end of a residual block is the block's sum.
/// - **Mode.** A fresh network is in [`Mode::Train`]; [`Network::set_mode`] switches it and changes no parameter or buffer. Only
///   batch normalization tells the modes apart: in train mode it takes the mean and variance of the batch, in eval mode the
///   running ones. [`Network::forward`] and [`Trainable::gradients`] change neither, in either mode; [`Trainable::step`] in
///   train mode updates them, see there.
/// - **One sample** has no variance: in train mode a network with batch normalization refuses a batch of one with
///   [`NetworkError::Samples`].
/// - **Break.** When the observer breaks, the pass ends there, without an error, and gives `None`.
/// - **Outputs** are logits: what the loss takes, before any sigmoid or softmax.
/// - Observing changes no bit of the outputs.
pub trait Network: ParametersMut {
    /// Samples in the backend's own memory.
    type Batch;

    /// The layers, first to last.
    fn layers(&self) -> &[Layer];

    /// What the outputs are trained on.
    fn loss(&self) -> Loss;

    /// Whether the network is being trained or used.
    fn mode(&self) -> Mode;

    /// Switches the mode.
    fn set_mode(&mut self, mode: Mode);

    /// Puts samples into the backend's memory, rounded to the network's element type.
    ///
    /// # Errors
    /// [`NetworkError::Samples`] if they do not fit the network (see [`Samples::check`]).
    fn load(&self, samples: &Samples<'_>) -> Result<Self::Batch, NetworkError>;

    /// Computes the outputs; `None` if the observer ended the pass early.
    ///
    /// # Errors
    /// [`NetworkError::Backend`]; [`NetworkError::Samples`] if the batch does not fit the network, or its mode.
    fn forward(&self, batch: &Self::Batch, observer: &mut dyn Observer) -> Result<Option<Outputs>, NetworkError>;
}

/// A network that learns.
///
/// # Contract
/// - The loss is the mean over the batch, and so are the gradients.
/// - **Events.** After those of the forward pass, the layers in reverse: `ActivationGradient`, `PreActivationGradient`, then
///   `ParameterGradient` of the weight and of the bias, and of what else [`Layer::trained`] names, in that order.
/// - **Running statistics.** A step in train mode moves those of batch normalization towards the statistics of its batch, the
///   ones that its loss was computed with: `running = (1 - momentum) running + momentum statistic`, with the variance times
///   `n / (n - 1)` for `n` samples, as in PyTorch. A step in eval mode trains with the running ones and leaves them.
/// - **Break** ends the pass without an error: `None`, and no parameter has changed.
/// - The derivative at a kink is [`Activation::derivative`]'s: relu'(0) = 0.
/// - **Symmetry.** Neurons of one layer that start equal to the bit stay equal to the bit.
pub trait Trainable: Network {
    /// An optimizer with its state in the backend's memory.
    type Optimizer;

    /// A fresh optimizer for this network.
    ///
    /// # Errors
    /// [`NetworkError::Optimizer`] if a number in it has no meaning.
    fn optimizer(&self, spec: &OptimizerSpec) -> Result<Self::Optimizer, NetworkError>;

    /// Computes the loss and shows every gradient, changing nothing; `None` if the observer ended the pass early.
    ///
    /// # Errors
    /// As [`Network::forward`].
    fn gradients(&self, batch: &Self::Batch, observer: &mut dyn Observer) -> Result<Option<f64>, NetworkError>;

    /// One step of the optimizer; gives the loss before it.
    ///
    /// # Errors
    /// As [`Network::forward`]; [`NetworkError::Optimizer`] if the optimizer is another network's.
    fn step(&mut self, batch: &Self::Batch, optimizer: &mut Self::Optimizer) -> Result<f64, NetworkError>;
}

/// What users of a [`Network`] call, written once over the trait.
pub trait NetworkExt: Network {
    /// The outputs, unobserved.
    ///
    /// # Errors
    /// As [`Network::forward`].
    fn predict(&self, batch: &Self::Batch) -> Result<Outputs, NetworkError> {
        let outputs = self.forward(batch, &mut Unobserved)?;
        outputs.ok_or_else(|| NetworkError::Backend("a pass that nobody observed ended early".into()))
    }
}

impl<N: Network + ?Sized> NetworkExt for N {}
