//! Standardization of features to mean 0 and standard deviation 1.

use std::cmp::Ordering;

use super::Part;

/// Computes `(x - mean) / std` for every feature, with the mean and population standard deviation of `train`; a feature
/// that is constant in `train` becomes 0 in both parts. Sums run in row order, so the bits are the same everywhere.
///
/// # Errors
/// Returns the first feature, counted from 0, whose standard deviation or values over- or underflow in `f64`.
pub(super) fn standardize(train: &mut Part, held_out: &mut Part) -> Result<(), usize> {
    for feature in 0..train.features() {
        let moments = Moments::of(train, feature).ok_or(feature)?;
        for part in [&mut *train, &mut *held_out] {
            let features = part.features();
            for value in part.inputs_mut().iter_mut().skip(feature).step_by(features.max(1)) {
                *value = moments.standardized(*value);
                if !value.is_finite() {
                    return Err(feature);
                }
            }
        }
    }
    Ok(())
}

struct Moments {
    mean: f64,
    /// `None` if all values are equal.
    std: Option<f64>,
}

impl Moments {
    /// `None` if the standard deviation over- or underflows.
    #[expect(clippy::cast_precision_loss, reason = "a data set has fewer than 2^53 rows")]
    fn of(part: &Part, feature: usize) -> Option<Self> {
        let column = || part.inputs().iter().skip(feature).step_by(part.features().max(1)).copied();
        let count = part.len() as f64;
        let mean = column().fold(0.0, |sum, value| sum + value) / count;
        // The rounded mean of equal values may differ from them, so compare the values directly.
        let first = column().next().unwrap_or(0.0);
        if column().all(|value| value.partial_cmp(&first) == Some(Ordering::Equal)) {
            return Some(Self { mean: first, std: None });
        }
        let variance = column().fold(0.0, |sum, value| sum + (value - mean) * (value - mean)) / count;
        let std = variance.sqrt();
        (std > 0.0 && std.is_finite()).then_some(Self { mean, std: Some(std) })
    }

    fn standardized(&self, value: f64) -> f64 {
        self.std.map_or(0.0, |std| (value - self.mean) / std)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: &[f64]) -> Part {
        Part::new(1, values.to_vec(), vec![0; values.len()])
    }

    #[test]
    fn mean_and_std_of_the_training_rows() {
        let mut train = Part::new(2, vec![1.0, 0.1, 3.0, 0.1, 5.0, 0.1, 7.0, 0.1], vec![0; 4]);
        let mut held_out = Part::new(2, vec![4.0, 9.0], vec![0]);
        standardize(&mut train, &mut held_out).unwrap();
        let s = 5.0_f64.sqrt();
        assert_eq!(train.inputs(), [-3.0 / s, 0.0, -1.0 / s, 0.0, 1.0 / s, 0.0, 3.0 / s, 0.0]);
        assert_eq!(held_out.inputs(), [0.0, 0.0]);
    }

    #[test]
    fn a_constant_whose_mean_rounds_stays_zero() {
        let mut train = column(&[0.1; 3]);
        assert_ne!(((0.1_f64 + 0.1 + 0.1) / 3.0).to_bits(), 0.1_f64.to_bits());
        standardize(&mut train, &mut column(&[0.1])).unwrap();
        assert_eq!(train.inputs(), [0.0; 3]);
    }

    #[test]
    fn overflow_and_underflow_are_reported() {
        assert_eq!(standardize(&mut column(&[1e-200, 2e-200]), &mut column(&[0.0])), Err(0));
        assert_eq!(standardize(&mut column(&[1e200, -1e200]), &mut column(&[0.0])), Err(0));
        assert_eq!(standardize(&mut column(&[1e308, 1e308, 0.0]), &mut column(&[0.0])), Err(0));
        assert_eq!(standardize(&mut column(&[0.0, 1e-10]), &mut column(&[1e300])), Err(0));
    }
}
