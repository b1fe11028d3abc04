//! Which fan the variance is scaled to, and which distribution has it.

use crate::notation::words;
use crate::param::Fans;

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

words!(FanMode { FanIn "fan_in", FanOut "fan_out", FanAvg "fan_avg", FanGeoAvg "fan_geo_avg" });

words!(ScalingDistribution { Uniform "uniform", Normal "normal", TruncatedNormal "truncated_normal" });

impl FanMode {
    /// The number `n`.
    #[expect(clippy::cast_precision_loss, reason = "no fan has 2^53 units")]
    pub(super) fn of(self, fans: Fans) -> f64 {
        let (fan_in, fan_out) = (fans.fan_in as f64, fans.fan_out as f64);
        match self {
            Self::FanIn => fan_in,
            Self::FanOut => fan_out,
            Self::FanAvg => f64::midpoint(fan_in, fan_out),
            Self::FanGeoAvg => (fan_in * fan_out).sqrt(),
        }
    }
}
