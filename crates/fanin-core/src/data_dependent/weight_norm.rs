//! The data-dependent start of weight normalization.

use super::neurons::normalize_neurons;
use super::{DataDependent, DataDependentError, Report};
use crate::network::Network;

/// The data-dependent start of weight normalization (Salimans & Kingma 2016, eq. 5 and 6), written into the weights and biases
/// of a plain network.
///
/// Weight normalization writes a neuron's weight as `w = g v / |v|`. With `t = v a / |v|`, the mean `mu[t]` and the standard
/// deviation `sigma[t]` over the batch,
///
/// ```text
/// g = 1 / sigma[t]        b = -mu[t] / sigma[t]
/// ```
///
/// make every pre-activation `z = w a + b` of mean 0 and variance 1. The `v` is the row that the plan drew (the paper takes
/// `N(0, 0.05^2)`); its length falls out. After the start `g` of a neuron is the length of its row, and the biases that were
/// there are replaced.
///
/// A network that trains `g` and `v` apart is another parameterisation, not another start: this is its function at the first
/// step. Use a batch of many samples: a neuron's mean and deviation are those of the batch, to `1 / sqrt(samples)`. Do not use
/// it behind norms: refused as [`DataDependentError::Normalized`].
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
