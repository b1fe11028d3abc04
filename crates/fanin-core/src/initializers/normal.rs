//! The normal distribution.

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, boxed};
use crate::param::{ParamSpec, ParamViewMut};

const MEAN: Argument<f64> = Argument::new("mean", 0.0);
const STD: Argument<f64> = Argument::new("std", 1.0);

pub(super) static ENTRY: Entry = Entry {
    name: "normal",
    aliases: &["gaussian"],
    arguments: &[&MEAN, &STD],
    summary: "normal",
    formula: "w = mean + std z",
    distribution: "normal with this mean and std; independent, unbounded",
    shapes: "any",
    errors: "a number that is not finite, std below 0; a value that the element type cannot hold",
    caution: "no std fits every width; a deep network needs one scaled to the fan",
    source: "Box & Muller 1958, equation 1",
    example: "normal(std = 0.02)",
    elsewhere: Elsewhere {
        torch: "`normal_`",
        jax: "`normal`",
        keras: "`RandomNormal`",
        candle: "`Randn`",
        burn: "`Normal`",
    },
    build: |arguments| boxed(Normal::new(MEAN.of(arguments)?, STD.of(arguments)?)?),
};

/// The normal distribution with a fixed mean and standard deviation, regardless of the shape. `normal(std = 0.01)`
/// breaks the symmetry of a shallow network; a deep network needs a variance scaled to the fan:
/// [`super::VarianceScaling`].
///
/// Text: `normal`. Any shape. Box & Muller 1958; values lie within 6.66 std of the mean in 32 bits and within 8.57 std
/// in 64 bits.
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
    /// Creates a normal distribution.
    ///
    /// # Errors
    /// [`ArgumentError`] if an argument is not finite, or `std` is negative.
    pub fn new(mean: f64, std: f64) -> Result<Self, ArgumentError> {
        Ok(Self {
            mean: ArgumentError::finite(ENTRY.name, MEAN.name, mean)?,
            std: ArgumentError::not_negative(ENTRY.name, STD.name, std)?,
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
        Some(ENTRY.print().argument(&MEAN, &self.mean).argument(&STD, &self.std).finish())
    }
}
