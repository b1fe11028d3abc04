//! Gains of custom functions.

use std::fmt;

use super::panels::{self, Panel};
use super::{Convention, GainError, Gains, SECOND, SLOPE, VARIANCE, gain_of, standardized};

/// A custom activation, as a function `f` from `f64` to `f64` whose gains can be computed.
///
/// # Accuracy
/// Gains are accurate to 1e-9 relative if `f` is piecewise smooth, computed to `f64` precision, and has no feature
/// narrower than about 1/50 between its kinks. The line from -38 to 38 is split into pieces of 1/4 (1 beyond ±9), which
/// are halved until 10-point and 20-point Gauss-Legendre quadrature agree. Kinks and jumps are found by bisection and
/// need not be listed; list the edges of narrower features with [`Function::with_kinks`].
///
/// The derivative is the one passed to [`Function::with_derivative`], if any. Otherwise it is the derivative of the
/// polynomial through the ten points of each piece, also accurate to 1e-9 for piecewise smooth functions. The squared
/// derivative of a function that jumps is not integrable: without an explicit derivative, its backward gain is
/// [`GainError::Rough`].
///
/// The arithmetic around `f` gives the same bits on every machine, so results are as reproducible as `f`.
///
/// ```
/// use fanin_core::gain::{self, Convention};
///
/// // A clipped ReLU: E[f'^2] = P(0 < z < 1).
/// let clipped = gain::of(|z: f64| z.clamp(0.0, 1.0));
/// let gain = clipped.gain(Convention::Backward)?;
/// assert!((gain - 1.711_604_378_056_766).abs() < 1e-9);
/// # Ok::<(), fanin_core::gain::GainError>(())
/// ```
pub struct Function<'f> {
    value: Box<dyn Fn(f64) -> f64 + 'f>,
    derivative: Option<Box<dyn Fn(f64) -> f64 + 'f>>,
    kinks: Vec<f64>,
}

/// Creates a function from a closure, without an explicit derivative.
#[must_use]
pub fn of<'f>(value: impl Fn(f64) -> f64 + 'f) -> Function<'f> {
    Function { value: Box::new(value), derivative: None, kinks: Vec::new() }
}

impl<'f> Function<'f> {
    /// States the derivative.
    #[must_use]
    pub fn with_derivative(mut self, derivative: impl Fn(f64) -> f64 + 'f) -> Self {
        self.derivative = Some(Box::new(derivative));
        self
    }

    /// Adds points where the function or one of its derivatives jumps, or where a narrow feature begins or ends. NaN
    /// and infinities are ignored.
    #[must_use]
    pub fn with_kinks(mut self, kinks: impl IntoIterator<Item = f64>) -> Self {
        self.kinks.extend(kinks);
        self
    }

    /// `f(z)`.
    #[must_use]
    pub fn value(&self, z: f64) -> f64 {
        (self.value)(z)
    }

    /// The explicit `f'(z)`, if any.
    #[must_use]
    pub fn derivative(&self, z: f64) -> Option<f64> {
        self.derivative.as_ref().map(|derivative| derivative(z))
    }

    /// `E[f(z)^2]` for `z ~ N(0, 1)`.
    ///
    /// # Errors
    /// [`GainError`] if the moment is not finite or the integral does not converge.
    pub fn second_moment(&self) -> Result<f64, GainError> {
        panels::integral(SECOND, &self.kinks, |panel: Panel| panel.square(SECOND, &self.value))
    }

    /// `E[f'(z)^2]` for `z ~ N(0, 1)`.
    ///
    /// # Errors
    /// [`GainError`] if the moment is not finite or the integral does not converge.
    pub fn slope_moment(&self) -> Result<f64, GainError> {
        panels::integral(SLOPE, &self.kinks, |panel: Panel| match &self.derivative {
            Some(derivative) => panel.square(SLOPE, derivative),
            None => panel.slope_square(SLOPE, &self.value),
        })
    }

    /// `E[f(z)]` and `Var f(z)` for `z ~ N(0, 1)`.
    ///
    /// # Errors
    /// [`GainError`] if a moment is not finite or an integral does not converge.
    pub fn mean_and_variance(&self) -> Result<(f64, f64), GainError> {
        let mean = panels::expectation(&self.value, &self.kinks)?;
        let centered = |z| (self.value)(z) - mean;
        let variance = panels::integral(VARIANCE, &self.kinks, |panel: Panel| panel.square(VARIANCE, centered))?;
        Ok((mean, variance))
    }

    /// The gain in one convention; see [`gain`](super).
    ///
    /// # Errors
    /// [`GainError`] if the moment is 0 or not finite, and always in PyTorch's convention.
    pub fn gain(&self, convention: Convention) -> Result<f64, GainError> {
        match convention {
            Convention::Forward => gain_of(SECOND, self.second_moment()?),
            Convention::Backward => gain_of(SLOPE, self.slope_moment()?),
            Convention::Standardized => {
                let (mean, variance) = self.mean_and_variance()?;
                standardized(variance, mean)
            }
            Convention::Pytorch => Err(GainError::NotInPytorch { activation: "a custom function".to_owned() }),
        }
    }

    /// The gains in every convention except PyTorch's.
    ///
    /// # Errors
    /// Same as [`Function::gain`].
    pub fn gains(&self) -> Result<Gains, GainError> {
        Ok(Gains {
            forward: self.gain(Convention::Forward)?,
            backward: self.gain(Convention::Backward)?,
            standardized: self.gain(Convention::Standardized)?,
            pytorch: None,
        })
    }
}

impl fmt::Debug for Function<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stated = self.derivative.is_some();
        f.debug_struct("Function").field("derivative", &stated).field("kinks", &self.kinks).finish_non_exhaustive()
    }
}
