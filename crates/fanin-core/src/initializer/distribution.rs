//! The distribution of values, as tested by the conformance suite.

use crate::error::InitError;
use crate::param::StridedRange;
use crate::values::exact::{ln, normal_cdf};
use crate::values::{Dtype, TruncatedUnitNormal, normal_support, truncated_normal_support};

/// The distribution of a parameter's values.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Distribution {
    /// No statement.
    Unstated,
    /// Every element is this value.
    Constant(f64),
    /// Every value depends only on its position and the shape, not on seed or name.
    Fixed,
    /// Independent and identically distributed, with these moments and bounds: for a distribution without a name. Its
    /// shape and tails are not stated.
    Moments {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        std: f64,
        /// The minimum, or negative infinity.
        low: f64,
        /// The maximum, or infinity.
        high: f64,
    },
    /// Independent and uniform on `[low, high)`.
    Uniform {
        /// The minimum.
        low: f64,
        /// The upper bound, excluded before rounding to 16 bits.
        high: f64,
    },
    /// Independent and normal.
    Normal {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        std: f64,
    },
    /// Independent, `mean + scale * z` with `z` a standard normal truncated at its bounds.
    TruncatedNormal {
        /// The mean before truncation.
        mean: f64,
        /// The standard deviation before truncation.
        scale: f64,
        /// The standard normal with its bounds in sigma.
        unit: TruncatedUnitNormal,
    },
    /// Independent with a uniform logarithm: density `1 / (x ln(high / low))` on `[low, high]`.
    LogUniform {
        /// The minimum, above 0.
        low: f64,
        /// The maximum.
        high: f64,
    },
    /// Each element follows one of these distributions with these probabilities, which sum to 1. The dependence between
    /// elements is not stated.
    Mixture(Vec<(f64, Self)>),
    /// Independent parts that cover the parameter: the elements of each range follow its distribution, which indexes
    /// them from 0.
    Parts(Vec<(StridedRange, Self)>),
    /// In every line along an axis, exactly this many uniformly drawn elements are 0; the others follow a distribution.
    Sparse {
        /// The number of zeros per line.
        zeros: u64,
        /// The number of elements per line.
        length: u64,
        /// The distance between neighbors in a line.
        stride: u64,
        /// The distribution of the other elements.
        others: Box<Self>,
    },
    /// `gain` times a matrix with orthonormal rows, or columns if there are fewer columns, uniform in Haar measure. The
    /// parameter is that matrix in row-major order. Elements are not independent, and no distribution of a single
    /// element is stated. Rounding may push an element beyond `gain`, so there is no bound.
    Orthonormal {
        /// The factor.
        gain: f64,
        /// The rows of the matrix.
        rows: usize,
        /// The columns of the matrix.
        columns: usize,
    },
}

static ZERO: Distribution = Distribution::Constant(0.0);

impl Distribution {
    /// Returns whether the values depend on seed or name; `None` if that is not stated.
    #[must_use]
    pub fn is_random(&self) -> Option<bool> {
        match self {
            Self::Unstated => None,
            Self::Constant(_) | Self::Fixed => Some(false),
            Self::Parts(parts) => {
                let random: Vec<_> = parts.iter().map(|(_, distribution)| distribution.is_random()).collect();
                if random.contains(&Some(true)) {
                    Some(true)
                } else {
                    random.into_iter().try_fold(false, |any, one| Some(any | one?))
                }
            }
            _ => self.std().map(|std| std > 0.0),
        }
    }

