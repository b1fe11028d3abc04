//! The truncated normal distribution.

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Argument, Arguments, Elsewhere, Entry, TextError, boxed, words};
use crate::param::{ParamSpec, ParamViewMut};
use crate::values::TruncatedUnitNormal;

const MEAN: Argument<f64> = Argument::new("mean", 0.0);
const STD: Argument<f64> = Argument::new("std", 1.0);
const LOW: Argument<f64> = Argument::new("low", -2.0);
const HIGH: Argument<f64> = Argument::new("high", 2.0);
const CORRECTED: Argument<bool> = Argument::new("corrected", true);
const BOUNDS: Argument<Bounds> = Argument::new("bounds", Bounds::Sigma);

pub(super) static ENTRY: Entry = Entry {
    name: "truncated_normal",
    aliases: &[],
    arguments: &[&MEAN, &STD, &LOW, &HIGH, &CORRECTED, &BOUNDS],
    summary: "normal, truncated at low and high, in sigma or as values (bounds = absolute); corrected: std is that \
              of the truncated values",
    formula: "w = mean + scale z, z a unit normal between the bounds; scale = std, or std / (std of z) if corrected",
    distribution: "truncated normal: the given std if corrected, else std times the std of z (0.8796 at 2 sigma); \
                   between the bounds",
    shapes: "any",
    errors: "low not below high, std below 0, a std too large for absolute bounds; a value that the element type \
             cannot hold",
    caution: "PyTorch's trunc_normal_ is uncorrected and absolute: at std 0.02 its bounds of 2 have no effect",
    source: "Johnson, Kotz & Balakrishnan 1994, section 13.10.1",
    example: "truncated_normal(std = 0.02, corrected = false, bounds = absolute)",
    elsewhere: Elsewhere {
        torch: "`trunc_normal_`[^uncorrected]",
        jax: "`truncated_normal`[^sigma]",
        keras: "`TruncatedNormal`[^sigma]",
        ..Elsewhere::NONE
    },
    build: |arguments| boxed(TruncatedNormal::from_arguments(arguments)?),
};

/// `mean + scale * z`, where `z` is a unit normal conditioned on bounds, not clipped to them.
///
/// Truncation reduces the std: a unit normal cut at ±2 has std 0.8796. If *corrected*, `scale` is chosen so that the
/// values have the given std; if uncorrected, `scale = std`, and the std of the values is smaller. Keras, JAX and
/// PyTorch's `trunc_normal_` are uncorrected; the truncated variance scaling of Keras and JAX is corrected.
///
/// Bounds are either in *sigma*, that is, in units of `scale` from `mean`, or *absolute* values. PyTorch's
/// `trunc_normal_(std = 0.02, a = -2, b = 2)` is absolute: those bounds are 100 sigma away and cut nothing. With bounds
/// in sigma the correction is `scale = std / (std of z)`; with absolute ones it is the root of
/// `scale * (std of z at that scale) = std`, and a std that no normal reaches within the bounds is rejected.
///
/// Text: `truncated_normal`; `bounds` is sigma or absolute; `low` and `high` may be infinite. Any shape. One-sided
/// bounds shift the mean: see [`Initializer::distribution`].
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
    /// The bounds, if they are absolute.
    absolute: Option<(f64, f64)>,
    unit: TruncatedUnitNormal,
    /// The factor applied to the unit normal.
    scale: f64,
}

/// The unit of the bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bounds {
    Sigma,
    Absolute,
}

words!(Bounds { Sigma "sigma", Absolute "absolute" });

impl TruncatedNormal {
    /// Creates a corrected truncated normal with bounds in sigma: `std` is that of the values after truncation.
    ///
    /// # Errors
    /// [`ArgumentError`] if `mean` or `std` is not finite, `std` is negative, a bound is NaN, or `low` is not below
    /// `high`.
    pub fn new(mean: f64, std: f64, low: f64, high: f64) -> Result<Self, ArgumentError> {
        let unit = Self::unit(low, high)?;
        let mean = ArgumentError::finite(ENTRY.name, MEAN.name, mean)?;
        let std = ArgumentError::not_negative(ENTRY.name, STD.name, std)?;
        Ok(Self { mean, std, corrected: true, absolute: None, scale: std / unit.std(), unit })
    }

    /// Creates an uncorrected truncated normal with absolute bounds: `std` is that of the normal before truncation, as
    /// in PyTorch's `trunc_normal_`.
    ///
    /// # Errors
    /// Same as [`TruncatedNormal::new`]; also if `std` is 0 and the mean is not within the bounds.
    pub fn within(mean: f64, std: f64, low: f64, high: f64) -> Result<Self, ArgumentError> {
        // Rejects bounds that are out of order.
        Self::unit(low, high)?;
        let mean = ArgumentError::finite(ENTRY.name, MEAN.name, mean)?;
        let std = ArgumentError::not_negative(ENTRY.name, STD.name, std)?;
        let unit = Self::unit_at(mean, std, low, high)?;
        Ok(Self { mean, std, corrected: false, absolute: Some((low, high)), scale: std, unit })
    }

