//! The families of distributions that initializers use.

use std::fmt;

use fanin_core::Distribution;
use fanin_core::values::TruncatedUnitNormal;

use crate::judge::deviations::kurtosis_deviation;
use crate::judge::kolmogorov_smirnov;

/// A zero-mean distribution, up to its scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Normal.
    Normal,
    /// Uniform on a symmetric interval.
    Uniform,
    /// Normal, truncated at two standard deviations.
    Truncated,
}

/// The standard deviation and the kurtosis of a standard normal distribution truncated at 2, which take a quadrature to compute.
const TRUNCATED_STD: f64 = 0.879_625_661_034_239_8;
const TRUNCATED_KURTOSIS: f64 = 2.365_536_717_129_65;

impl Family {
    pub(crate) const ALL: [Self; 3] = [Self::Normal, Self::Uniform, Self::Truncated];

    /// The family of a distribution, if it has one.
    pub(crate) fn of(distribution: &Distribution) -> Option<Self> {
        match distribution {
            Distribution::Normal { mean, .. } if *mean == 0.0 => Some(Self::Normal),
            Distribution::Uniform { low, high } if *low == -high => Some(Self::Uniform),
            Distribution::TruncatedNormal { mean, unit, .. }
                if *mean == 0.0 && (unit.low(), unit.high()) == (-2.0, 2.0) =>
            {
                Some(Self::Truncated)
            }
            _ => None,
        }
    }

    /// The standard deviation of a member.
    pub(crate) fn std_of(distribution: &Distribution) -> Option<f64> {
        match (Self::of(distribution)?, distribution) {
            (Self::Truncated, Distribution::TruncatedNormal { scale, .. }) => Some(scale * TRUNCATED_STD),
            _ => distribution.std(),
        }
    }

    /// The member with this standard deviation.
    pub(crate) fn with_std(self, std: f64) -> Distribution {
        let bound = 3.0_f64.sqrt() * std;
        match self {
            Self::Normal => Distribution::Normal { mean: 0.0, std },
            Self::Uniform => Distribution::Uniform { low: -bound, high: bound },
            Self::Truncated => TruncatedUnitNormal::new(-2.0, 2.0).map_or(Distribution::Unstated, |unit| {
                Distribution::TruncatedNormal { mean: 0.0, scale: std / TRUNCATED_STD, unit }
            }),
        }
    }

    /// The fourth moment divided by the square of the second.
    pub(crate) fn kurtosis(self) -> f64 {
        match self {
            Self::Normal => 3.0,
            Self::Uniform => 1.8,
            Self::Truncated => TRUNCATED_KURTOSIS,
        }
    }

    /// The distance between the kurtosis of `count` values and that of the distribution, in standard errors: `E x^4 / (E x^2)^2` of n values has
    /// the variance `(m8 - m4^2 - 4 m4 (m6 - m4) + 4 m4^2 (m4 - 1)) / n`, with `mk` the standardized moments of the distribution.
    pub(crate) fn tails(self, kurtosis: f64, count: f64) -> f64 {
        let variance = match self {
            // A few hundred values are far from the limit.
            Self::Normal => return kurtosis_deviation(kurtosis, count),
            Self::Uniform => 1.316_571,
            Self::Truncated => 3.848_239,
        };
        (kurtosis - self.kurtosis()) / (variance / count).sqrt()
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Normal => "normal",
            Self::Uniform => "uniform",
            Self::Truncated => "truncated normal",
        })
    }
}

/// No test distinguishes smaller p-values.
const HOPELESS: f64 = 1e-12;

/// The families in the order of their distance from a sorted sample at this standard deviation, nearest first, each with the p-value of
/// the fit.
pub(crate) fn fits(sample: &[f32], std: f64) -> [(Family, f64); 3] {
    let distance = |family: Family| {
        let distribution = family.with_std(std);
        kolmogorov_smirnov::distance_unless_hopeless(sample, HOPELESS, |x| distribution.cdf(x).unwrap_or(0.0))
    };
    #[expect(clippy::cast_precision_loss, reason = "a sample has few values")]
    let count = sample.len() as f64;
    let mut fits = Family::ALL.map(|family| (family, kolmogorov_smirnov::p_value(distance(family), count)));
    fits.sort_by(|a, b| b.1.total_cmp(&a.1));
    fits
}

/// The fourth moment of a sample divided by the square of the second. `std` keeps both within range.
pub(crate) fn sample_kurtosis(sample: &[f32], std: f64) -> f64 {
    let squares = sample.iter().map(|value| (f64::from(*value) / std).powi(2));
    let (second, fourth) = squares.fold((0.0, 0.0), |(second, fourth), x| (second + x, fourth + x * x));
    #[expect(clippy::cast_precision_loss, reason = "a sample has few values")]
    let count = sample.len().max(1) as f64;
    fourth * count / (second * second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::homogeneity;

    #[test]
    fn numbers_are_those_of_the_distributions() {
        for family in Family::ALL {
            let unit = family.with_std(1.0);
            assert!(unit.std().is_some_and(|std| (std - 1.0).abs() < 1e-12), "{family}");
            assert_eq!(Family::std_of(&unit).map(|std| (std * 1e12).round()), Some(1e12), "{family}");
            let kurtosis = homogeneity::kurtosis(&unit).unwrap_or(f64::NAN);
            assert!((kurtosis - family.kurtosis()).abs() < 1e-6, "{family}: {kurtosis}");
        }
    }
}
