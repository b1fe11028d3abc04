//! The law that values follow, so that a test can hold them to it.

use crate::values::TruncatedUnitNormal;
use crate::values::exact::normal_cdf;

/// The distribution of a parameter's values.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Law {
    /// Nothing is promised.
    Unstated,
    /// Every element is this value.
    Constant(f64),
    /// Independent, uniform on `[low, high)`.
    Uniform {
        /// The least value.
        low: f64,
        /// The bound that is never reached before rounding to 16 bits.
        high: f64,
    },
    /// Independent, normal.
    Normal {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        std: f64,
    },
    /// Independent, `mean + scale * z` with `z` a unit normal cut at its bounds.
    TruncatedNormal {
        /// The mean before the cut.
        mean: f64,
        /// The standard deviation before the cut.
        scale: f64,
        /// The unit normal and its bounds, in sigma.
        unit: TruncatedUnitNormal,
    },
    /// `gain` times a matrix whose rows are orthonormal, or whose columns are where they are fewer, uniform by Haar's measure.
    /// The parameter is that matrix, row after row. Elements are not independent, and no distribution of one is stated; rounding
    /// may take one beyond `gain`, so that no bound is.
    Orthonormal {
        /// The factor.
        gain: f64,
        /// The rows of the matrix.
        rows: usize,
        /// Its columns.
        columns: usize,
    },
}

impl Law {
    /// The mean, if the law states one.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        match self {
            Self::Unstated => None,
            Self::Constant(value) => Some(*value),
            Self::Uniform { low, high } => Some(f64::midpoint(*low, *high)),
            Self::Normal { mean, .. } => Some(*mean),
            Self::TruncatedNormal { mean, scale, unit } => Some(mean + scale * unit.mean()),
            Self::Orthonormal { .. } => Some(0.0),
        }
    }

    /// The standard deviation, if the law states one.
    #[must_use]
    pub fn std(&self) -> Option<f64> {
        match self {
            Self::Unstated => None,
            Self::Constant(_) => Some(0.0),
            Self::Uniform { low, high } => Some((high - low) / 12.0_f64.sqrt()),
            Self::Normal { std, .. } => Some(*std),
            Self::TruncatedNormal { scale, unit, .. } => Some(scale * unit.std()),
            // Each vector has length 1, and no element is preferred.
            #[expect(clippy::cast_precision_loss, reason = "an axis is below 2^53")]
            Self::Orthonormal { gain, rows, columns } => Some(gain.abs() / (*rows.max(columns) as f64).sqrt()),
        }
    }

    /// The probability of a value of at most `x`, if the law states one.
    #[must_use]
    pub fn cdf(&self, x: f64) -> Option<f64> {
        let step = |at: f64| if x < at { 0.0 } else { 1.0 };
        match self {
            Self::Unstated | Self::Orthonormal { .. } => None,
            Self::Constant(value) => Some(step(*value)),
            Self::Uniform { low, high } if low < high => Some(((x - low) / (high - low)).clamp(0.0, 1.0)),
            Self::Uniform { low, .. } => Some(step(*low)),
            Self::Normal { mean, std } if *std > 0.0 => Some(normal_cdf((x - mean) / std)),
            Self::TruncatedNormal { mean, scale, unit } if *scale > 0.0 => Some(unit.cdf((x - mean) / scale)),
            Self::Normal { mean, .. } | Self::TruncatedNormal { mean, .. } => Some(step(*mean)),
        }
    }

    /// The least and the greatest value, infinite where there is no bound.
    #[must_use]
    pub fn bounds(&self) -> Option<(f64, f64)> {
        match self {
            Self::Unstated | Self::Orthonormal { .. } => None,
            Self::Constant(value) => Some((*value, *value)),
            Self::Uniform { low, high } => Some((*low, *high)),
            Self::Normal { .. } => Some((f64::NEG_INFINITY, f64::INFINITY)),
            Self::TruncatedNormal { mean, scale, unit } => {
                Some((mean + scale * unit.low(), mean + scale * unit.high()))
            }
        }
    }
}
