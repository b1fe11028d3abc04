//! The data-dependent initialization of weight normalization.

use super::neurons::normalize_neurons;
use super::{DataDependent, DataDependentError, Report};
use crate::network::Network;

/// The data-dependent initialization of weight normalization (Salimans & Kingma 2016, eq. 5 and 6), applied to the
/// weights and biases of a plain network.
///
/// Weight normalization parameterizes a neuron's weight as `w = g v / |v|`. With `t = v a / |v|`, its mean `mu[t]` and
/// its standard deviation `sigma[t]` over the batch,
///
/// ```text
/// g = 1 / sigma[t]        b = -mu[t] / sigma[t]
/// ```
///
/// give every pre-activation `z = w a + b` mean 0 and variance 1. `v` is the row drawn by the plan (the paper uses
/// `N(0, 0.05^2)`); its length cancels. Afterwards `g` is the length of the neuron's row, and the previous biases are
/// replaced.
///
/// A network that trains `g` and `v` separately uses another parameterization, not another initialization: this method
/// gives the same function at the first step. Use a batch with many samples, because the moments of a neuron are
/// accurate to `1 / sqrt(samples)`. Networks with norms are refused as [`DataDependentError::Normalized`].
///
/// ```
/// use fanin_core::data_dependent::{DataDependent, DataDependentError, WeightNorm};
/// use fanin_core::network::{Network, Samples};
///
/// fn start<N: Network>(network: &mut N, samples: &Samples<'_>) -> Result<(), DataDependentError> {
///     let batch = network.load(samples)?;
///     println!("{}", WeightNorm.start(network, &batch)?);
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WeightNorm;

impl DataDependent for WeightNorm {
    fn start<N: Network>(&self, network: &mut N, batch: &N::Batch) -> Result<Report, DataDependentError> {
        normalize_neurons("weight_norm", 0.0, network, batch)
    }
}
