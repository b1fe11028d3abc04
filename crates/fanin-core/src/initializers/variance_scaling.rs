//! Variance scaled to a fan: the one initializer behind Glorot's, He's and LeCun's names.

use std::fmt;
use std::sync::LazyLock;

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::network::Activation;
use crate::param::{Fans, ParamSpec, ParamViewMut};
use crate::text::{Arguments, Printer, TextError};
use crate::values::TruncatedUnitNormal;

/// Which fan `n` the variance is scaled to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FanMode {
    /// `fan_in`: keeps the variance of the signal that flows forward.
    FanIn,
    /// `fan_out`: keeps the variance of the gradient that flows back.
    FanOut,
    /// `(fan_in + fan_out) / 2`: between the two.
    FanAvg,
    /// `sqrt(fan_in fan_out)`: between the two, for long and narrow weights.
    FanGeoAvg,
}

/// Which distribution has that variance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScalingDistribution {
    /// Uniform on `±sqrt(3 variance)`.
    Uniform,
    /// Normal.
    Normal,
    /// Normal, cut at ±2 sigma, with the std of the values after the cut.
    TruncatedNormal,
}

/// Mean 0, variance `gain^2 * scale / n`, with `n` the fan that the [`FanMode`] names.
///
/// If the inputs of a layer have second moment `q`, its sums have `fan_in * variance * q`; with `variance = 1 / (fan_in E[f^2])`
/// the next layer's inputs have `q` again (He et al. 2015, eq. 7-10). [`VarianceScaling::for_activation`] takes that scale
/// from the activation.
///
/// Text: `variance_scaling(scale = 1, gain = 1, mode = fan_in, distribution = truncated_normal)`, the defaults of Keras and
/// Flax. Shapes of two axes or more with a stated layout; a parameter without a fan is refused by name.
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

/// The unit normal cut at ±2 sigma, with its std.
static CUT_AT_TWO: LazyLock<Option<(TruncatedUnitNormal, f64)>> =
    LazyLock::new(|| TruncatedUnitNormal::new(-2.0, 2.0).ok().map(|unit| (unit, unit.std())));

const NAME: &str = "variance_scaling";

impl VarianceScaling {
    /// Variance `scale / n`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `scale` is not a finite number above 0.
    pub fn new(scale: f64, mode: FanMode, distribution: ScalingDistribution) -> Result<Self, ArgumentError> {
        let scale = ArgumentError::not_negative(NAME, "scale", scale)?;
        if scale == 0.0 {
            let reason = "leaves every weight 0; give a number above 0, or use zeros";
            return Err(ArgumentError { initializer: NAME, argument: "scale", value: scale.to_string(), reason });
        }
        Ok(Self { scale, gain: 1.0, mode, distribution })
    }

    const fn named(scale: f64, mode: FanMode, distribution: ScalingDistribution) -> Self {
        Self { scale, gain: 1.0, mode, distribution }
    }

    /// Variance `2 / (fan_in + fan_out)`, normal (Glorot & Bengio 2010, eq. 12).
    #[must_use]
    pub const fn glorot_normal() -> Self {
        Self::named(1.0, FanMode::FanAvg, ScalingDistribution::Normal)
    }

    /// Uniform on `±sqrt(6 / (fan_in + fan_out))` (Glorot & Bengio 2010, eq. 16).
    #[must_use]
    pub const fn glorot_uniform() -> Self {
        Self::named(1.0, FanMode::FanAvg, ScalingDistribution::Uniform)
    }

    /// Variance `2 / fan_in`, normal (He et al. 2015, eq. 10).
    #[must_use]
    pub const fn he_normal() -> Self {
        Self::named(2.0, FanMode::FanIn, ScalingDistribution::Normal)
    }

    /// Uniform on `±sqrt(6 / fan_in)`, of the variance of He et al. 2015, eq. 10.
    #[must_use]
    pub const fn he_uniform() -> Self {
        Self::named(2.0, FanMode::FanIn, ScalingDistribution::Uniform)
    }

    /// Variance `1 / fan_in`, normal (LeCun et al. 1998, section 4.6; Klambauer et al. 2017 for SELU).
    #[must_use]
    pub const fn lecun_normal() -> Self {
        Self::named(1.0, FanMode::FanIn, ScalingDistribution::Normal)
    }

