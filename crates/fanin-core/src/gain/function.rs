//! Gains of custom functions.

use std::fmt;

use super::panels::{self, Panel};
use super::{Convention, GainError, Gains, SECOND, SLOPE, VARIANCE, gain_of, standardized};

/// A function `f` from `f64` to `f64`, for its gains: an activation that fanin does not have.
///
/// # Accuracy
/// Gains are right to 1e-9 relative if `f` is piecewise smooth, is computed to `f64`'s rounding, and has no feature narrower
/// than about 1/50 that lies between kinks: the line from -38 to 38 is cut into pieces of 1/4 (1 beyond ±9), and pieces are
/// halved until ten points of Gauss and Legendre agree with twice ten. Kinks and jumps are found by bisection, so none
/// need be named; a feature narrower than the points is found if its edges are named with [`Function::with_kinks`].
///
/// The derivative is [`Function::with_derivative`]'s if one is stated. Otherwise it is that of the polynomial through the ten
/// points of each piece, right to 1e-9 for piecewise smooth functions too. A function that jumps has no derivative whose
/// square could be integrated: without a stated one, its backward gain is [`GainError::Rough`].
///
/// The arithmetic around `f` is the same on every machine; the bits are as reproducible as `f`.
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

/// Makes a function of a closure, without a stated derivative.
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

    /// Names places where the function or one of its derivatives jumps, or where a narrow feature begins or ends. NaN and
    /// infinities are ignored.
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

    /// The stated `f'(z)`, if any.
    #[must_use]
    pub fn derivative(&self, z: f64) -> Option<f64> {
        self.derivative.as_ref().map(|derivative| derivative(z))
    }

    /// `E[f(z)^2]` for `z ~ N(0, 1)`.
    ///
    /// # Errors
    /// [`GainError`] if it is not finite or does not settle.
    pub fn second_moment(&self) -> Result<f64, GainError> {
        panels::integral(SECOND, &self.kinks, |panel: Panel| panel.square(SECOND, &self.value))
    }

    /// `E[f'(z)^2]` for `z ~ N(0, 1)`.
    ///
    /// # Errors
    /// [`GainError`] if it is not finite or does not settle.
    pub fn slope_moment(&self) -> Result<f64, GainError> {
        panels::integral(SLOPE, &self.kinks, |panel: Panel| match &self.derivative {
            Some(derivative) => panel.square(SLOPE, derivative),
            None => panel.slope_square(SLOPE, &self.value),
        })
    }

    /// `E[f(z)]` and `Var f(z)` for `z ~ N(0, 1)`.
    ///
    /// # Errors
    /// [`GainError`] if one is not finite or does not settle.
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

    /// The gains in every convention but PyTorch's.
    ///
    /// # Errors
    /// As [`Function::gain`].
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
