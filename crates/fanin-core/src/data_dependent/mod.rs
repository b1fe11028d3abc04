//! Starts that look at data: a network, a batch, and weights that a plan has filled.
//!
//! A plan knows a parameter's name and shape; these methods know what the network makes of samples. They run after a plan and
//! scale what it wrote, from the first layer to the last, until the pre-activations are as they are wanted.
//!
//! | method | what it makes of the pre-activations | source |
//! |---|---|---|
//! | [`Lsuv`] | variance 1 over each layer, by one factor a layer | Mishkin & Matas 2016 |
//! | [`WithinLayer`] | mean `beta` and variance 1 of each neuron | Krähenbühl et al. 2016, algorithm 1 |
//! | [`WeightNorm`] | mean 0 and variance 1 of each neuron | Salimans & Kingma 2016, eq. 5 and 6 |
//!
//! The start is a function of the parameters and the batch alone: no number is drawn.

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

/// Scales the parameters of a network by what it makes of a batch.
///
/// # Contract
/// - The parameters have been filled before; a dead start (zeros) is refused, not repaired.
/// - Two runs from the same parameters and batch give the same bits.
/// - What has no meaning for the network is refused before the first parameter is written. A layer that cannot be brought where
///   it should be is an error that names it; the layers before it have been written then.
/// - The network's mode, and its buffers, stay as they are.
pub trait DataDependent: Debug {
    /// Starts the network, and says what was done to each layer.
    ///
    /// # Errors
    /// [`DataDependentError`].
    fn start<N: Network>(&self, network: &mut N, batch: &N::Batch) -> Result<Report, DataDependentError>;
}
