//! Losses of logits, in forms that are finite for any finite logit.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{Outputs, Targets};

/// A training loss. `z` is an output and `y` its target; the mean is over all samples and, if the outputs are separate
/// targets, over the outputs too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Loss {
    /// `max(z, 0) - z y + ln(1 + exp(-|z|))`: fused sigmoid and cross-entropy. Mean over samples and outputs. Gradient
    /// `(sigmoid(z) - y) / (samples * outputs)`.
    BinaryCrossEntropy,
    /// `ln(sum_j exp(z_j - max z)) - (z_y - max z)`: fused softmax and cross-entropy. Mean over samples. Gradient
    /// `(softmax(z)_j - [j = y]) / samples`.
    SoftmaxCrossEntropy,
    /// `(z - y)^2`. Mean over samples and outputs. Gradient `2 (z - y) / (samples * outputs)`.
    MeanSquaredError,
}

impl Loss {
    /// All losses.
    pub const ALL: [Self; 3] = [Self::BinaryCrossEntropy, Self::SoftmaxCrossEntropy, Self::MeanSquaredError];

    /// Returns the mean loss in `f64`; NaN if the targets do not fit the outputs (see
    /// [`Samples::check`](super::Samples::check)).
    #[must_use]
    pub fn mean(self, outputs: &Outputs, targets: &Targets<'_>) -> f64 {
        let mut sum = 0.0;
        for (row, logits) in outputs.rows().enumerate() {
            sum += self.of_row(logits, row, targets).unwrap_or(f64::NAN);
        }
        sum / to_f64(outputs.rows().len())
    }

    /// Returns the loss of one sample; `None` if it has no suitable target.
    fn of_row(self, logits: &[f64], row: usize, targets: &Targets<'_>) -> Option<f64> {
        match (self, targets) {
            (Self::SoftmaxCrossEntropy, Targets::Classes(classes)) => softmax(logits, *classes.get(row)?),
            (_, Targets::Classes(classes)) => {
                let wanted = if *classes.get(row)? == 0 { 0.0 } else { 1.0 };
                Some(self.single(*logits.first()?, wanted))
            }
            (_, Targets::Values(values)) => {
                let wanted = values.chunks_exact(logits.len().max(1)).nth(row)?;
                let total: f64 = logits.iter().zip(wanted).map(|(z, y)| self.single(*z, *y)).sum();
                Some(total / to_f64(logits.len()))
            }
        }
    }

    /// Returns the fraction of samples classified correctly: by the greatest logit of a row or, with one output, by
    /// `z > 0`. `None` for a loss without classes. A sample with a NaN logit or without a target counts as wrong.
    #[must_use]
    pub fn accuracy(self, outputs: &Outputs, targets: &Targets<'_>) -> Option<f64> {
        let right = |row: usize, logits: &[f64]| match (targets, logits) {
            _ if logits.iter().any(|logit| logit.is_nan()) => false,
            (Targets::Classes(classes), [logit]) => classes.get(row) == Some(&usize::from(*logit > 0.0)),
            (Targets::Classes(classes), _) => classes.get(row) == Some(&greatest(logits)),
            (Targets::Values(values), _) => {
                let wanted = values.chunks_exact(logits.len().max(1)).nth(row);
                wanted.is_some_and(|wanted| logits.iter().zip(wanted).all(|(z, y)| (*z > 0.0) == (*y > 0.5)))
            }
        };
        if self == Self::MeanSquaredError {
            return None;
        }
        let count = outputs.rows().enumerate().filter(|(row, logits)| right(*row, logits)).count();
        Some(to_f64(count) / to_f64(outputs.rows().len()))
    }

