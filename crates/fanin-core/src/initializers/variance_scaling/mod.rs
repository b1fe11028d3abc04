//! Variance scaled to a fan: the one initializer behind Glorot's, He's and LeCun's names.

mod choices;
mod named;

use std::sync::LazyLock;

pub use choices::{FanMode, ScalingDistribution};
pub use named::{fan_in_uniform, glorot_normal, glorot_uniform, he_normal, he_uniform, lecun_normal, lecun_uniform};

use crate::activation::Activation;
use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Argument, Arguments, Elsewhere, Entry, TextError, boxed};
use crate::param::{ParamSpec, ParamViewMut};
use crate::values::TruncatedUnitNormal;

const SCALE: Argument<f64> = Argument::new("scale", 1.0);
const GAIN: Argument<f64> = Argument::new("gain", 1.0);
const MODE: Argument<FanMode> = Argument::new("mode", FanMode::FanIn);
const DISTRIBUTION: Argument<ScalingDistribution> = Argument::new("distribution", ScalingDistribution::TruncatedNormal);

static ENTRY: Entry = Entry {
    name: "variance_scaling",
    aliases: &[],
    arguments: &[&SCALE, &GAIN, &MODE, &DISTRIBUTION],
    summary: "variance gain^2 * scale / n; mode fan_in, fan_out, fan_avg or fan_geo_avg is n; distribution uniform, normal or truncated_normal",
    formula: "std = gain sqrt(scale / n)",
    distribution: "mean 0, std gain sqrt(scale / n) after any cut; uniform within sqrt 3 std, truncated within 2 sigma of the normal before the cut",
    shapes: "two axes or more, with a stated layout",
    errors: "scale not above 0, gain below 0; a shape of fewer than two axes, an axis of length 0, no stated layout, groups that do not divide",
    caution: "for a packed matrix use packed, which gives each part its own fans",
    source: "He et al. 2015, equations 7 to 10",
    example: "variance_scaling(scale = 2, mode = fan_out)",
    elsewhere: Elsewhere { jax: "`variance_scaling`", keras: "`VarianceScaling`[^no-geo]", ..Elsewhere::NONE },
    build: |arguments| boxed(VarianceScaling::from_arguments(arguments)?),
};

/// Mean 0, variance `gain^2 * scale / n`, with `n` the fan that the [`FanMode`] names.
///
/// If the inputs of a layer have second moment `q`, its sums have `fan_in * variance * q`; with `variance = 1 / (fan_in E[f^2])`
/// the next layer's inputs have `q` again (He et al. 2015, eq. 7-10). [`VarianceScaling::for_activation`] takes that scale
/// from the activation.
///
/// Text: `variance_scaling`, the defaults of Keras and
/// Flax. Shapes of two axes or more with a stated layout; a parameter without a fan is refused.
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
    scale: f64,
    gain: f64,
    mode: FanMode,
    distribution: ScalingDistribution,
}

/// Variance scaling and its named relatives, in the order in which they are listed.
pub(super) fn entries() -> impl Iterator<Item = &'static Entry> {
    [&ENTRY].into_iter().chain(named::NAMES.iter().map(|name| name.entry))
}

/// The unit normal cut at ±2 sigma, with its std.
static CUT_AT_TWO: LazyLock<Option<(TruncatedUnitNormal, f64)>> =
    LazyLock::new(|| TruncatedUnitNormal::new(-2.0, 2.0).ok().map(|unit| (unit, unit.std())));

impl VarianceScaling {
    /// Variance `scale / n`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `scale` is not a finite number above 0.
    pub fn new(scale: f64, mode: FanMode, distribution: ScalingDistribution) -> Result<Self, ArgumentError> {
        let scale = ArgumentError::not_negative(ENTRY.name, SCALE.name, scale)?;
        if scale == 0.0 {
            let reason = "leaves every weight 0; give a number above 0, or use zeros";
            return Err(ArgumentError {
                initializer: ENTRY.name,
                argument: SCALE.name,
                value: scale.to_string(),
                reason,
            });
        }
        Ok(Self { scale, gain: GAIN.default, mode, distribution })
    }

    /// Multiplies the std by `gain`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `gain` is not finite or negative.
    pub fn with_gain(mut self, gain: f64) -> Result<Self, ArgumentError> {
        self.gain = ArgumentError::not_negative(ENTRY.name, GAIN.name, gain)?;
        Ok(self)
    }