    /// Uniform on `±sqrt(3 / fan_in)`, of LeCun's variance.
    #[must_use]
    pub const fn lecun_uniform() -> Self {
        Self::named(1.0, FanMode::FanIn, ScalingDistribution::Uniform)
    }

    /// Uniform on `±1 / sqrt(fan_in)`, variance `1 / (3 fan_in)`: what PyTorch and candle give linear layers and convolutions, and
    /// Mamba the weight of its time steps. A bias that is drawn so takes the fan of its weight, by
    /// [`ParamSpec::with_fans`]. `sqrt 6` times narrower than He's: deep ReLU networks fade under it.
    #[must_use]
    pub const fn fan_in_uniform() -> Self {
        Self::named(THIRD, FanMode::FanIn, ScalingDistribution::Uniform)
    }

    /// The same with its std times `gain`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `gain` is not finite or negative.
    pub fn with_gain(mut self, gain: f64) -> Result<Self, ArgumentError> {
        self.gain = ArgumentError::not_negative(NAME, "gain", gain)?;
        Ok(self)
    }

    /// The same scaled to another fan.
    #[must_use]
    pub const fn with_mode(mut self, mode: FanMode) -> Self {
        self.mode = mode;
        self
    }

    /// The same with the scale `1 / E[f(z)^2]` of an activation: 2 for ReLU, 1 for the identity, 2.536 for tanh. An
    /// activation whose second moment is not a finite number above 0 makes every parameter be refused.
    #[must_use]
    pub fn for_activation(mut self, activation: Activation) -> Self {
        self.scale = 1.0 / activation.second_moment();
        self
    }

    /// The standard deviation `gain * sqrt(scale / n)` for such a parameter.
    ///
    /// # Errors
    /// [`InitError::NoFan`]; [`InitError::Argument`] if an activation has left no scale.
    pub fn std(&self, param: &ParamSpec) -> Result<f64, InitError> {
        self.check_scale()?;
        Ok(self.gain * (self.scale / self.mode.of(param.fans()?)).sqrt())
    }

    fn check_scale(&self) -> Result<(), ArgumentError> {
        if self.scale.is_normal() {
            return Ok(());
        }
        let reason = "is no scale; give a finite number above 0, or an activation with a finite second moment";
        Err(ArgumentError { initializer: NAME, argument: "scale", value: self.scale.to_string(), reason })
    }

    /// The distribution for such a parameter. The scalars are computed with exactly rounded operations alone.
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

    pub(crate) fn from_arguments(arguments: &mut Arguments) -> Result<Self, TextError> {
        let (scale, gain) = (arguments.number("scale", 1.0)?, arguments.number("gain", 1.0)?);
        let mode = arguments.choice("mode", FanMode::FanIn, &FanMode::WORDS)?;
        let distribution =
            arguments.choice("distribution", ScalingDistribution::TruncatedNormal, &ScalingDistribution::WORDS)?;
        Ok(Self::new(scale, mode, distribution)?.with_gain(gain)?)
    }

    pub(crate) fn gain_from(self, arguments: &mut Arguments) -> Result<Self, TextError> {
        Ok(self.with_gain(arguments.number("gain", 1.0)?)?)
    }

    pub(crate) fn gain_and_mode_from(self, arguments: &mut Arguments) -> Result<Self, TextError> {
        let scaled = self.gain_from(arguments)?;
        Ok(scaled.with_mode(arguments.choice("mode", self.mode, &FanMode::WORDS)?))
    }
}

