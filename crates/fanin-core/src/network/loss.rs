//! Losses, from logits, in forms that stay finite for any finite logit.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{Outputs, Targets};

/// What a network's outputs are trained on. `z` is an output, `y` its target; the mean is over all samples (and, where the
/// outputs are separate targets, over them too).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Loss {
    /// `max(z, 0) - z y + ln(1 + exp(-|z|))`: a sigmoid with cross-entropy, in one. Mean over samples and outputs.
    /// Gradient `(sigmoid(z) - y) / (samples * outputs)`.
    BinaryCrossEntropy,
    /// `ln(sum_j exp(z_j - max z)) - (z_y - max z)`: a softmax with cross-entropy, in one. Mean over samples.
    /// Gradient `(softmax(z)_j - [j = y]) / samples`.
    SoftmaxCrossEntropy,
    /// `(z - y)^2`. Mean over samples and outputs. Gradient `2 (z - y) / (samples * outputs)`.
    MeanSquaredError,
}

impl Loss {
    /// Every loss.
    pub const ALL: [Self; 3] = [Self::BinaryCrossEntropy, Self::SoftmaxCrossEntropy, Self::MeanSquaredError];

    /// The mean loss of outputs that fit the targets, in `f64`.
    #[must_use]
    pub fn mean(self, outputs: &Outputs, targets: &Targets<'_>) -> f64 {
        let mut sum = 0.0;
        for (row, logits) in outputs.rows().enumerate() {
            sum += match (self, targets) {
                (Self::SoftmaxCrossEntropy, Targets::Classes(classes)) => softmax(logits, classes[row]),
                (_, Targets::Classes(classes)) => self.single(logits[0], if classes[row] == 0 { 0.0 } else { 1.0 }),
                (_, Targets::Values(values)) => {
                    let wanted = &values[row * outputs.columns..];
                    let total: f64 = logits.iter().zip(wanted).map(|(z, y)| self.single(*z, *y)).sum();
                    total / to_f64(outputs.columns)
                }
            };
        }
        sum / to_f64(outputs.rows().len())
    }

    /// The part of the samples whose class the outputs name: the greatest logit of a row, or, with one output, `z > 0`.
    /// `None` for a loss that has no classes.
    #[must_use]
    pub fn accuracy(self, outputs: &Outputs, targets: &Targets<'_>) -> Option<f64> {
        let right = |row: usize, logits: &[f64]| match targets {
            Targets::Classes(classes) if logits.len() == 1 => usize::from(logits[0] > 0.0) == classes[row],
            Targets::Classes(classes) => greatest(logits) == classes[row],
            Targets::Values(values) => {
                let wanted = &values[row * outputs.columns..];
                logits.iter().zip(wanted).all(|(z, y)| (*z > 0.0) == (*y > 0.5))
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

fn softmax(logits: &[f64], class: usize) -> f64 {
    let greatest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = logits.iter().map(|z| (z - greatest).exp()).sum();
    total.ln() - (logits[class] - greatest)
}

/// The first of the greatest.
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

/// A name that no loss has.
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
    fn names_round_trip() {
        for loss in Loss::ALL {
            assert_eq!(loss.to_string().parse(), Ok(loss));
        }
        assert!("hinge".parse::<Loss>().is_err());
    }
}
