//! Mean and standard deviation in one pass.

use fanin_core::param::Slice;

use crate::share::to_f64;

/// Count, mean and standard deviation of a set of values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// The number of values.
    pub count: usize,
    /// `mean = sum x / n`.
    pub mean: f64,
    /// `std = sqrt(sum (x - mean)^2 / n)`: the population standard deviation, divided by `n` and not by `n - 1`.
    pub std: f64,
}

impl Moments {
    /// Returns the root mean square, `sqrt(sum x^2 / n) = sqrt(mean^2 + std^2)`.
    #[must_use]
    pub fn rms(&self) -> f64 {
        self.mean.hypot(self.std)
    }
}

/// Accumulates [`Moments`] over any number of slices in one pass, with two sums of shifted values. With `s` the first
/// value: `mean = s + sum (x - s) / n`, `std^2 = sum (x - s)^2 / n - (sum (x - s) / n)^2`.
///
/// Because `s` is one of the values, `(s - mean)^2 <= n std^2`. Cancellation therefore costs at most `n` times the
/// relative rounding error of `f64` (1e-10 for a million values), however far the mean is from zero. If all values are
/// equal, the deviation is exactly 0. All arithmetic is in `f64`, regardless of the network's type. If the values
/// contain a NaN or an infinity, the deviation is NaN and the mean is not finite.
///
/// Source: T. F. Chan, G. H. Golub and R. J. `LeVeque`, "Algorithms for computing the sample variance", 1983: shifted
/// data.
///
/// ```
/// use fanin_diagnostics::RunningMoments;
///
/// let mut running = RunningMoments::default();
/// for value in [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0] {
///     running.push(value);
/// }
/// let moments = running.finish().expect("four values");
/// assert_eq!((moments.mean, moments.std), (1e9 + 10.0, 22.5_f64.sqrt()));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunningMoments {
    count: usize,
    shift: f64,
    sum: f64,
    squares: f64,
}

impl RunningMoments {
    /// Adds one value.
    pub fn push(&mut self, value: f64) {
        if self.count == 0 {
            self.shift = value;
        }
        let shifted = value - self.shift;
        self.count += 1;
        self.sum += shifted;
        self.squares += shifted * shifted;
    }

    /// Adds every value of a slice.
    pub fn extend(&mut self, values: Slice<'_>) {
        values.iter().for_each(|value| self.push(value));
    }

    /// Returns the moments so far; `None` without values.
    #[must_use]
    pub fn finish(&self) -> Option<Moments> {
        (self.count > 0).then(|| {
            let count = to_f64(self.count);
            let mean = self.sum / count;
            let variance = self.squares / count - mean * mean;
            // Rounding can make it negative; a NaN stays NaN.
            let std = if variance < 0.0 { 0.0 } else { variance.sqrt() };
            Moments { count: self.count, mean: self.shift + mean, std }
        })
    }
}

#[cfg(test)]
mod tests {
    use half::{bf16, f16};

    use super::*;

    fn moments(values: Slice<'_>) -> Option<Moments> {
        let mut running = RunningMoments::default();
        running.extend(values);
        running.finish()
    }

    #[test]
    fn counted_by_hand() {
        // Mean 5; squared deviations 9 1 1 1 0 0 4 16, sum 32, by 8 is 4.
        let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        let found = moments(Slice::F64(&values)).unwrap();
        assert_eq!((found.count, found.mean, found.std), (8, 5.0, 2.0));
        assert!((found.rms() - 29.0_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn no_value_one_value_and_equal_values() {
        assert_eq!(moments(Slice::F32(&[])), None);
        assert_eq!(moments(Slice::F32(&[3.0])), Some(Moments { count: 1, mean: 3.0, std: 0.0 }));
        assert_eq!(moments(Slice::F64(&[0.1; 1000])), Some(Moments { count: 1000, mean: 0.1, std: 0.0 }));
    }

    #[test]
    fn a_mean_far_from_zero_cancels_nothing() {
        // Naive sums lose every digit here: at 1e18, the squares cannot represent 0.25.
        let values: Vec<f64> = (0..1000).map(|i| 1e9 + f64::from(i % 2)).collect();
        let found = moments(Slice::F64(&values)).unwrap();
        assert_eq!((found.mean, found.std), (1e9 + 0.5, 0.5));
    }

    #[test]
    fn the_worst_first_value_costs_few_digits() {
        // One outlier, then 9,999 equal values: the std is 1e6 sqrt(n - 1) / n.
        let values: Vec<f64> = std::iter::once(1e6).chain(std::iter::repeat_n(0.0, 9_999)).collect();
        let found = moments(Slice::F64(&values)).unwrap();
        let std = 1e6 * 9_999.0_f64.sqrt() / 1e4;
        assert!((found.std / std - 1.0).abs() < 1e-11, "{found:?}");
        assert!((found.mean - 100.0).abs() < 1e-8, "{found:?}");
    }

    #[test]
    fn sixteen_bit_values_are_read_exactly() {
        let halves = [f16::from_f64(1.0), f16::from_f64(-1.0)];
        assert_eq!(moments(Slice::F16(&halves)), Some(Moments { count: 2, mean: 0.0, std: 1.0 }));
        let brains = [bf16::from_f64(0.5), bf16::from_f64(1.5)];
        assert_eq!(moments(Slice::BF16(&brains)), Some(Moments { count: 2, mean: 1.0, std: 0.5 }));
    }

    #[test]
    fn non_finite_values_are_visible() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let found = moments(Slice::F64(&[1.0, value, 2.0])).unwrap();
            assert!(!found.mean.is_finite() && found.std.is_nan(), "{value}: {found:?}");
        }
    }
}
