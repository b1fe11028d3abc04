//! Samples in, outputs back: plain host memory, the same for every backend.

use super::{Loss, NetworkError};

/// What the outputs are compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Targets<'a> {
    /// One class a sample, counted from 0.
    Classes(&'a [usize]),
    /// One value an output, row-major `[samples, outputs]`: what a squared error compares with, or a probability.
    Values(&'a [f64]),
}

/// Inputs with their targets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Samples<'a> {
    /// Row-major `[samples, features]`.
    pub inputs: &'a [f64],
    /// The length of a row.
    pub features: usize,
    /// What the outputs are compared with.
    pub targets: Targets<'a>,
}

impl Samples<'_> {
    /// The number of samples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inputs.len().checked_div(self.features).unwrap_or(0)
    }

    /// Whether there is no sample.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Refuses what a network of this many features and outputs cannot learn from.
    ///
    /// # Errors
    /// [`NetworkError::Samples`], which names the sample: rows of another length, targets of another number, a class that has
    /// no output, a value that is not finite, a probability outside 0 to 1, no sample at all.
    pub fn check(&self, features: usize, outputs: usize, loss: Loss) -> Result<(), NetworkError> {
        let refuse = |reason: String| Err(NetworkError::Samples(reason));
        if self.features != features {
            return refuse(format!("a row has {} features; the network takes {features}", self.features));
        }
        if features == 0 || !self.inputs.len().is_multiple_of(features) {
            return refuse(format!("{} input values do not make rows of {features}", self.inputs.len()));
        }
        if self.is_empty() {
            return refuse("there are none; give at least one".to_owned());
        }
        if let Some(at) = self.inputs.iter().position(|value| !value.is_finite()) {
            let (row, column) = (at / features, at % features);
            return refuse(format!("feature {column} of sample {row} is {}; clean the data", self.inputs[at]));
        }
        self.check_targets(outputs, loss).or_else(refuse)
    }

    fn check_targets(&self, outputs: usize, loss: Loss) -> Result<(), String> {
        let samples = self.len();
        match self.targets {
            Targets::Classes(classes) => {
                let choices = match loss {
                    Loss::SoftmaxCrossEntropy => outputs,
                    Loss::BinaryCrossEntropy if outputs == 1 => 2,
                    Loss::BinaryCrossEntropy | Loss::MeanSquaredError => {
                        return Err(format!("classes are no target of {loss} with {outputs} outputs; give values"));
                    }
                };
                if classes.len() != samples {
                    return Err(format!("{} classes for {samples} samples", classes.len()));
                }
                match classes.iter().position(|class| *class >= choices) {
                    Some(at) => Err(format!("sample {at} is of class {}; there are {choices}", classes[at])),
                    None => Ok(()),
                }
            }
            Targets::Values(_) if loss == Loss::SoftmaxCrossEntropy => {
                Err(format!("values are no target of {loss}; give classes"))
            }
            Targets::Values(values) => {
                if Some(values.len()) != samples.checked_mul(outputs) {
                    return Err(format!("{} target values for {samples} samples of {outputs}", values.len()));
                }
                let probability = loss == Loss::BinaryCrossEntropy;
                let wrong = |value: &f64| !value.is_finite() || (probability && !(0.0..=1.0).contains(value));
                match values.iter().position(wrong) {
                    Some(at) => Err(format!("the target of sample {} is {}", at / outputs, values[at])),
                    None => Ok(()),
                }
            }
        }
    }
}

/// What a network computed: logits, as `f64` exactly.
#[derive(Clone, Debug, PartialEq)]
pub struct Outputs {
    /// Row-major `[samples, outputs]`.
    pub values: Vec<f64>,
    /// The length of a row.
    pub columns: usize,
}

impl Outputs {
    /// One row a sample.
    pub fn rows(&self) -> std::slice::ChunksExact<'_, f64> {
        self.values.chunks_exact(self.columns.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_learned_from_is_named() {
        let samples = |inputs, features, targets| Samples { inputs, features, targets };
        let message = |s: Samples<'_>, outputs, loss| s.check(2, outputs, loss).unwrap_err().to_string();
        let (softmax, binary, mse) = (Loss::SoftmaxCrossEntropy, Loss::BinaryCrossEntropy, Loss::MeanSquaredError);
        let two = [1.0, 2.0, 3.0, 4.0];
        let good = samples(&two, 2, Targets::Classes(&[0, 1]));
        assert!(good.check(2, 2, softmax).is_ok() && good.check(2, 1, binary).is_ok());
        assert!(message(samples(&two, 4, good.targets), 2, softmax).contains("4 features"));
        assert!(message(samples(&two[..3], 2, good.targets), 2, softmax).contains("3 input values"));
        assert!(message(samples(&[], 2, Targets::Classes(&[])), 2, softmax).contains("none"));
        assert!(message(samples(&[1.0, f64::NAN], 2, Targets::Classes(&[0])), 2, softmax).contains("sample 0"));
        assert!(message(samples(&two, 2, Targets::Classes(&[0, 2])), 2, softmax).contains("class 2"));
        assert!(message(samples(&two, 2, Targets::Classes(&[0])), 2, softmax).contains("1 classes"));
        assert!(message(samples(&two, 2, Targets::Classes(&[0, 0])), 1, mse).contains("give values"));
        assert!(message(samples(&two, 2, Targets::Values(&[0.0, 2.0])), 1, binary).contains("sample 1 is 2"));
        assert!(message(samples(&two, 2, Targets::Values(&[0.0])), 1, mse).contains("1 target values"));
        assert!(message(samples(&two, 2, Targets::Values(&[0.0, 1.0])), 2, softmax).contains("give classes"));
    }
}
