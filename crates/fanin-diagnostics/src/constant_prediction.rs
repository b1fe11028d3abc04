//! The loss of the best constant prediction.

use std::collections::BTreeMap;

use fanin_core::network::{Loss, Targets};

use crate::RunningMoments;
use crate::share::to_f64;

/// Returns the lowest mean loss that a constant prediction can reach: the best that the output biases can do alone.
///
/// | loss | the best constant | its loss |
/// |---|---|---|
/// | softmax cross-entropy | the classes' frequencies `p` | `-sum_k p_k ln p_k`; ln 10 for ten balanced classes |
/// | binary cross-entropy | the mean target `p` | `-p ln p - (1 - p) ln(1 - p)`, mean over the outputs |
/// | mean squared error | the mean target | the variance of the targets, mean over the outputs |
///
/// A network whose loss stays at this value has learned nothing from its inputs, no matter how far the loss fell
/// before. Recovering from a bad start can cause such a fall, and so can the biases alone on unbalanced data.
///
/// Returns `None` if the loss does not accept these targets or there are no samples.
///
/// ```
/// use fanin_core::network::{Loss, Targets};
/// use fanin_diagnostics::constant_prediction_loss;
///
/// let loss = constant_prediction_loss(Loss::BinaryCrossEntropy, 1, &Targets::Classes(&[0, 1, 1, 0]));
/// assert_eq!(loss, Some(std::f64::consts::LN_2));
/// ```
#[must_use]
pub fn constant_prediction_loss(loss: Loss, outputs: usize, targets: &Targets<'_>) -> Option<f64> {
    match (loss, targets) {
        (Loss::SoftmaxCrossEntropy, Targets::Classes(classes)) => frequencies(classes).map(entropy),
        (Loss::BinaryCrossEntropy, Targets::Classes(classes)) if outputs == 1 => {
            frequencies(classes).filter(|counts| counts.keys().all(|class| *class < 2)).map(entropy)
        }
        (Loss::BinaryCrossEntropy, Targets::Values(values)) => {
            mean_over_outputs(outputs, values, |mean, _| [mean, 1.0 - mean].into_iter().map(surprise).sum())
        }
        (Loss::MeanSquaredError, Targets::Values(values)) => mean_over_outputs(outputs, values, |_, std| std * std),
        _ => None,
    }
}

/// Counts the samples of each class, in an order that makes sums reproducible.
fn frequencies(classes: &[usize]) -> Option<BTreeMap<usize, usize>> {
    let mut counts = BTreeMap::new();
    for class in classes {
        *counts.entry(*class).or_insert(0) += 1;
    }
    (!counts.is_empty()).then_some(counts)
}

fn entropy(counts: BTreeMap<usize, usize>) -> f64 {
    let total = to_f64(counts.values().sum());
    counts.into_values().map(|count| surprise(to_f64(count) / total)).sum()
}

/// Computes `-p ln p`, with 0 at 0.
fn surprise(p: f64) -> f64 {
    if p > 0.0 { -p * p.ln() } else { 0.0 }
}

fn mean_over_outputs(outputs: usize, values: &[f64], loss: impl Fn(f64, f64) -> f64) -> Option<f64> {
    if outputs == 0 || !values.len().is_multiple_of(outputs) {
        return None;
    }
    let mut columns = vec![RunningMoments::default(); outputs];
    for row in values.chunks_exact(outputs) {
        columns.iter_mut().zip(row).for_each(|(column, value)| column.push(*value));
    }
    let losses: Option<Vec<f64>> =
        columns.iter().map(|column| column.finish().map(|moments| loss(moments.mean, moments.std))).collect();
    losses.map(|losses| losses.iter().sum::<f64>() / to_f64(outputs))
}

#[cfg(test)]
mod tests {
    use fanin_core::network::Outputs;

    use super::*;

    const SOFTMAX: Loss = Loss::SoftmaxCrossEntropy;
    const BINARY: Loss = Loss::BinaryCrossEntropy;
    const SQUARED: Loss = Loss::MeanSquaredError;

    /// Computes the loss at the constant given in the documentation.
    fn at(loss: Loss, constant: &[f64], samples: usize, targets: &Targets<'_>) -> f64 {
        loss.mean(&Outputs { values: constant.repeat(samples), columns: constant.len() }, targets)
    }

    #[test]
    fn it_equals_the_loss_of_the_stated_constant() {
        let logit = |p: f64| (p / (1.0 - p)).ln();
        let thrice_one = Targets::Classes(&[1, 1, 0, 1]);
        let two = Targets::Values(&[1.0, 0.2, 0.0, 0.4]);
        let cases = [
            (SOFTMAX, &[0.25_f64.ln(), 0.75_f64.ln(), -1e9][..], 4, thrice_one),
            (BINARY, &[logit(0.75)], 4, thrice_one),
            (BINARY, &[0.0, logit(0.3)], 2, two),
            (SQUARED, &[0.5, 0.3], 2, two),
        ];
        for (loss, constant, samples, targets) in cases {
            let (ours, theirs) =
                (constant_prediction_loss(loss, constant.len(), &targets), at(loss, constant, samples, &targets));
            assert!(ours.is_some_and(|ours| (ours - theirs).abs() < 1e-14), "{loss}: {ours:?} and {theirs}");
        }
    }

    #[test]
    fn counted_by_hand() {
        let tens: Vec<usize> = (0..30).map(|sample| sample % 10).collect();
        let ten = constant_prediction_loss(SOFTMAX, 10, &Targets::Classes(&tens)).unwrap();
        assert!((ten - 10.0_f64.ln()).abs() < 1e-14);
        assert_eq!(constant_prediction_loss(SQUARED, 1, &Targets::Values(&[1.0, 3.0])), Some(1.0));
        assert_eq!(constant_prediction_loss(BINARY, 1, &Targets::Classes(&[1])), Some(0.0));
        assert_eq!(constant_prediction_loss(BINARY, 1, &Targets::Values(&[0.0, 0.0])), Some(0.0));
    }

    #[test]
    fn no_sample_and_no_sense_are_none() {
        assert_eq!(constant_prediction_loss(SOFTMAX, 2, &Targets::Classes(&[])), None);
        assert_eq!(constant_prediction_loss(SQUARED, 2, &Targets::Values(&[])), None);
        assert_eq!(constant_prediction_loss(SQUARED, 2, &Targets::Values(&[1.0])), None);
        assert_eq!(constant_prediction_loss(SQUARED, 0, &Targets::Values(&[])), None);
        assert_eq!(constant_prediction_loss(SOFTMAX, 2, &Targets::Values(&[1.0, 0.0])), None);
        assert_eq!(constant_prediction_loss(SQUARED, 1, &Targets::Classes(&[1])), None);
        assert_eq!(constant_prediction_loss(BINARY, 1, &Targets::Classes(&[2])), None);
    }
}