    /// Returns the mean, if stated.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        match self {
            Self::Unstated | Self::Fixed => None,
            Self::Constant(value) => Some(*value),
            Self::Uniform { low, high } => Some(f64::midpoint(*low, *high)),
            Self::Normal { mean, .. } | Self::Moments { mean, .. } => Some(*mean),
            Self::TruncatedNormal { mean, scale, unit } => Some(mean + scale * unit.mean()),
            Self::LogUniform { low, high } => Some((high - low) / ln(high / low)),
            Self::Mixture(_) | Self::Parts(_) | Self::Sparse { .. } => self.weighted(Self::mean),
            Self::Orthonormal { .. } => Some(0.0),
        }
    }

    /// Returns the standard deviation, if stated.
    #[must_use]
    pub fn std(&self) -> Option<f64> {
        match self {
            Self::Unstated | Self::Fixed => None,
            Self::Constant(_) => Some(0.0),
            Self::Uniform { low, high } => Some((high - low) / 12.0_f64.sqrt()),
            Self::Normal { std, .. } | Self::Moments { std, .. } => Some(*std),
            Self::TruncatedNormal { scale, unit, .. } => Some(scale * unit.std()),
            Self::LogUniform { low, high } => {
                let mean = self.mean()?;
                Some(((high - low) * (high + low) / (2.0 * ln(high / low)) - mean * mean).sqrt())
            }
            Self::Mixture(_) | Self::Parts(_) | Self::Sparse { .. } => {
                let mean = self.mean()?;
                let square = |distribution: &Self| {
                    let (std, off) = (distribution.std()?, distribution.mean()? - mean);
                    Some(std * std + off * off)
                };
                self.weighted(square).map(f64::sqrt)
            }
            // Each vector has length 1, and all elements have the same distribution.
            #[expect(clippy::cast_precision_loss, reason = "an axis is below 2^53")]
            Self::Orthonormal { gain, rows, columns } => Some(gain.abs() / (*rows.max(columns) as f64).sqrt()),
        }
    }

    /// Returns the probability of a value of at most `x`, if stated.
    #[must_use]
    pub fn cdf(&self, x: f64) -> Option<f64> {
        let step = |at: f64| if x < at { 0.0 } else { 1.0 };
        match self {
            Self::Unstated | Self::Fixed | Self::Moments { .. } | Self::Orthonormal { .. } => None,
            Self::Constant(value) => Some(step(*value)),
            Self::Uniform { low, high } if low < high => Some(((x - low) / (high - low)).clamp(0.0, 1.0)),
            Self::Uniform { low, .. } => Some(step(*low)),
            Self::Normal { mean, std } if *std > 0.0 => Some(normal_cdf((x - mean) / std)),
            Self::TruncatedNormal { mean, scale, unit } if *scale > 0.0 => Some(unit.cdf((x - mean) / scale)),
            Self::Normal { mean, .. } | Self::TruncatedNormal { mean, .. } => Some(step(*mean)),
            Self::LogUniform { low, high } => Some((ln(x.clamp(*low, *high) / low) / ln(high / low)).clamp(0.0, 1.0)),
            Self::Mixture(_) | Self::Parts(_) | Self::Sparse { .. } => {
                self.weighted(|distribution| distribution.cdf(x))
            }
        }
    }

    /// Returns the minimum and maximum, infinite if unbounded.
    #[must_use]
    pub fn bounds(&self) -> Option<(f64, f64)> {
        match self {
            Self::Unstated | Self::Fixed | Self::Orthonormal { .. } => None,
            Self::Constant(value) => Some((*value, *value)),
            Self::Uniform { low, high } | Self::LogUniform { low, high } | Self::Moments { low, high, .. } => {
                Some((*low, *high))
            }
            Self::Normal { .. } => Some((f64::NEG_INFINITY, f64::INFINITY)),
            Self::TruncatedNormal { mean, scale, unit } => {
                Some((mean + scale * unit.low(), mean + scale * unit.high()))
            }
            Self::Mixture(_) | Self::Parts(_) | Self::Sparse { .. } => {
                let all: Option<Vec<_>> =
                    self.shares().into_iter().map(|(_, distribution)| distribution.bounds()).collect();
                all?.into_iter().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
            }
        }
    }

    /// Returns bounds on the values drawn for this element type, if known: the distribution's own bounds, or those that
    /// follow from the arithmetic. Parts without known bounds are ignored.
    fn support(&self, dtype: Dtype) -> Option<(f64, f64)> {
        match self {
            Self::Unstated | Self::Fixed => None,
            Self::Orthonormal { gain, .. } => Some((-gain.abs(), gain.abs())),
            Self::Normal { mean, std } => Some(normal_support(dtype, *mean, *std)),
            Self::TruncatedNormal { mean, scale, unit } => Some(truncated_normal_support(dtype, unit, *mean, *scale)),
            // Without bounds, a moment says nothing of the greatest value.
            Self::Moments { low, high, .. } if !(low.is_finite() && high.is_finite()) => None,
            Self::Constant(_) | Self::Uniform { .. } | Self::LogUniform { .. } | Self::Moments { .. } => self.bounds(),
            Self::Mixture(_) | Self::Parts(_) | Self::Sparse { .. } => {
                let all = self.shares().into_iter().filter_map(|(_, distribution)| distribution.support(dtype));
                all.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
            }
        }
    }

    /// Rejects distributions whose values exceed this element type's range.
    pub(crate) fn check_support(&self, name: &str, dtype: Dtype) -> Result<(), InitError> {
        self.support(dtype).map_or(Ok(()), |bounds| InitError::check_bounds(name, dtype, bounds))
    }

    /// Returns the distribution of the values times a finite factor.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        let ends = |low: f64, high: f64| (low.min(high), low.max(high));
        let boxed = |distribution: &Self| Box::new(distribution.times(factor));
        match self {
            Self::Unstated | Self::Fixed => self.clone(),
            // Adding zero turns -0.0 into 0.0.
            Self::Constant(value) => Self::Constant(value * factor + 0.0),
            Self::Parts(parts) => {
                Self::Parts(parts.iter().map(|(range, distribution)| (*range, distribution.times(factor))).collect())
            }
            Self::Mixture(distributions) => Self::Mixture(
                distributions.iter().map(|(share, distribution)| (*share, distribution.times(factor))).collect(),
            ),
            Self::Sparse { zeros, length, stride, others } => {
                Self::Sparse { zeros: *zeros, length: *length, stride: *stride, others: boxed(others) }
            }
            _ if factor == 0.0 => Self::Constant(0.0),
            Self::Orthonormal { gain, rows, columns } => {
                Self::Orthonormal { gain: gain * factor, rows: *rows, columns: *columns }
            }
            Self::Uniform { low, high } => {
                let (low, high) = ends(low * factor, high * factor);
                Self::Uniform { low, high }
            }
            Self::Normal { mean, std } => Self::Normal { mean: mean * factor, std: std * factor.abs() },
            Self::Moments { mean, std, low, high } => {
                let (low, high) = ends(low * factor, high * factor);
                Self::Moments { mean: mean * factor, std: std * factor.abs(), low, high }
            }
            Self::TruncatedNormal { mean, scale, unit } => {
                let unit = if factor > 0.0 { Ok(*unit) } else { TruncatedUnitNormal::new(-unit.high(), -unit.low()) };
                let (mean, scale) = (mean * factor, scale * factor.abs());
                unit.map_or(Self::Unstated, |unit| Self::TruncatedNormal { mean, scale, unit })
            }
            Self::LogUniform { low, high } if factor > 0.0 => {
                Self::LogUniform { low: low * factor, high: high * factor }
            }
            Self::LogUniform { .. } => Self::Unstated,
        }
    }

    /// Returns the distribution of the sum of two independent values, if it has one of these forms.
    #[must_use]
    pub(crate) fn plus(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Normal { mean: a, std: s }, Self::Normal { mean: b, std: t }) => {
                Self::Normal { mean: a + b, std: (s * s + t * t).sqrt() }
            }
            (Self::Constant(shift), distribution) | (distribution, Self::Constant(shift)) => match distribution {
                Self::Constant(value) => Self::Constant(value + shift),
                Self::Normal { mean, std } => Self::Normal { mean: mean + shift, std: *std },
                Self::Uniform { low, high } => Self::Uniform { low: low + shift, high: high + shift },
                Self::Moments { mean, std, low, high } => {
                    Self::Moments { mean: mean + shift, std: *std, low: low + shift, high: high + shift }
                }
                Self::TruncatedNormal { mean, scale, unit } => {
                    Self::TruncatedNormal { mean: mean + shift, scale: *scale, unit: *unit }
                }
                Self::Fixed => Self::Fixed,
                _ => Self::Unstated,
            },
            (Self::Fixed, Self::Fixed) => Self::Fixed,
            _ => Self::Unstated,
        }
    }

    /// Returns the components of a mixture.
    fn shares(&self) -> Vec<(f64, &Self)> {
        match self {
            Self::Mixture(distributions) => {
                distributions.iter().map(|(share, distribution)| (*share, distribution)).collect()
            }
            Self::Parts(parts) => parts.iter().map(|(range, distribution)| (range.share(), distribution)).collect(),
            Self::Sparse { zeros, length, others, .. } => {
                let share = StridedRange::new(0, *zeros, *length).share();
                vec![(share, &ZERO), (1.0 - share, others)]
            }
            _ => vec![(1.0, self)],
        }
    }

    fn weighted(&self, number: impl Fn(&Self) -> Option<f64>) -> Option<f64> {
        self.shares().into_iter().try_fold(0.0, |sum, (share, distribution)| Some(sum + share * number(distribution)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_what_is_mixed() {
        // Half of the values are 0, half N(1, 2): E x = 1/2, E x^2 = (4 + 1) / 2.
        let normal = Distribution::Normal { mean: 1.0, std: 2.0 };
        let wanted = (2.5_f64 - 0.25).sqrt();
        for distribution in [
            Distribution::Mixture(vec![(0.5, Distribution::Constant(0.0)), (0.5, normal.clone())]),
            Distribution::Parts(vec![
                (StridedRange::new(0, 2, 4), normal.clone()),
                (StridedRange::new(2, 4, 4), Distribution::Constant(0.0)),
            ]),
            Distribution::Sparse { zeros: 3, length: 6, stride: 5, others: Box::new(normal) },
        ] {
            assert_eq!(distribution.mean(), Some(0.5));
            assert!((distribution.std().unwrap() - wanted).abs() < 1e-15, "{distribution:?}");
            assert_eq!(distribution.cdf(1.0), Some(0.75));
            assert_eq!(distribution.is_random(), Some(true));
            assert_eq!(distribution.times(-2.0).mean(), Some(-1.0));
        }
    }

    #[test]
    fn the_logarithm_is_uniform() {
        let distribution = Distribution::LogUniform { low: 0.01, high: 1.0 };
        assert_eq!(distribution.cdf(0.1).map(|p| (p * 1e12).round()), Some(5e11));
        // By hand: 0.99 / ln 100, and sqrt(0.9999 / (2 ln 100) - mean^2).
        assert!((distribution.mean().unwrap() - 0.214_975_768_542_109_6).abs() < 1e-15);
        assert!((distribution.std().unwrap() - 0.249_696_179_493_188_6).abs() < 1e-15);
    }

    #[test]
    fn moments_are_scaled_and_shifted() {
        let moments = Distribution::Moments { mean: 1.0, std: 2.0, low: -1.0, high: f64::INFINITY };
        assert_eq!((moments.mean(), moments.std(), moments.cdf(0.0)), (Some(1.0), Some(2.0), None));
        assert_eq!((moments.bounds(), moments.is_random()), (Some((-1.0, f64::INFINITY)), Some(true)));
        let wanted = Distribution::Moments { mean: -2.0, std: 4.0, low: f64::NEG_INFINITY, high: 2.0 };
        assert_eq!(moments.times(-2.0), wanted);
        assert_eq!(moments.times(0.0), Distribution::Constant(0.0));
        let wanted = Distribution::Moments { mean: 4.0, std: 2.0, low: 2.0, high: f64::INFINITY };
        assert_eq!(moments.plus(&Distribution::Constant(3.0)), wanted);
        assert!(moments.check_support("w", Dtype::F16).is_ok());
        let wide = Distribution::Moments { mean: 0.0, std: 1.0, low: -1.0, high: 1e6 };
        assert!(wide.check_support("w", Dtype::F16).is_err());
    }
}
