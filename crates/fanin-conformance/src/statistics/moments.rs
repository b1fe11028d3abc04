//! Sample moments.

use super::number::number;

/// Mean, variance and fourth central moment of a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// The number of values, as `f64`.
    pub n: f64,
    /// `sum x / n`
    pub mean: f64,
    /// `sum (x - mean)^2 / n`
    pub variance: f64,
    /// `sum (x - mean)^4 / n`
    pub fourth: f64,
}

impl Moments {
    /// Computes the moments of a sample; NaN if it is empty.
    ///
    /// ```
    /// use fanin_conformance::statistics::Moments;
    ///
    /// let coin = Moments::of(&[-1.0, 1.0, 1.0, -1.0]);
    /// assert_eq!((coin.mean, coin.variance, coin.fourth), (0.0, 1.0, 1.0));
    /// ```
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let n = number(values.len());
        // Relative to the first value, so that the mean of equal values is exact.
        let origin = values.first().copied().unwrap_or(f64::NAN);
        let mean = origin + values.iter().map(|x| x - origin).sum::<f64>() / n;
        let squares = || values.iter().map(|x| (x - mean) * (x - mean));
        let variance = squares().sum::<f64>() / n;
        let fourth = squares().map(|square| square * square).sum::<f64>() / n;
        Self { n, mean, variance, fourth }
    }

    /// Returns the standard error of the variance, `sqrt((fourth - variance^2) / n)`, from the sample's own fourth
    /// moment.
    #[must_use]
    pub fn variance_error(&self) -> f64 {
        ((self.fourth - self.variance * self.variance) / self.n).max(0.0).sqrt()
    }
}