impl FanMode {
    const WORDS: [(&'static str, Self); 4] = [
        ("fan_in", Self::FanIn),
        ("fan_out", Self::FanOut),
        ("fan_avg", Self::FanAvg),
        ("fan_geo_avg", Self::FanGeoAvg),
    ];

    /// The number `n`.
    #[expect(clippy::cast_precision_loss, reason = "no fan has 2^53 units")]
    fn of(self, fans: Fans) -> f64 {
        let (fan_in, fan_out) = (fans.fan_in as f64, fans.fan_out as f64);
        match self {
            Self::FanIn => fan_in,
            Self::FanOut => fan_out,
            Self::FanAvg => f64::midpoint(fan_in, fan_out),
            Self::FanGeoAvg => (fan_in * fan_out).sqrt(),
        }
    }
}

impl ScalingDistribution {
    const WORDS: [(&'static str, Self); 3] =
        [("uniform", Self::Uniform), ("normal", Self::Normal), ("truncated_normal", Self::TruncatedNormal)];
}

/// Prints the word that stands for a choice.
macro_rules! display {
    ($($type:ty),*) => {$(
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let word = Self::WORDS.iter().find(|(_, choice)| choice == self).map_or("", |(word, _)| word);
                f.pad(word)
            }
        }
    )*};
}

display!(FanMode, ScalingDistribution);

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
        let name = match (self.scale.to_bits(), self.mode, self.distribution) {
            (THIRD_SCALE, FanMode::FanIn, ScalingDistribution::Uniform) => "fan_in_uniform",
            (GLOROT_SCALE, FanMode::FanAvg, ScalingDistribution::Normal) => "glorot_normal",
            (GLOROT_SCALE, FanMode::FanAvg, ScalingDistribution::Uniform) => "glorot_uniform",
            (GLOROT_SCALE, FanMode::FanIn, ScalingDistribution::Normal) => "lecun_normal",
            (GLOROT_SCALE, FanMode::FanIn, ScalingDistribution::Uniform) => "lecun_uniform",
            (HE_SCALE, _, ScalingDistribution::Normal) => "he_normal",
            (HE_SCALE, _, ScalingDistribution::Uniform) => "he_uniform",
            _ => NAME,
        };
        let (scale, mode) = match name {
            NAME => (1.0, FanMode::FanIn),
            "he_normal" | "he_uniform" => (self.scale, FanMode::FanIn),
            _ => (self.scale, self.mode),
        };
        let default = if name == NAME { ScalingDistribution::TruncatedNormal } else { self.distribution };
        let printer = Printer::new(name)
            .number("scale", self.scale, scale)
            .number("gain", self.gain, 1.0)
            .word("mode", self.mode, mode)
            .word("distribution", self.distribution, default);
        Some(printer.finish())
    }
}

/// Three times it is exactly 1.
const THIRD: f64 = 1.0 / 3.0;
const THIRD_SCALE: u64 = THIRD.to_bits();
const GLOROT_SCALE: u64 = 1.0_f64.to_bits();
const HE_SCALE: u64 = 2.0_f64.to_bits();

macro_rules! names {
    ($($name:ident $variance:literal $std:literal $not:literal,)*) => {$(
        #[doc = concat!("Mean 0, variance `", $variance, "`: [`VarianceScaling::", stringify!($name), "`], as a function. ", $not)]
        ///
        /// ```
        #[doc = concat!("use fanin_core::{Initializer, Layout, ParamSpec, initializers::", stringify!($name), "};")]
        ///
        /// let weight = ParamSpec::new("w", [128, 256])?.with_layout(Layout::OutIn);
        #[doc = concat!("let std = ", stringify!($name), "().distribution(&weight).std().unwrap_or(0.0);")]
        #[doc = concat!("assert!((std - ", $std, ").abs() < 1e-15);")]
        /// # Ok::<(), fanin_core::InitError>(())
        /// ```
        #[must_use]
        pub const fn $name() -> VarianceScaling {
            VarianceScaling::$name()
        }
    )*};
}

names! {
    fan_in_uniform "1 / (3 fan_in)" "(1.0_f64 / 768.0).sqrt()" "Not for deep `ReLU` networks, which fade under it.",
    glorot_normal "2 / (fan_in + fan_out)" "(2.0_f64 / 384.0).sqrt()" "Not for deep `ReLU` networks, which lose half of the variance at each layer.",
    glorot_uniform "2 / (fan_in + fan_out)" "(2.0_f64 / 384.0).sqrt()" "Not for deep `ReLU` networks, which lose half of the variance at each layer.",
    he_normal "2 / fan_in" "(2.0_f64 / 256.0).sqrt()" "Not for other activations than `ReLU`, whose factor is another.",
    he_uniform "2 / fan_in" "(2.0_f64 / 256.0).sqrt()" "Not for other activations than `ReLU`, whose factor is another.",
    lecun_normal "1 / fan_in" "(1.0_f64 / 256.0).sqrt()" "Not Flax's or Keras's of this name, which are truncated: [`VarianceScaling::new`].",
    lecun_uniform "1 / fan_in" "(1.0_f64 / 256.0).sqrt()" "Not for deep `ReLU` networks, which lose half of the variance at each layer.",
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