    fn single(self, z: f64, y: f64) -> f64 {
        match self {
            Self::MeanSquaredError => (z - y) * (z - y),
            Self::BinaryCrossEntropy | Self::SoftmaxCrossEntropy => z.max(0.0) - z * y + (-z.abs()).exp().ln_1p(),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a batch has fewer than 2^53 samples")]
fn to_f64(count: usize) -> f64 {
    count as f64
}

fn softmax(logits: &[f64], class: usize) -> Option<f64> {
    let greatest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = logits.iter().map(|z| (z - greatest).exp()).sum();
    Some(total.ln() - (logits.get(class)? - greatest))
}

/// Returns the index of the first maximum.
fn greatest(logits: &[f64]) -> usize {
    let mut best = 0;
    for (index, value) in logits.iter().enumerate() {
        if *value > logits[best] {
            best = index;
        }
    }
    best
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::BinaryCrossEntropy => "binary_cross_entropy",
            Self::SoftmaxCrossEntropy => "softmax_cross_entropy",
            Self::MeanSquaredError => "mean_squared_error",
        })
    }
}

/// A name that does not belong to a loss.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown loss '{0}'; the losses are binary_cross_entropy, softmax_cross_entropy and mean_squared_error")]
pub struct UnknownLoss(String);

impl FromStr for Loss {
    type Err = UnknownLoss;

    fn from_str(text: &str) -> Result<Self, UnknownLoss> {
        Self::ALL.into_iter().find(|loss| loss.to_string() == text).ok_or_else(|| UnknownLoss(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs(values: &[f64], columns: usize) -> Outputs {
        Outputs { values: values.to_vec(), columns }
    }

    #[test]
    fn finite_at_any_logit() {
        let far = outputs(&[1e300, -1e300], 1);
        assert_eq!(Loss::BinaryCrossEntropy.mean(&far, &Targets::Classes(&[1, 0])), 0.0);
        assert_eq!(Loss::BinaryCrossEntropy.mean(&far, &Targets::Classes(&[0, 0])), 5e299);
        let far = outputs(&[1e300, -1e300], 2);
        assert_eq!(Loss::SoftmaxCrossEntropy.mean(&far, &Targets::Classes(&[0])), 0.0);
        assert_eq!(Loss::SoftmaxCrossEntropy.mean(&far, &Targets::Classes(&[1])), 2e300);
    }

    #[test]
    fn known_values() {
        let ln2 = std::f64::consts::LN_2;
        assert_eq!(Loss::BinaryCrossEntropy.mean(&outputs(&[0.0], 1), &Targets::Values(&[0.3])), ln2);
        let ten = Loss::SoftmaxCrossEntropy.mean(&outputs(&[0.5; 10], 10), &Targets::Classes(&[3]));
        assert!((ten - 10.0_f64.ln()).abs() < 1e-15);
        let square = Loss::MeanSquaredError.mean(&outputs(&[1.0, 2.0, 3.0, 4.0], 2), &Targets::Values(&[0.0; 4]));
        assert_eq!(square, 7.5);
    }

    #[test]
    fn accuracy_counts_the_first_of_the_greatest() {
        let same = outputs(&[1.0, 1.0, 0.0, 2.0], 2);
        assert_eq!(Loss::SoftmaxCrossEntropy.accuracy(&same, &Targets::Classes(&[0, 1])), Some(1.0));
        assert_eq!(Loss::BinaryCrossEntropy.accuracy(&outputs(&[0.0, 1.0], 1), &Targets::Classes(&[1, 1])), Some(0.5));
        assert_eq!(Loss::MeanSquaredError.accuracy(&same, &Targets::Values(&[0.0; 4])), None);
    }

    #[test]
    fn mismatched_targets_give_nan_and_no_accuracy() {
        let (softmax, two) = (Loss::SoftmaxCrossEntropy, outputs(&[1.0, 2.0, 3.0, f64::NAN], 2));
        for targets in [Targets::Classes(&[5, 0]), Targets::Classes(&[]), Targets::Values(&[])] {
            assert!(softmax.mean(&two, &targets).is_nan(), "{targets:?}");
            assert_eq!(softmax.accuracy(&two, &targets), Some(0.0), "{targets:?}");
        }
        assert_eq!(softmax.accuracy(&two, &Targets::Classes(&[1, 1])), Some(0.5));
        let nothing = outputs(&[], 0);
        assert!(softmax.mean(&nothing, &Targets::Classes(&[])).is_nan());
    }

    #[test]
    fn names_round_trip() {
        for loss in Loss::ALL {
            assert_eq!(loss.to_string().parse(), Ok(loss));
        }
        assert!("hinge".parse::<Loss>().is_err());
    }
}
