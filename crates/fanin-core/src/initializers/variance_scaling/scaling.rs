//! The arguments of variance scaling, and the values derived from them.

use std::sync::LazyLock;

use super::choices::{FanMode, ScalingDistribution};
use crate::activation::Activation;
use crate::initializer::{ArgumentError, Distribution, InitError};
use crate::notation::{Argument, Arguments, TextError};
use crate::param::ParamSpec;
use crate::values::TruncatedUnitNormal;

/// The text name of the general form.
pub(super) const NAME: &str = "variance_scaling";
pub(super) const SCALE: Argument<f64> = Argument::new("scale", 1.0);
pub(super) const GAIN: Argument<f64> = Argument::new("gain", 1.0);
pub(super) const MODE: Argument<FanMode> = Argument::new("mode", FanMode::FanIn);
pub(super) const DISTRIBUTION: Argument<ScalingDistribution> =
    Argument::new("distribution", ScalingDistribution::TruncatedNormal);

/// Mean 0 and variance `gain^2 * scale / n`, where `n` is the fan selected by the [`FanMode`].
///
/// If the inputs of a layer have second moment `q`, its preactivations have `fan_in * variance * q`; with
/// `variance = 1 / (fan_in E[f^2])` the next layer's inputs have `q` again (He et al. 2015, eq. 7-10).
/// [`VarianceScaling::for_activation`] computes this scale from the activation.
///
/// Text: `variance_scaling`, with the defaults of Keras and Flax. Requires two or more axes and a stated layout;
/// parameters without fans are rejected.
///
/// ```
/// use fanin_core::{Initializer, Layout, ParamSpec, initializers::he_normal};
///
/// let weight = ParamSpec::new("w", [256, 128])?.with_layout(Layout::OutIn);
/// assert_eq!(he_normal().distribution(&weight).std(), Some(0.125));
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VarianceScaling {
    pub(super) scale: f64,
    pub(super) gain: f64,
    pub(super) mode: FanMode,
    pub(super) distribution: ScalingDistribution,
}

/// The unit normal truncated at ±2 sigma, with its std.
static CUT_AT_TWO: LazyLock<Option<(TruncatedUnitNormal, f64)>> =
    LazyLock::new(|| TruncatedUnitNormal::new(-2.0, 2.0).ok().map(|unit| (unit, unit.std())));

impl VarianceScaling {
    /// Creates an initializer with variance `scale / n`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `scale` is not a finite number above 0.
    pub fn new(scale: f64, mode: FanMode, distribution: ScalingDistribution) -> Result<Self, ArgumentError> {
        let scale = ArgumentError::not_negative(NAME, SCALE.name, scale)?;
        if scale == 0.0 {
            let reason = "makes every weight 0; use a number above 0, or the initializer zeros";
            return Err(ArgumentError { initializer: NAME, argument: SCALE.name, value: scale.to_string(), reason });
        }
        Ok(Self { scale, gain: GAIN.default, mode, distribution })
    }

    /// Multiplies the std by `gain`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `gain` is negative or not finite.
    pub fn with_gain(mut self, gain: f64) -> Result<Self, ArgumentError> {
        self.gain = ArgumentError::not_negative(NAME, GAIN.name, gain)?;
        Ok(self)
    }

    /// Sets the fan mode.
    #[must_use]
    pub const fn with_mode(mut self, mode: FanMode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets the scale to `1 / E[f(z)^2]` of the activation: 2 for ReLU, 1 for the identity, 2.536 for tanh. If the
    /// second moment of the activation is not a finite number above 0, every parameter is rejected.
    #[must_use]
    pub fn for_activation(mut self, activation: Activation) -> Self {
        self.scale = 1.0 / activation.second_moment();
        self
    }

    /// Returns the standard deviation `gain * sqrt(scale / n)` for `param`.
    ///
    /// # Errors
    /// [`InitError::NoFan`] if the fans are unknown; [`InitError::Argument`] if the scale of an activation is not a
    /// finite number above 0.
    pub fn std(&self, param: &ParamSpec) -> Result<f64, InitError> {
        self.check_scale()?;
        Ok(self.gain * (self.scale / self.mode.of(param.fans()?)).sqrt())
    }

    pub(super) fn check_scale(&self) -> Result<(), ArgumentError> {
        if self.scale.is_normal() {
            return Ok(());
        }
        let reason = "is not a valid scale; use a finite number above 0, or an activation with a finite second moment";
        Err(ArgumentError { initializer: NAME, argument: SCALE.name, value: self.scale.to_string(), reason })
    }

    /// Returns the distribution for `param`, computed with exactly rounded operations only.
    pub(super) fn exact_distribution(&self, param: &ParamSpec) -> Result<Distribution, InitError> {
        Ok(match self.distribution {
            ScalingDistribution::Uniform => {
                self.check_scale()?;
                let limit = self.gain * (3.0 * self.scale / self.mode.of(param.fans()?)).sqrt();
                Distribution::Uniform { low: -limit, high: limit }
            }
            ScalingDistribution::Normal => Distribution::Normal { mean: 0.0, std: self.std(param)? },
            ScalingDistribution::TruncatedNormal => match *CUT_AT_TWO {
                Some((unit, std)) => Distribution::TruncatedNormal { mean: 0.0, scale: self.std(param)? / std, unit },
                None => Distribution::Unstated,
            },
        })
    }

    pub(super) fn from_arguments(arguments: &mut Arguments) -> Result<Self, TextError> {
        let (scale, gain) = (SCALE.of(arguments)?, GAIN.of(arguments)?);
        let (mode, distribution) = (MODE.of(arguments)?, DISTRIBUTION.of(arguments)?);
        Ok(Self::new(scale, mode, distribution)?.with_gain(gain)?)
    }

    pub(super) fn gain_of(self, arguments: &mut Arguments) -> Result<Self, TextError> {
        Ok(self.with_gain(GAIN.of(arguments)?)?)
    }

    pub(super) fn gain_and_mode_of(self, arguments: &mut Arguments) -> Result<Self, TextError> {
        let scaled = self.gain_of(arguments)?;
        Ok(scaled.with_mode(MODE.of(arguments)?))
    }
}
