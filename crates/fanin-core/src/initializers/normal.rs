//! The normal distribution.

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::param::{ParamSpec, ParamViewMut};
use crate::text::Printer;

/// Normal of the given mean and standard deviation, the same for every shape. `normal(std = 0.01)` breaks the symmetry of a
/// shallow network; a deep one needs its variance scaled to the fan: [`super::VarianceScaling`].
///
/// Text: `normal(mean = 0, std = 1)`. Any shape. Box & Muller 1958; largest distance from the mean 6.66 std in 32 bits, 8.57
/// std in 64.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::Normal};
///
/// let weight = ParamSpec::new("w", [64, 64])?;
/// let values: Vec<f64> = Normal::new(0.0, 0.01)?.sample(&weight, Seed(0))?;
/// assert!(values.iter().all(|v| v.abs() < 0.0858));
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    mean: f64,
    std: f64,
}

impl Normal {
    /// A normal distribution.
    ///
    /// # Errors
    /// [`ArgumentError`] if a number is not finite, or `std` is negative.
    pub fn new(mean: f64, std: f64) -> Result<Self, ArgumentError> {
        Ok(Self {
            mean: ArgumentError::finite("normal", "mean", mean)?,
            std: ArgumentError::not_negative("normal", "std", std)?,
        })
    }
}

impl Initializer for Normal {
    fn fill(&self, _: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        out.fill_normal(key, self.mean, self.std)
    }

    fn distribution(&self, _: &ParamSpec) -> Distribution {
        Distribution::Normal { mean: self.mean, std: self.std }
    }

    fn text(&self) -> Option<String> {
        Some(Printer::new("normal").number("mean", self.mean, 0.0).number("std", self.std, 1.0).finish())
    }
}