    /// Scales to another fan.
    #[must_use]
    pub const fn with_mode(mut self, mode: FanMode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets the scale `1 / E[f(z)^2]` of an activation: 2 for ReLU, 1 for the identity, 2.536 for tanh. If the second moment of the
    /// activation is not a finite number above 0, every parameter is refused.
    #[must_use]
    pub fn for_activation(mut self, activation: Activation) -> Self {
        self.scale = 1.0 / activation.second_moment();
        self
    }

    /// The standard deviation `gain * sqrt(scale / n)` for this parameter.
    ///
    /// # Errors
    /// [`InitError::NoFan`]; [`InitError::Argument`] if the scale of an activation is not a finite number above 0.
    pub fn std(&self, param: &ParamSpec) -> Result<f64, InitError> {
        self.check_scale()?;
        Ok(self.gain * (self.scale / self.mode.of(param.fans()?)).sqrt())
    }

    fn check_scale(&self) -> Result<(), ArgumentError> {
        if self.scale.is_normal() {
            return Ok(());
        }
        let reason = "is not a scale; give a finite number above 0, or an activation with a finite second moment";
        Err(ArgumentError { initializer: ENTRY.name, argument: SCALE.name, value: self.scale.to_string(), reason })
    }

    /// The distribution for this parameter. The scalars are computed with exactly rounded operations only.
    fn exact_distribution(&self, param: &ParamSpec) -> Result<Distribution, InitError> {
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

    fn from_arguments(arguments: &mut Arguments) -> Result<Self, TextError> {
        let (scale, gain) = (SCALE.of(arguments)?, GAIN.of(arguments)?);
        let (mode, distribution) = (MODE.of(arguments)?, DISTRIBUTION.of(arguments)?);
        Ok(Self::new(scale, mode, distribution)?.with_gain(gain)?)
    }

    fn gain_of(self, arguments: &mut Arguments) -> Result<Self, TextError> {
        Ok(self.with_gain(GAIN.of(arguments)?)?)
    }

    fn gain_and_mode_of(self, arguments: &mut Arguments) -> Result<Self, TextError> {
        let scaled = self.gain_of(arguments)?;
        Ok(scaled.with_mode(MODE.of(arguments)?))
    }
}

impl Initializer for VarianceScaling {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        match self.exact_distribution(param)? {
            Distribution::Uniform { low, high } => out.fill_uniform(key, low, high),
            Distribution::TruncatedNormal { mean, scale, unit } => out.fill_truncated_normal(key, &unit, mean, scale),
            Distribution::Normal { mean, std } => out.fill_normal(key, mean, std),
            _ => out.fill_normal(key, 0.0, self.std(param)?),
        }
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        self.check_scale()?;
        param.fans().map(|_| ())
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        self.exact_distribution(param).unwrap_or(Distribution::Unstated)
    }

    fn text(&self) -> Option<String> {
        let printer = match named::name(self) {
            Some(name) if name.any_mode => name.entry.print().argument(&GAIN, &self.gain).argument(&MODE, &self.mode),
            Some(name) => name.entry.print().argument(&GAIN, &self.gain),
            None => ENTRY
                .print()
                .argument(&SCALE, &self.scale)
                .argument(&GAIN, &self.gain)
                .argument(&MODE, &self.mode)
                .argument(&DISTRIBUTION, &self.distribution),
        };
        Some(printer.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Seed;
    use crate::initializer::InitializerExt;
    use crate::param::Layout;

    #[test]
    fn the_variance_of_every_mode() {
        let weight = ParamSpec::new("w", [25, 100]).unwrap().with_layout(Layout::OutIn);
        for (mode, n) in
            [(FanMode::FanIn, 100.0), (FanMode::FanOut, 25.0), (FanMode::FanAvg, 62.5), (FanMode::FanGeoAvg, 50.0)]
        {
            for shape in
                [ScalingDistribution::Uniform, ScalingDistribution::Normal, ScalingDistribution::TruncatedNormal]
            {
                let distribution = VarianceScaling::new(3.0, mode, shape).unwrap().distribution(&weight);
                let std = distribution.std().unwrap();
                assert!((std - (3.0_f64 / n).sqrt()).abs() < 1e-15, "{mode} {shape}: {std}");
            }
        }
    }

    #[test]
    fn the_scale_of_an_activation() {
        let weight = ParamSpec::new("w", [8, 100]).unwrap().with_layout(Layout::OutIn);
        let std = |activation| he_normal().for_activation(activation).std(&weight).unwrap();
        assert_eq!(std(Activation::Relu).to_bits(), he_normal().std(&weight).unwrap().to_bits());
        assert_eq!(std(Activation::Identity).to_bits(), 0.1_f64.to_bits());
        assert!((std(Activation::Tanh) - 0.159_253_741_972_3).abs() < 1e-12);
    }

    #[test]
    fn an_activation_without_a_second_moment_is_refused() {
        let weight = ParamSpec::new("w", [2, 2]).unwrap().with_layout(Layout::OutIn);
        for slope in [f64::NAN, f64::MAX] {
            for start in [he_normal(), he_uniform()] {
                let start = start.for_activation(Activation::LeakyRelu { slope });
                assert!(start.check(&weight).is_err() && start.sample::<f32>(&weight, Seed(0)).is_err(), "{slope}");
            }
        }
    }

    #[test]
    fn a_vector_has_no_fan() {
        let bias = ParamSpec::new("head.bias", [8]).unwrap().with_layout(Layout::OutIn);
        let error = he_normal().check(&bias).unwrap_err().to_string();
        assert!(error.contains("head.bias") && error.contains("a vector"), "{error}");
        assert_eq!(he_normal().distribution(&bias), Distribution::Unstated);
    }
}
