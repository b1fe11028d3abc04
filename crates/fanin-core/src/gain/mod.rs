//! Gains: the factors by which weights compensate for the effect of an activation on a signal.
//!
//! There are three conventions and a table, all for `z ~ N(0, 1)`, the approximate distribution of a pre-activation:
//!
//! | convention | gain | preserves |
//! |---|---|---|
//! | forward | `1 / sqrt(E[f(z)^2])` | the second moment of the signal, layer after layer (He et al. 2015, eq. 7-10) |
//! | backward | `1 / sqrt(E[f'(z)^2])` | the second moment of the gradient (He et al. 2015, eq. 14; Schoenholz et al. 2017, `chi_1` = 1) |
//! | standardized | `1 / std f(z)` | the variance of the signal about its mean (Brock et al. 2021, NF-nets, section 4.1; Klambauer et al. 2017) |
//! | pytorch | `torch.nn.init.calculate_gain` | no moment: 5/3 for tanh and 3/4 for SELU are empirical |
//!
//! A weight with this gain has std `gain / sqrt(fan_in)`. Gains of built-in activations are accurate to 1e-12 relative,
//! with the same bits on every machine. Gains of a custom [`Function`] are accurate to 1e-9 under the conditions on its
//! page.
//!
//! ```
//! use fanin_core::Activation;
//! use fanin_core::gain::{self, Convention};
//!
//! let gains = Activation::Tanh.gains()?;
//! assert!((gains.forward - 1.592_537_419_723).abs() < 1e-12);
//! assert_eq!(gains.pytorch, Some(5.0 / 3.0));
//!
//! let mine = gain::of(|z: f64| z.abs());
//! assert!((mine.gain(Convention::Forward)? - 1.0).abs() < 1e-9);
//! # Ok::<(), fanin_core::gain::GainError>(())
//! ```

mod double_exponential;
mod error;
mod function;
mod moments;
mod panels;

use std::fmt;

pub use error::GainError;
use error::{SECOND, SLOPE, VARIANCE};
pub use function::{Function, of};
pub use panels::expectation;

/// A convention for gains; see the table in the [module documentation](self).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Convention {
    /// `1 / sqrt(E[f(z)^2])`
    Forward,
    /// `1 / sqrt(E[f'(z)^2])`
    Backward,
    /// `1 / std f(z)`
    Standardized,
    /// `torch.nn.init.calculate_gain`
    Pytorch,
}

impl Convention {
    /// Every convention.
    pub const ALL: [Self; 4] = [Self::Forward, Self::Backward, Self::Standardized, Self::Pytorch];

    /// The formula, for display.
    #[must_use]
    pub const fn formula(self) -> &'static str {
        match self {
            Self::Forward => "1 / sqrt(E[f(z)^2])",
            Self::Backward => "1 / sqrt(E[f'(z)^2])",
            Self::Standardized => "1 / std f(z)",
            Self::Pytorch => "torch.nn.init.calculate_gain",
        }
    }
}

impl fmt::Display for Convention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Forward => "forward",
            Self::Backward => "backward",
            Self::Standardized => "standardized",
            Self::Pytorch => "pytorch",
        })
    }
}

/// The gains of one activation in every [`Convention`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gains {
    /// `1 / sqrt(E[f(z)^2])`
    pub forward: f64,
    /// `1 / sqrt(E[f'(z)^2])`
    pub backward: f64,
    /// `1 / std f(z)`
    pub standardized: f64,
    /// `torch.nn.init.calculate_gain`; `None` for activations it does not support.
    pub pytorch: Option<f64>,
}

/// Returns the gain that makes a moment 1.
fn gain_of(moment: &'static str, value: f64) -> Result<f64, GainError> {
    if !value.is_finite() {
        return Err(GainError::Infinite { moment });
    }
    if !value.is_normal() {
        return Err(GainError::Zero { moment });
    }
    Ok((1.0 / value).sqrt())
}

/// Returns the gain that makes a variance 1. A variance within the rounding error of the mean counts as 0.
fn standardized(variance: f64, mean: f64) -> Result<f64, GainError> {
    let rounding = 1e-14 * mean;
    gain_of(VARIANCE, if variance <= rounding * rounding { 0.0 } else { variance })
}
