//! Errors of residual initialization.

use thiserror::Error;

use crate::initializer::ArgumentError;

/// An error from planning the initialization of a residual network.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ResidualStartError {
    /// The network has no residual blocks.
    #[error("{start}: the network has no residual blocks; add them with MlpSpec::residual")]
    NoBlocks {
        /// The method.
        start: &'static str,
    },
    /// The branch of a block has no factor.
    #[error("{start}: the branch that ends in '{weight}' has no factor; build the blocks with Residual::with_scale")]
    NoScale {
        /// The method.
        start: &'static str,
        /// The weight of the branch's last layer.
        weight: String,
    },
    /// The network has norms, which the method replaces.
    #[error("{start}: the layer of '{weight}' has a norm, which {start} replaces; remove the norms")]
    Normalized {
        /// The method.
        start: &'static str,
        /// The weight of the layer.
        weight: String,
    },
    /// An initializer refuses a factor.
    #[error(transparent)]
    Argument(#[from] ArgumentError),
}
