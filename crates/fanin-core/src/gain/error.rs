//! Errors of gains.

use thiserror::Error;

/// The names of the moments.
pub(super) const SECOND: &str = "E[f(z)^2]";
pub(super) const SLOPE: &str = "E[f'(z)^2]";
pub(super) const VARIANCE: &str = "Var f(z)";

/// Why a function has no gain in a convention.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum GainError {
    /// The moment is 0, so that no factor makes it 1: a function that is 0, a derivative that is, or a constant function.
    #[error("{moment} is 0, so no gain makes it 1; {}", without_moment(moment))]
    Zero {
        /// The moment.
        moment: &'static str,
    },
    /// The moment is not finite.
    #[error("{moment} is not finite for z ~ N(0, 1), so it has no gain; f must grow slower than exp(z^2 / 4)")]
    Infinite {
        /// The moment.
        moment: &'static str,
    },
    /// The integral does not settle, however small the pieces.
    #[error(
        "{moment} does not settle near z = {near}: the function jumps there, has a pole or is rougher than f64; \
         for a function with jumps, state the derivative to use"
    )]
    Rough {
        /// The moment.
        moment: &'static str,
        /// Where.
        near: f64,
    },
    /// The function is not a number somewhere.
    #[error("{moment}: the function is not a number at z = {at}; give one that is defined everywhere")]
    NotANumber {
        /// The moment.
        moment: &'static str,
        /// Where.
        at: f64,
    },
    /// `torch.nn.init.calculate_gain` does not know the activation.
    #[error("PyTorch's calculate_gain has no gain for {activation}; take the forward, backward or standardized one")]
    NotInPytorch {
        /// The activation.
        activation: String,
    },
}

fn without_moment(moment: &str) -> &'static str {
    match moment {
        SECOND => "the function is 0 and stops every signal",
        SLOPE => "the derivative is 0 and stops every gradient",
        _ => "the function is constant and tells nothing of its input",
    }
}
