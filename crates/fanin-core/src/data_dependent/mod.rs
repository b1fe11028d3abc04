//! Data-dependent initialization: scaling a network's weights with a batch.
//!
//! A plan knows only a parameter's name and shape; these methods see how the network responds to samples. They run
//! after a plan and scale the weights it wrote, from the first layer to the last, until the pre-activations have the
//! target moments.
//!
//! | method | target for the pre-activations | source |
//! |---|---|---|
//! | [`Lsuv`] | variance 1 over each layer, with one factor per layer | Mishkin & Matas 2016 |
//! | [`WithinLayer`] | mean `beta` and variance 1 for each neuron | Krähenbühl et al. 2016, algorithm 1 |
//! | [`WeightNorm`] | mean 0 and variance 1 for each neuron | Salimans & Kingma 2016, eq. 5 and 6 |
//!
//! The result depends only on the parameters and the batch: no random numbers are drawn.

mod error;
mod lsuv;
mod moments;
mod neurons;
mod report;
mod weight_norm;
mod within_layer;

use std::fmt::Debug;

pub use error::DataDependentError;
pub use lsuv::Lsuv;
pub use report::{LayerStart, Moments, Report};
pub use weight_norm::WeightNorm;
pub use within_layer::WithinLayer;

use crate::network::Network;

/// Scales the parameters of a network with a batch.
///
/// # Contract
/// - The parameters must be filled before. A dead network (zeros) is refused, not repaired.
/// - Two runs from the same parameters and batch produce the same bits.
/// - Networks that the method does not support are refused before any parameter is written. If a layer cannot reach its
///   target, the error names it; the layers before it have been written by then.
/// - The network's mode and buffers stay unchanged.
pub trait DataDependent: Debug {
    /// Initializes the network and reports the changes to each layer.
    ///
    /// # Errors
    /// [`DataDependentError`].
    fn start<N: Network>(&self, network: &mut N, batch: &N::Batch) -> Result<Report, DataDependentError>;
}