    /// Makes `std` that of the normal before truncation.
    #[must_use]
    pub fn uncorrected(mut self) -> Self {
        if self.absolute.is_none() {
            self.corrected = false;
            self.scale = self.std;
        }
        self
    }

    /// Makes `std` that of the values after truncation.
    ///
    /// # Errors
    /// [`ArgumentError`] if no normal has this std within the absolute bounds; the limit is `(high - low) / sqrt 12`.
    pub fn corrected(mut self) -> Result<Self, ArgumentError> {
        match self.absolute {
            None => self.scale = self.std / self.unit.std(),
            Some((low, high)) => {
                self.scale = Self::scale_within(self.mean, self.std, low, high)?;
                self.unit = Self::unit_at(self.mean, self.scale, low, high)?;
            }
        }
        self.corrected = true;
        Ok(self)
    }

    fn unit(low: f64, high: f64) -> Result<TruncatedUnitNormal, ArgumentError> {
        let reason = "is not below high; use low < high";
        let refuse = |_| ArgumentError { initializer: ENTRY.name, argument: LOW.name, value: low.to_string(), reason };
        TruncatedUnitNormal::new(low, high).map_err(refuse)
    }

    /// Returns the unit normal, truncated where `mean + scale z` meets the absolute bounds.
    fn unit_at(mean: f64, scale: f64, low: f64, high: f64) -> Result<TruncatedUnitNormal, ArgumentError> {
        if scale > 0.0 {
            return Self::unit((low - mean) / scale, (high - mean) / scale);
        }
        if (low..=high).contains(&mean) {
            return Self::unit(f64::NEG_INFINITY, f64::INFINITY);
        }
        let reason = "lies beyond a bound, and std is 0; use a mean between the bounds";
        Err(ArgumentError { initializer: ENTRY.name, argument: MEAN.name, value: mean.to_string(), reason })
    }

    /// Finds the scale at which the values between the bounds have this std. Uses bisection, since the std grows with
    /// the scale.
    fn scale_within(mean: f64, std: f64, low: f64, high: f64) -> Result<f64, ArgumentError> {
        let reason = "is larger than any distribution between the bounds allows; use a smaller std or wider bounds";
        let refuse = || ArgumentError { initializer: ENTRY.name, argument: STD.name, value: std.to_string(), reason };
        let after = |scale: f64| Ok(scale * Self::unit_at(mean, scale, low, high)?.std());
        if after(std)? >= std {
            return Ok(std);
        }
        let (mut below, mut above) = (std, std);
        while after(above)? < std {
            (below, above) = (above, 2.0 * above);
            // At this scale, the distribution is uniform to the last bit.
            if above > 1e9 * std.max(high - low) {
                return Err(refuse());
            }
        }
        for _ in 0..60 {
            let middle = f64::midpoint(below, above);
            if after(middle)? < std { below = middle } else { above = middle }
        }
        Ok(above)
    }

    fn from_arguments(arguments: &mut Arguments) -> Result<Self, TextError> {
        let (mean, std) = (MEAN.of(arguments)?, STD.of(arguments)?);
        let (low, high) = (LOW.of(arguments)?, HIGH.of(arguments)?);
        let corrected = CORRECTED.of(arguments)?;
        let cut = match BOUNDS.of(arguments)? {
            Bounds::Sigma => Self::new(mean, std, low, high)?,
            Bounds::Absolute => Self::within(mean, std, low, high)?,
        };
        Ok(if corrected { cut.corrected()? } else { cut.uncorrected() })
    }
}

impl Initializer for TruncatedNormal {
    fn fill(&self, _: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        out.fill_truncated_normal(key, &self.unit, self.mean, self.scale)
    }

    fn distribution(&self, _: &ParamSpec) -> Distribution {
        Distribution::TruncatedNormal { mean: self.mean, scale: self.scale, unit: self.unit }
    }

    fn text(&self) -> Option<String> {
        let (low, high) = self.absolute.unwrap_or((self.unit.low(), self.unit.high()));
        let bounds = if self.absolute.is_some() { Bounds::Absolute } else { Bounds::Sigma };
        let printer = ENTRY
            .print()
            .argument(&MEAN, &self.mean)
            .argument(&STD, &self.std)
            .argument(&LOW, &low)
            .argument(&HIGH, &high)
            .argument(&CORRECTED, &self.corrected)
            .argument(&BOUNDS, &bounds);
        Some(printer.finish())
    }
}
