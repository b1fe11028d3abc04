//! Axes: positions of values between 0 and 1, and tick marks.

use super::number::{real, short};

/// An axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scale {
    /// Equal distances are equal differences.
    Linear { low: f64, high: f64 },
    /// Equal distances are equal ratios; both ends are positive.
    Logarithmic { low: f64, high: f64 },
}

/// Ranges whose ends differ by this factor use a logarithmic axis.
const WIDE: f64 = 20.0;

impl Scale {
    /// Creates a linear axis; an empty range is widened.
    pub(super) fn linear(low: f64, high: f64) -> Self {
        // Halves, so that the widest range does not overflow.
        if (high / 2.0 - low / 2.0).is_normal() && low < high {
            return Self::Linear { low, high };
        }
        let around = if (0.1 * low).is_normal() { 0.1 * low.abs() } else { 1.0 };
        Self::Linear { low: low - around, high: low + around }
    }

    /// Returns an axis that fits these values: logarithmic for a wide range, else linear from 0. Non-finite values are
    /// ignored.
    pub(super) fn fitting(values: impl Iterator<Item = f64> + Clone) -> Self {
        let finite = values.filter(|value| value.is_finite());
        let high = finite.clone().fold(f64::NEG_INFINITY, f64::max);
        let low = finite.clone().fold(f64::INFINITY, f64::min);
        let least = finite.filter(|value| *value > 0.0).fold(f64::INFINITY, f64::min);
        if low > high {
            return Self::linear(0.0, 1.0);
        }
        if low >= 0.0 && high / least > WIDE {
            // A margin at both ends, a twentieth of the axis.
            let air = (high / least).powf(0.05);
            let low = (least / air).max(f64::MIN_POSITIVE);
            return Self::Logarithmic { low, high: (high * air).clamp(10.0 * low, f64::MAX) };
        }
        let high = if high > 0.0 { (1.08 * high).min(f64::MAX) } else { high };
        Self::linear(low.min(0.0), high)
    }

    /// Returns the position of a value, 0 at the low end and 1 at the high end; values outside map outside.
    pub(super) fn place(self, value: f64) -> f64 {
        match self {
            Self::Linear { low, high } => (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0),
            Self::Logarithmic { low, .. } if value <= low => 0.0,
            Self::Logarithmic { low, high } => (value.ln() - low.ln()) / (high.ln() - low.ln()),
        }
    }

    /// Returns up to about `most` round values for tick marks, with their labels.
    pub(super) fn marks(self, most: usize) -> Vec<(f64, String)> {
        let values = match self {
            Self::Linear { low, high } => round_steps(low, high, most),
            Self::Logarithmic { low, high } => powers_of_ten(low, high, most),
        };
        let within = |value: &f64| (-1e-9..=1.0 + 1e-9).contains(&self.place(*value));
        let mut marks: Vec<f64> = values.into_iter().filter(within).collect();
        if let (true, Self::Linear { low, high } | Self::Logarithmic { low, high }) = (marks.is_empty(), self) {
            marks.extend([low, high]);
        }
        marks.into_iter().map(|value| (value, short(value))).collect()
    }
}

/// Returns the least of 1, 2 and 5 times a power of ten that is at least `value`.
pub(super) fn round_up(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0]
        .into_iter()
        .map(|digit| digit * power)
        .find(|round| *round >= value * 0.999_999)
        .unwrap_or(10.0 * power)
}

/// Returns multiples of a round step.
fn round_steps(low: f64, high: f64, most: usize) -> Vec<f64> {
    let step = round_up((high / 2.0 - low / 2.0) / real(most.max(1)) * 2.0);
    if !step.is_normal() {
        return vec![low, high];
    }
    // Never more than requested, regardless of rounding at the ends of a very narrow range.
    let first = (low / step).ceil();
    (0..=most).map(|count| (first + real(count)) * step).take_while(|value| *value <= high + step * 1e-6).collect()
}

/// Returns powers of ten; if they are few, also 2 and 5 times these; if there are none, round steps.
fn powers_of_ten(low: f64, high: f64, most: usize) -> Vec<f64> {
    let (first, last) = (low.log10().ceil(), high.log10().floor());
    let decades = last - first + 1.0;
    let times = |digits: &'static [f64]| -> Vec<f64> {
        let stride = (decades / real(most.max(1))).ceil().max(1.0);
        // Includes one decade further left: 2 and 5 times it may be on the axis.
        (0..=most + 1)
            .map(|count| first - stride + real(count) * stride)
            .flat_map(|exponent| digits.iter().map(move |digit| digit * 10_f64.powf(exponent)))
            .filter(|value| (low..=high).contains(value))
            .collect()
    };
    if decades > real(most) / 2.0 {
        return times(&[1.0]);
    }
    let values = times(&[1.0, 2.0, 5.0]);
    if values.len() < 3 { round_steps(low, high, most) } else { values }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(scale: Scale) -> Vec<String> {
        scale.marks(6).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn near_values_share_a_linear_axis_from_zero() {
        let scale = Scale::fitting([2.3, 0.5].into_iter());
        assert!(matches!(scale, Scale::Linear { low: 0.0, .. }));
        assert_eq!(texts(scale), ["0", "0.5", "1", "1.5", "2"]);
    }

    #[test]
    fn values_far_apart_get_a_logarithmic_axis() {
        let scale = Scale::fitting([0.0, 0.03, 12.0].into_iter());
        assert!(matches!(scale, Scale::Logarithmic { .. }));
        assert_eq!(texts(scale), ["0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10"]);
        assert!(scale.place(0.0) == 0.0 && scale.place(12.0) < 1.0);
    }

    #[test]
    fn any_range_has_a_few_marks_in_order_on_the_axis() {
        let ranges: [&[f64]; 9] = [
            &[1e-300, 1e30],
            &[f64::MIN_POSITIVE, f64::MAX],
            &[f64::MIN, f64::MAX],
            &[0.0],
            &[0.0, 5e-324],
            &[2.25, 2.25],
            &[1.0, 1.0 + f64::EPSILON],
            &[-3.0, 4.0],
            &[f64::NAN, f64::INFINITY],
        ];
        for values in ranges {
            let scale = Scale::fitting(values.iter().copied());
            let marks = scale.marks(6);
            assert!((1..=20).contains(&marks.len()), "{values:?}: {marks:?}");
            assert!(
                marks.windows(2).all(|pair| scale.place(pair[0].0) < scale.place(pair[1].0)),
                "{values:?}: {marks:?}"
            );
            for value in values.iter().filter(|value| value.is_finite()) {
                assert!((-1e-9..=1.0 + 1e-9).contains(&scale.place(*value)), "{value} on {scale:?}");
            }
        }
    }

    #[test]
    fn rounding_up_gives_one_two_five() {
        for (value, round) in [(0.3, 0.5), (1.0, 1.0), (1.1, 2.0), (6.0, 10.0), (2e-7, 2e-7)] {
            assert!((round_up(value) / round - 1.0).abs() < 1e-9, "{value}");
        }
    }
}
