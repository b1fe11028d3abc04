//! Errors of gains.

use thiserror::Error;

/// The names of the moments.
pub(super) const SECOND: &str = "E[f(z)^2]";
pub(super) const SLOPE: &str = "E[f'(z)^2]";
pub(super) const VARIANCE: &str = "Var f(z)";

/// An error from computing a gain.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum GainError {
    /// The moment is 0, so no factor makes it 1: the function or its derivative is 0, or the function is constant.
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
    /// The integral does not converge, no matter how small the pieces.
    #[error(
        "{moment} does not converge near z = {near}: the function jumps, has a pole or is too rough there; for a \
         function with jumps, provide its derivative"
    )]
    Rough {
        /// The moment.
        moment: &'static str,
        /// Where.
        near: f64,
    },
    /// The function returned NaN.
    #[error("{moment}: the function is NaN at z = {at}; define it everywhere")]
    NotANumber {
        /// The moment.
        moment: &'static str,
        /// Where.
        at: f64,
    },
    /// `torch.nn.init.calculate_gain` does not know the activation.
    #[error("PyTorch's calculate_gain has no gain for {activation}; use the forward, backward or standardized gain")]
    NotInPytorch {
        /// The activation.
        activation: String,
    },
}

fn without_moment(moment: &str) -> &'static str {
    match moment {
        SECOND => "the function is 0 and stops every signal",
        SLOPE => "the derivative is 0 and stops every gradient",
        _ => "the function is constant",
    }
}
