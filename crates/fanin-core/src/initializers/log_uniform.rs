//! The log-uniform distribution.

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Elsewhere, Entry, Required, boxed};
use crate::param::{ParamSpec, ParamViewMut};
use crate::values::exact::{exp, ln};

const LOW: Required<f64> = Required::new("low");
const HIGH: Required<f64> = Required::new("high");

pub(super) static ENTRY: Entry = Entry {
    name: "log_uniform",
    aliases: &[],
    arguments: &[&LOW, &HIGH],
    summary: "the logarithm uniform between ln low and ln high",
    formula: "w = exp(ln low + u (ln high - ln low))",
    distribution: "density 1 / (x ln(high / low)): mean (high - low) / ln(high / low); between low and high",
    shapes: "any",
    errors: "a bound that is not above 0, low not below high",
    caution: "for rates and time steps; weights need both signs",
    source: "Bergstra & Bengio 2012, section 2",
    example: "log_uniform(0.001, 0.1)",
    elsewhere: Elsewhere::NONE,
    build: |arguments| boxed(LogUniform::new(LOW.of(arguments)?, HIGH.of(arguments)?)?),
};

/// The log-uniform distribution, `exp(ln low + u (ln high - ln low))` with `u` uniform on `[0, 1)`: every decade is
/// equally likely. Computed in `f64` from the uniform value of the address, with exactly rounded operations, and
/// clamped to the bounds.
///
/// Text: `log_uniform(low, high)`. Any shape. For rates, time steps and scales; not for weights, which need both signs.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::LogUniform};
///
/// let steps: Vec<f32> = LogUniform::new(1e-3, 0.1)?.sample(&ParamSpec::new("dt", [64])?, Seed(0))?;
/// assert!(steps.iter().all(|dt| (1e-3..=0.1).contains(dt)));
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogUniform {
    low: f64,
    high: f64,
}

impl LogUniform {
    /// Creates a log-uniform distribution from `low` to `high`.
    ///
    /// # Errors
    /// [`ArgumentError`] if a bound is not a finite number above 0, or `low` is not below `high`.
    pub fn new(low: f64, high: f64) -> Result<Self, ArgumentError> {
        Self::of(ENTRY.name, low, high)
    }

    pub(super) fn of(initializer: &'static str, low: f64, high: f64) -> Result<Self, ArgumentError> {
        let low = ArgumentError::positive(initializer, LOW.name, low)?;
        let high = ArgumentError::positive(initializer, HIGH.name, high)?;
        if low < high && (high / low).is_finite() {
            return Ok(Self { low, high });
        }
        let reason = if low < high {
            "is too far from high; use bounds with a finite ratio"
        } else {
            "is not below high; use low < high"
        };
        Err(ArgumentError { initializer, argument: LOW.name, value: low.to_string(), reason })
    }

    /// Returns the bounds.
    pub(super) const fn bounds(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Fills with the values, mapped through `change`.
    pub(super) fn fill_changed(
        &self,
        param: &ParamSpec,
        key: Key<'_>,
        mut out: ParamViewMut<'_>,
        change: impl Fn(f64) -> f64,
    ) -> Result<(), InitError> {
        let (start, span) = (ln(self.low), ln(self.high) - ln(self.low));
        let unit = |mut view: ParamViewMut<'_>| view.fill_uniform(key, 0.0, 1.0);
        out.fill_changed(param.name(), unit, |_, u| change(exp(start + u * span).clamp(self.low, self.high)))
    }
}

impl Initializer for LogUniform {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
        out.check_value(key, HIGH.name, self.high)?;
        self.fill_changed(param, key, out, |value| value)
    }

    fn distribution(&self, _: &ParamSpec) -> Distribution {
        Distribution::LogUniform { low: self.low, high: self.high }
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().required(&self.low).required(&self.high).finish())
    }
}
