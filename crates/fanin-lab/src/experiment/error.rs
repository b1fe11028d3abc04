//! Errors of experiments.

use fanin_core::{ResolveError, network::NetworkError};
use fanin_diagnostics::DiagnosticsError;
use thiserror::Error;

use crate::data::DataError;

/// An error from running an experiment.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExperimentError {
    /// The combination of arguments is invalid.
    #[error("{0}")]
    Arguments(String),
    /// The network could not be built, fed or trained.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The data could not be loaded.
    #[error(transparent)]
    Data(#[from] DataError),
    /// An initializer does not fit the network.
    #[error("{start}: {source}")]
    Start {
        /// The start.
        start: String,
        /// The plan's error.
        source: ResolveError,
    },
    /// The network could not be diagnosed.
    #[error(transparent)]
    Diagnostics(#[from] DiagnosticsError),
    /// The thread pool could not be created.
    #[error("cannot start threads: {0}")]
    Threads(String),
}

impl From<fanin_core::InitError> for ExperimentError {
    fn from(error: fanin_core::InitError) -> Self {
        Self::Network(error.into())
    }
}
