//! Normalization before a layer's activation.

use super::NetworkError;

/// A normalization of the sums `s = W a + b` of a layer before its activation:
///
/// ```text
/// z = gain (s - mean) / sqrt(var + eps) + bias
/// ```
///
/// with a gain and a bias for each neuron, and the biased variance `var = mean((s - mean)^2)`.
///
/// | norm | mean and variance over | source |
/// |---|---|---|
/// | `Layer` | one sample, over the neurons of the layer | Ba, Kiros & Hinton 2016, eq. 4 |
/// | `Batch` | one neuron, over the samples of the batch; in [`Mode::Eval`](super::Mode::Eval) the running ones | Ioffe & Szegedy 2015, algorithms 1 and 2 |
///
/// The bias `b` of a layer with batch normalization has no effect in training, because subtracting the mean removes it.
///
/// ```
/// use fanin_core::{Activation, ParamSpec, network::{Loss, MlpSpec, Norm}};
///
/// let spec = MlpSpec::new([2, 3, 1], Activation::Relu, Loss::MeanSquaredError)?.norm(Norm::batch())?;
/// let names: Vec<&str> = spec.params().iter().map(ParamSpec::name).collect();
/// assert_eq!(names[2..6], ["norm.weight", "norm.bias", "norm.running_mean", "norm.running_var"].map(|n| format!("layers.0.{n}")));
/// # Ok::<(), fanin_core::network::NetworkError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Norm {
    /// Over the neurons of each sample.
    Layer {
        /// Keeps the division finite.
        eps: f64,
    },
    /// Over the samples of the batch, for each neuron.
    Batch {
        /// The weight of the batch's statistic in the running one at each step: `running = (1 - momentum) running +
        /// momentum statistic`.
        momentum: f64,
        /// Keeps the division finite.
        eps: f64,
    },
}

/// A layer's normalization and the names of its parameters.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LayerNorm {
    /// The kind of normalization.
    pub norm: Norm,
    /// The name of the gain, of shape `[out]`.
    pub weight: String,
    /// The name of the bias, of shape `[out]`.
    pub bias: String,
    /// The names of the running statistics, for batch normalization.
    pub running: Option<RunningNames>,
}

/// The names of a layer's running statistics. These are buffers: a step updates them, they get no gradient, and they
/// start at mean 0 and variance 1.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunningNames {
    /// The name of the running mean, of shape `[out]`.
    pub mean: String,
    /// The name of the running variance, of shape `[out]`.
    pub variance: String,
}

impl Norm {
    /// Returns layer normalization with PyTorch's `eps = 1e-5`.
    #[must_use]
    pub const fn layer() -> Self {
        Self::Layer { eps: 1e-5 }
    }

    /// Returns batch normalization with PyTorch's `momentum = 0.1`, `eps = 1e-5`.
    #[must_use]
    pub const fn batch() -> Self {
        Self::Batch { momentum: 0.1, eps: 1e-5 }
    }

    /// Returns the number added to the variance.
    #[must_use]
    pub const fn eps(self) -> f64 {
        match self {
            Self::Layer { eps } | Self::Batch { eps, .. } => eps,
        }
    }

    /// Returns whether statistics are computed over the batch.
    #[must_use]
    pub const fn is_batch(self) -> bool {
        matches!(self, Self::Batch { .. })
    }

    /// Refuses invalid hyperparameters, and layer normalization of a single neuron.
    pub(super) fn check(self, neurons: usize) -> Result<(), NetworkError> {
        let refuse = |reason: String| Err(NetworkError::Spec(reason));
        let eps = self.eps();
        if !(eps.is_finite() && eps > 0.0) {
            return refuse(format!("norm: invalid eps = {eps}; use a finite number above 0"));
        }
        match self {
            Self::Batch { momentum, .. } if !(0.0..=1.0).contains(&momentum) => {
                refuse(format!("norm: invalid momentum = {momentum}; use a number from 0 to 1"))
            }
            Self::Layer { .. } if neurons == 1 => {
                refuse("norm: a layer of one neuron cannot use layer normalization; use Norm::Batch".to_owned())
            }
            _ => Ok(()),
        }
    }
}

impl LayerNorm {
    /// Creates the names as PyTorch does: `PREFIX.weight` and so on.
    pub(super) fn new(norm: Norm, prefix: &str) -> Self {
        let name = |part: &str| format!("{prefix}.{part}");
        let running =
            norm.is_batch().then(|| RunningNames { mean: name("running_mean"), variance: name("running_var") });
        Self { norm, weight: name("weight"), bias: name("bias"), running }
    }
}
