//! The fan mode and the distribution of variance scaling.

use crate::notation::words;
use crate::param::Fans;

/// The fan `n` that the variance is scaled to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FanMode {
    /// `fan_in`: preserves the variance of the signal in the forward pass.
    FanIn,
    /// `fan_out`: preserves the variance of the gradient in the backward pass.
    FanOut,
    /// `(fan_in + fan_out) / 2`: a compromise between the two.
    FanAvg,
    /// `sqrt(fan_in fan_out)`: a compromise for long and narrow weights.
    FanGeoAvg,
}

/// The distribution with the scaled variance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScalingDistribution {
    /// Uniform on `±sqrt(3 variance)`.
    Uniform,
    /// Normal.
    Normal,
    /// Normal, truncated at ±2 sigma; the std is that of the values after truncation.
    TruncatedNormal,
}

words!(FanMode { FanIn "fan_in", FanOut "fan_out", FanAvg "fan_avg", FanGeoAvg "fan_geo_avg" });

words!(ScalingDistribution { Uniform "uniform", Normal "normal", TruncatedNormal "truncated_normal" });

impl FanMode {
    /// Returns `n`.
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
