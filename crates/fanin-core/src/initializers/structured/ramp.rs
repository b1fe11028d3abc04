//! Evenly spaced values, for tests.

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, boxed};
use crate::param::{ParamSpec, ParamViewMut};

const LOW: Argument<f64> = Argument::new("low", 0.0);
const HIGH: Argument<f64> = Argument::new("high", 1.0);
const START: Argument<f64> = Argument::new("start", 0.0);
const STEP: Argument<f64> = Argument::new("step", 1.0);

pub(super) static LINSPACE: Entry = Entry {
    name: "linspace",
    aliases: &[],
    arguments: &[&LOW, &HIGH],
    summary: "from low to high in equal steps, for tests",
    formula: "w[i] = low + (high - low) i / (n - 1)",
    distribution: "fixed",
    shapes: "any",
    errors: "a number that is not finite",
    caution: "for tests: rows are nearly parallel",
    source: "no paper: for tests",
    example: "linspace(low = -1, high = 1)",
    elsewhere: Elsewhere::NONE,
    build: |arguments| boxed(Linspace::new(LOW.of(arguments)?, HIGH.of(arguments)?)?),
};

pub(super) static RAMP: Entry = Entry {
    name: "ramp",
    aliases: &[],
    arguments: &[&START, &STEP],
    summary: "start + step times the index, for tests",
    formula: "w[i] = start + step i",
    distribution: "fixed",
    shapes: "any",
    errors: "a number that is not finite",
    caution: "for tests: values are as large as their index",
    source: "no paper: for tests",
    example: "ramp(step = 0.5)",
    elsewhere: Elsewhere::NONE,
    build: |arguments| boxed(Ramp::new(START.of(arguments)?, STEP.of(arguments)?)?),
};

/// Evenly spaced values from `low` to `high`, row by row: element `i` of `n` is `low + (high - low) i / (n - 1)`. A
/// single element is `low`.
///
/// Text: `linspace`. Any shape. For tests of code that reads weights; not for training: rows are nearly
/// parallel.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::Linspace};
///
/// let weight = ParamSpec::new("w", [5])?;
/// assert_eq!(Linspace::new(-1.0, 1.0)?.sample::<f32>(&weight, Seed(0))?, [-1.0, -0.5, 0.0, 0.5, 1.0]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Linspace {
    low: f64,
    high: f64,
}

/// Values `start + step i` for element `i`, row by row. With the defaults, each value is the index of its element.
///
/// Text: `ramp`. Any shape. For tests of layouts, windows and transposes; not for training.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::Ramp};
///
/// let weight = ParamSpec::new("w", [2, 2])?;
/// assert_eq!(Ramp::new(0.0, 1.0)?.sample::<f32>(&weight, Seed(0))?, [0.0, 1.0, 2.0, 3.0]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ramp {
    start: f64,
    step: f64,
}

impl Linspace {
    /// Creates values from `low` to `high`; `high` may be below `low`.
    ///
    /// # Errors
    /// [`ArgumentError`] if an argument, or their difference, is not finite.
    pub fn new(low: f64, high: f64) -> Result<Self, ArgumentError> {
        let (low, high) = (
            ArgumentError::finite(LINSPACE.name, LOW.name, low)?,
            ArgumentError::finite(LINSPACE.name, HIGH.name, high)?,
        );
        ArgumentError::finite(LINSPACE.name, "high - low", high - low)?;
        Ok(Self { low, high })
    }
}

impl Ramp {
    /// Creates values from `start` on, in steps of `step`.
    ///
    /// # Errors
    /// [`ArgumentError`] if an argument is not finite.
    pub fn new(start: f64, step: f64) -> Result<Self, ArgumentError> {
        Ok(Self {
            start: ArgumentError::finite(RAMP.name, START.name, start)?,
            step: ArgumentError::finite(RAMP.name, STEP.name, step)?,
        })
    }
}

impl Initializer for Linspace {
    #[expect(clippy::cast_precision_loss, reason = "no parameter has 2^53 elements")]
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        out.check_bounds(key, (self.low, self.high))?;
        let last = param.len().saturating_sub(1).max(1) as f64;
        out.fill_each(|index| self.low + (self.high - self.low) * index as f64 / last);
        Ok(())
    }

    fn distribution(&self, _: &ParamSpec) -> Distribution {
        Distribution::Fixed
    }

    fn text(&self) -> Option<String> {
        Some(LINSPACE.print().argument(&LOW, &self.low).argument(&HIGH, &self.high).finish())
    }
}

impl Initializer for Ramp {
    #[expect(clippy::cast_precision_loss, reason = "no parameter has 2^53 elements")]
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let last = param.len().saturating_sub(1) as f64;
        out.check_bounds(key, (self.start, self.start + self.step * last))?;
        out.fill_each(|index| self.start + self.step * index as f64);
        Ok(())
    }

    fn distribution(&self, _: &ParamSpec) -> Distribution {
        Distribution::Fixed
    }

    fn text(&self) -> Option<String> {
        Some(RAMP.print().argument(&START, &self.start).argument(&STEP, &self.step).finish())
    }
}
