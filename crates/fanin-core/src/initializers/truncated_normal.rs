//! The truncated normal distribution.

use crate::address::Key;
use crate::initializer::{ArgumentError, InitError, Initializer, Law};
use crate::param::{ParamSpec, ParamViewMut};
use crate::text::{Arguments, Printer, TextError};
use crate::values::TruncatedUnitNormal;

/// `mean + scale * z`, with `z` a unit normal conditioned on `[low, high]`, not clipped to it.
///
/// The cut narrows: a unit normal cut at ±2 has std 0.8796. *Corrected*, `scale = std / (std of z)`, so that the values have
/// the std that was asked for; uncorrected, `scale = std`, and they are narrower. Keras, JAX and PyTorch's `trunc_normal_`
/// are uncorrected; the truncated variance scaling of Keras and JAX is corrected.
///
/// Text: `truncated_normal(mean = 0, std = 1, low = -2, high = 2, corrected = true)`, bounds in units of `scale` from `mean`,
/// infinite ones allowed. Any shape. One-sided bounds move the mean: see [`Initializer::law`].
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::TruncatedNormal};
///
/// let weight = ParamSpec::new("w", [64, 64])?;
/// let bert = TruncatedNormal::new(0.0, 0.02, -2.0, 2.0)?.uncorrected();
/// let values: Vec<f32> = bert.sample(&weight, Seed(0))?;
/// assert!(values.iter().all(|v| v.abs() <= 0.04));
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TruncatedNormal {
    mean: f64,
    std: f64,
    corrected: bool,
    unit: TruncatedUnitNormal,
    /// The factor of the unit normal.
    scale: f64,
}

impl TruncatedNormal {
    /// A corrected truncated normal: `std` is that of the values after the cut. Bounds in sigma.
    ///
    /// # Errors
    /// [`ArgumentError`] if `mean` or `std` is not finite, `std` is negative, a bound is NaN, or `low` is not below `high`.
    pub fn new(mean: f64, std: f64, low: f64, high: f64) -> Result<Self, ArgumentError> {
        let name = "truncated_normal";
        let unit = TruncatedUnitNormal::new(low, high).map_err(|_| ArgumentError {
            initializer: name,
            argument: "low",
            value: low.to_string(),
            reason: "is not below high; give low < high, in sigma",
        })?;
        let mean = ArgumentError::finite(name, "mean", mean)?;
        let std = ArgumentError::not_negative(name, "std", std)?;
        Ok(Self { mean, std, corrected: true, scale: std / unit.std(), unit })
    }

    /// The same with `std` that of the normal before the cut.
    #[must_use]
    pub fn uncorrected(mut self) -> Self {
        self.corrected = false;
        self.scale = self.std;
        self
    }

    pub(crate) fn from_arguments(arguments: &mut Arguments) -> Result<Self, TextError> {
        let (mean, std) = (arguments.number("mean", 0.0)?, arguments.number("std", 1.0)?);
        let (low, high) = (arguments.number("low", -2.0)?, arguments.number("high", 2.0)?);
        let corrected = arguments.flag("corrected", true)?;
        let cut = Self::new(mean, std, low, high)?;
        Ok(if corrected { cut } else { cut.uncorrected() })
    }
}

impl Initializer for TruncatedNormal {
    fn fill(&self, _: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        out.fill_truncated_normal(key, &self.unit, self.mean, self.scale)
    }

    fn law(&self, _: &ParamSpec) -> Law {
        Law::TruncatedNormal { mean: self.mean, scale: self.scale, unit: self.unit }
    }

    fn text(&self) -> Option<String> {
        let printer = Printer::new("truncated_normal")
            .number("mean", self.mean, 0.0)
            .number("std", self.std, 1.0)
            .number("low", self.unit.low(), -2.0)
            .number("high", self.unit.high(), 2.0)
            .word("corrected", self.corrected, true);
        Some(printer.finish())
    }
}
