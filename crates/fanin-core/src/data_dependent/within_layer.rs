//! Within-layer initialization.

use super::neurons::normalize_neurons;
use super::{DataDependent, DataDependentError, Report};
use crate::network::Network;

/// Within-layer initialization (Krähenbühl, Doersch, Donahue & Darrell 2016, "Data-dependent initializations of
/// convolutional neural networks", algorithm 1).
///
/// It processes the layers from first to last. With the mean `mu` and the standard deviation `sigma` of neuron `i`'s
/// sums `W_i a` over the batch:
///
/// ```text
/// W_i <- W_i / sigma_i        b_i <- beta - mu_i / sigma_i
/// ```
///
/// so that every pre-activation has mean `beta` and variance 1. The paper first draws the weights from `N(0, 1)` and
/// sets biases to zero; any plan works, because a neuron's scale cancels and its bias is replaced. A `beta` above 0
/// keeps more ReLUs active.
///
/// The paper's algorithm 2, which then balances the learning speed of the layers, is not implemented. Networks with
/// norms are refused as [`DataDependentError::Normalized`].
///
/// ```
/// use fanin_core::data_dependent::{DataDependent, DataDependentError, WithinLayer};
/// use fanin_core::network::{Network, Samples};
///
/// fn start<N: Network>(network: &mut N, samples: &Samples<'_>) -> Result<(), DataDependentError> {
///     let batch = network.load(samples)?;
///     println!("{}", WithinLayer::new(0.0)?.start(network, &batch)?);
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WithinLayer {
    beta: f64,
}

impl WithinLayer {
    /// Creates the method with target mean `beta` for the pre-activations; the default is 0.
    ///
    /// # Errors
    /// [`DataDependentError::Argument`] if `beta` is not finite.
    pub fn new(beta: f64) -> Result<Self, DataDependentError> {
        if beta.is_finite() {
            return Ok(Self { beta });
        }
        let (value, need) = (beta.to_string(), "a finite number");
        Err(DataDependentError::Argument { method: "within_layer", argument: "beta", value, need })
    }
}

impl DataDependent for WithinLayer {
    fn start<N: Network>(&self, network: &mut N, batch: &N::Batch) -> Result<Report, DataDependentError> {
        normalize_neurons("within_layer", self.beta, network, batch)
    }
}
