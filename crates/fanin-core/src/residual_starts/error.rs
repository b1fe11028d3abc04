//! What a start for residual networks cannot serve.

use thiserror::Error;

use crate::initializer::ArgumentError;

/// Why a network has no such start.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ResidualStartError {
    /// No residual block.
    #[error("{start}: the network has no residual block; make some with MlpSpec::residual")]
    NoBlocks {
        /// The start.
        start: &'static str,
    },
    /// A block whose branch has no factor.
    #[error("{start}: the branch that ends in '{weight}' has no factor; build the blocks with Residual::with_scale")]
    NoScale {
        /// The start.
        start: &'static str,
        /// The weight of the branch's last layer.
        weight: String,
    },
    /// A norm where the start takes its place.
    #[error("{start}: the layer of '{weight}' is normalized, and {start} is there to do without; drop the norms")]
    Normalized {
        /// The start.
        start: &'static str,
        /// The weight of the layer.
        weight: String,
    },
    /// A factor that an initializer refuses.
    #[error(transparent)]
    Argument(#[from] ArgumentError),
}
