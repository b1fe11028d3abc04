//! Why a comparison could not be made.

use fanin_core::{PlanError, network::NetworkError};
use fanin_diagnostics::DiagnosticsError;
use thiserror::Error;

use crate::data::DataError;

/// Why a comparison could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExperimentError {
    /// Arguments that have no meaning together.
    #[error("{0}")]
    Arguments(String),
    /// The network cannot be built, fed or trained.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The data cannot be had.
    #[error(transparent)]
    Data(#[from] DataError),
    /// An initializer does not fit the network.
    #[error("{start}: {source}")]
    Start {
        /// The start.
        start: String,
        /// What the plan says.
        source: PlanError,
    },
    /// The network cannot be diagnosed.
    #[error(transparent)]
    Diagnostics(#[from] DiagnosticsError),
    /// No pool of threads could be made.
    #[error("no thread could be started: {0}")]
    Threads(String),
}

impl From<fanin_core::InitError> for ExperimentError {
    fn from(error: fanin_core::InitError) -> Self {
        Self::Network(error.into())
    }
}
