//! What goes wrong while a network is looked at.

use fanin_core::{InitError, network::NetworkError};
use thiserror::Error;

/// Why a network could not be diagnosed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DiagnosticsError {
    /// The pass failed.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A parameter could not be read.
    #[error(transparent)]
    Parameter(#[from] InitError),
    /// A layer names a parameter of another shape than its own width says.
    #[error(
        "layer {layer} reads parameter '{name}' as {expected}; its shape is {found:?}. Name the layer's own parameters in \
         Network::layers"
    )]
    Shape {
        /// The layer's index.
        layer: usize,
        /// The parameter.
        name: String,
        /// The shape that the layer says.
        expected: String,
        /// The parameter's shape.
        found: Vec<usize>,
    },
    /// A parameter changed its length between a snapshot and the comparison with it.
    #[error(
        "parameter '{name}' had {before} elements in the snapshot and has {after} now; take the snapshot of the same model"
    )]
    Length {
        /// The parameter.
        name: String,
        /// Elements in the snapshot.
        before: usize,
        /// Elements now.
        after: usize,
    },
}
