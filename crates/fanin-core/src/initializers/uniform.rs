//! The uniform distribution.

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, boxed};
use crate::param::{ParamSpec, ParamViewMut};

const LOW: Argument<f64> = Argument::new("low", 0.0);
const HIGH: Argument<f64> = Argument::new("high", 1.0);

pub(super) static ENTRY: Entry = Entry {
    name: "uniform",
    aliases: &[],
    arguments: &[&LOW, &HIGH],
    summary: "uniform on [low, high)",
    formula: "w = low + (high - low) u; mean (low + high) / 2, std (high - low) / sqrt 12",
    distribution: "uniform: mean (low + high) / 2, std (high - low) / sqrt 12, high excluded",
    shapes: "any",
    errors: "low not below high; a value that the element type cannot hold",
    caution: "no scale fits every width; for weights, prefer an initializer that uses the fan",
    source: "LeCun et al. 1998, section 4.6",
    example: "uniform(low = -0.05, high = 0.05)",
    elsewhere: Elsewhere {
        torch: "`uniform_`",
        jax: "`uniform`",
        keras: "`RandomUniform`",
        candle: "`Uniform`",
        burn: "`Uniform`",
    },
    build: |arguments| boxed(Uniform::new(LOW.of(arguments)?, HIGH.of(arguments)?)?),
};

/// The uniform distribution on `[low, high)`, with mean `(low + high) / 2` and std `(high - low) / sqrt 12`.
///
/// Text: `uniform`. Any shape. `high` is never reached in 32 and 64 bits; rounding to 16 bits can reach it.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::Uniform};
///
/// let table = ParamSpec::new("embedding", [100, 8])?;
/// let values: Vec<f32> = Uniform::new(-0.05, 0.05)?.sample(&table, Seed(0))?;
/// assert!(values.iter().all(|v| (-0.05..0.05).contains(v)));
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    low: f64,
    high: f64,
}

impl Uniform {
    /// Creates a uniform distribution on `[low, high)`.
    ///
    /// # Errors
    /// [`ArgumentError`] if a bound or `high - low` is not finite, or `low` is not below `high`.
    pub fn new(low: f64, high: f64) -> Result<Self, ArgumentError> {
        let low = ArgumentError::finite(ENTRY.name, LOW.name, low)?;
        let high = ArgumentError::finite(ENTRY.name, HIGH.name, high)?;
        let refuse =
            |reason| Err(ArgumentError { initializer: ENTRY.name, argument: LOW.name, value: low.to_string(), reason });
        if low >= high {
            return refuse("is not below high; use low < high");
        }
        if !(high - low).is_finite() {
            return refuse("is too far from high; use bounds with a finite difference");
        }
        Ok(Self { low, high })
    }
}

impl Initializer for Uniform {
    fn fill(&self, _: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        out.fill_uniform(key, self.low, self.high)
    }

    fn distribution(&self, _: &ParamSpec) -> Distribution {
        Distribution::Uniform { low: self.low, high: self.high }
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().argument(&LOW, &self.low).argument(&HIGH, &self.high).finish())
    }
}
