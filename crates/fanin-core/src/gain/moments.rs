//! Moments of the built-in activations under a unit normal, and the resulting gains.

use super::{Convention, GainError, Gains, SECOND, SLOPE, double_exponential, gain_of, panels, standardized};
use crate::activation::{Activation, Exact};

impl Activation {
    /// `E[f(z)^2]` for `z ~ N(0, 1)`: the factor by which a layer scales the variance in the forward pass. Weights of
    /// variance `1 / (fan_in E[f(z)^2])` preserve the variance (He et al. 2015, eq. 7-10, with 1/2 for ReLU).
    ///
    /// Exact for the identity and the ReLUs of two slopes, accurate to 1e-13 for the others; the same bits on every
    /// platform.
    ///
    /// ```
    /// use fanin_core::Activation;
    ///
    /// assert_eq!(Activation::Relu.second_moment(), 0.5);
    /// let gain = 1.0 / Activation::Tanh.second_moment().sqrt();
    /// assert!((gain - 1.592_537_419_723).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn second_moment(self) -> f64 {
        self.moment_of_two_lines().unwrap_or_else(|| {
            self.expectation(|z| {
                let value = self.value(Exact(z)).0;
                value * value
            })
        })
    }

    /// `E[f'(z)^2]` for `z ~ N(0, 1)`: the factor by which a layer scales the variance of the gradient in the backward
    /// pass (Schoenholz et al. 2017, `chi_1` at `q = 1`). As accurate as [`Activation::second_moment`].
    #[must_use]
    pub fn slope_moment(self) -> f64 {
        self.moment_of_two_lines().unwrap_or_else(|| {
            self.expectation(|z| {
                let slope = self.derivative(Exact(z)).0;
                slope * slope
            })
        })
    }

    /// `E[f(z)]` and `Var f(z)` for `z ~ N(0, 1)`, as accurate as [`Activation::second_moment`].
    #[must_use]
    pub fn mean_and_variance(self) -> (f64, f64) {
        if self == Self::Identity {
            return (0.0, 1.0);
        }
        let value = |z| self.value(Exact(z)).0;
        let mean = self.expectation(value);
        (mean, self.expectation(|z| (value(z) - mean) * (value(z) - mean)))
    }

    /// The gain in one convention; see [`gain`](crate::gain).
    ///
    /// # Errors
    /// [`GainError::NotInPytorch`]; [`GainError::Infinite`] if a large argument makes a moment infinite.
    pub fn gain(self, convention: Convention) -> Result<f64, GainError> {
        match convention {
            Convention::Forward => gain_of(SECOND, self.second_moment()),
            Convention::Backward => gain_of(SLOPE, self.slope_moment()),
            Convention::Standardized => {
                let (mean, variance) = self.mean_and_variance();
                standardized(variance, mean)
            }
            Convention::Pytorch => {
                self.pytorch_gain().ok_or_else(|| GainError::NotInPytorch { activation: self.to_string() })
            }
        }
    }

    /// The gains in every convention.
    ///
    /// # Errors
    /// [`GainError::Infinite`] if a large argument makes a moment infinite.
    pub fn gains(self) -> Result<Gains, GainError> {
        Ok(Gains {
            forward: self.gain(Convention::Forward)?,
            backward: self.gain(Convention::Backward)?,
            standardized: self.gain(Convention::Standardized)?,
            pytorch: self.pytorch_gain(),
        })
    }

    /// Computes `E[g(z)]` for a function with this activation's kinks; NaN if that fails.
    fn expectation(self, g: impl Fn(f64) -> f64) -> f64 {
        let kinks = self.page().kinks;
        if kinks.iter().all(|kink| *kink == 0.0) {
            return double_exponential::expectation(g);
        }
        panels::expectation(g, kinks).unwrap_or(f64::NAN)
    }
}
