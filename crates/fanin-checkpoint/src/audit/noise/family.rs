//! The distributions that initializers draw from.

use std::fmt;

use fanin_core::values::TruncatedUnitNormal;
use fanin_core::values::exact::normal_cdf;

/// A distribution of mean zero, up to its scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::audit) enum Family {
    /// Normal.
    Normal,
    /// Uniform on a symmetric interval.
    Uniform,
    /// Normal, cut at two standard deviations.
    Truncated,
}

/// The standard deviation that is left of a unit normal cut at 2.
pub(in crate::audit) const TRUNCATED_STD: f64 = 0.879_625_661_034_239_8;

impl Family {
    pub(in crate::audit) const ALL: [Self; 3] = [Self::Normal, Self::Uniform, Self::Truncated];

    /// The fourth moment over the square of the second.
    pub(in crate::audit) fn kurtosis(self) -> f64 {
        match self {
            Self::Normal => 3.0,
            Self::Uniform => 1.8,
            // By parts: E z^4 = 3 E z^2 - 2 * 8 phi(2) / (2 Phi(2) - 1).
            Self::Truncated => 2.365_536,
        }
    }

    /// The greatest value over the standard deviation.
    pub(in crate::audit) fn bound(self) -> f64 {
        match self {
            Self::Normal => f64::INFINITY,
            Self::Uniform => 3.0_f64.sqrt(),
            Self::Truncated => 2.0 / TRUNCATED_STD,
        }
    }
}

impl Family {
    /// How far the fourth moment of a sample is from the distribution's, in standard errors: `E x^4 / (E x^2)^2` of n values has the
    /// variance `(m8 - m4^2 - 4 m4 (m6 - m4) + 4 m4^2 (m4 - 1)) / n`, with `mk` the distribution's standardized moments.
    #[expect(clippy::cast_precision_loss, reason = "a sample has few values")]
    pub(super) fn tails(self, sample: &[f32], std: f64) -> f64 {
        let count = sample.len().max(1) as f64;
        let moment = |power: i32| sample.iter().map(|value| (f64::from(*value) / std).powi(power)).sum::<f64>() / count;
        let (second, fourth) = (moment(2), moment(4));
        let variance = match self {
            Self::Normal => 24.0,
            Self::Uniform => 1.316_571,
            Self::Truncated => 3.848_239,
        };
        (fourth / (second * second) - self.kurtosis()) / (variance / count).sqrt()
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

/// The distribution of this standard deviation that is nearest to a rising sample, and the probability of a distance as large.
pub(super) fn best(sample: &[f32], std: f64) -> (Family, f64) {
    let unit = TruncatedUnitNormal::new(-2.0, 2.0).ok();
    let distance = |family: Family| {
        distance(sample, |x| match family {
            Family::Normal => normal_cdf(x / std),
            Family::Uniform => (0.5 + x / (std * 2.0 * 3.0_f64.sqrt())).clamp(0.0, 1.0),
            Family::Truncated => unit.map_or(0.0, |unit| unit.cdf(x / std * TRUNCATED_STD)),
        })
    };
    let fits = Family::ALL.map(|family| (distance(family), family));
    let (distance, family) = fits.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((1.0, Family::Normal));
    (family, kolmogorov(distance, sample.len()))
}

/// The greatest distance between the sample's distribution function and another.
pub(in crate::audit) fn distance(sample: &[f32], cdf: impl Fn(f64) -> f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a sample has few values")]
    let (count, step) = (sample.len() as f64, |at: usize| at as f64);
    let at = |(at, value): (usize, &f32)| {
        let p = cdf(f64::from(*value));
        (p - step(at) / count).max(step(at + 1) / count - p)
    };
    sample.iter().enumerate().map(at).fold(0.0, f64::max)
}

/// The probability that independent values of the distribution have a distance at least as large (Kolmogorov 1933, with Stephens' 1970
/// correction for their number).
pub(in crate::audit) fn kolmogorov(distance: f64, count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a sample has few values")]
    let root = (count as f64).sqrt();
    let x = (root + 0.12 + 0.11 / root) * distance;
    if x < 0.2 {
        return 1.0;
    }
    let term = |k: i32| {
        let k = f64::from(k);
        let sign = if k.rem_euclid(2.0) == 1.0 { 2.0 } else { -2.0 };
        sign * (-2.0 * k * k * x * x).exp()
    };
    (1..=20).map(term).sum::<f64>().clamp(0.0, 1.0)
}
