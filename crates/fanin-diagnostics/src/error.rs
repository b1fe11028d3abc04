//! Errors of the diagnostics.

use fanin_core::{InitError, network::NetworkError};
use thiserror::Error;

/// An error from diagnosing a network.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DiagnosticsError {
    /// The pass failed.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A parameter could not be read.
    #[error(transparent)]
    Parameter(#[from] InitError),
    /// A layer refers to a parameter whose shape does not match the layer's width.
    #[error(
        "layer {layer} expects parameter '{name}' to be {expected}, but its shape is {found:?}; fix the names in \
         Network::layers"
    )]
    Shape {
        /// The layer's index.
        layer: usize,
        /// The parameter.
        name: String,
        /// The shape that the layer expects.
        expected: String,
        /// The parameter's shape.
        found: Vec<usize>,
    },
    /// A parameter's length changed between the snapshot and the comparison.
    #[error(
        "parameter '{name}' had {before} elements in the snapshot but has {after} now; use a snapshot of the same model"
    )]
    Length {
        /// The parameter.
        name: String,
        /// The number of elements in the snapshot.
        before: usize,
        /// The number of elements now.
        after: usize,
    },
}
