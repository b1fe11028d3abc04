//! Samples in plain host memory, the same for every backend.

use super::{Loss, NetworkError, Targets};

/// Inputs with their targets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Samples<'a> {
    /// Row-major `[samples, features]`.
    pub inputs: &'a [f64],
    /// The number of features per row.
    pub features: usize,
    /// The targets of the outputs.
    pub targets: Targets<'a>,
}

impl Samples<'_> {
    /// Returns the number of samples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inputs.len().checked_div(self.features).unwrap_or(0)
    }

    /// Returns whether there are no samples.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Refuses samples that a network with this many features and outputs cannot be trained on.
    ///
    /// # Errors
    /// [`NetworkError::Samples`], which names the sample: rows of another length, a wrong number of targets, a class
    /// without an output, a value that is not finite, a probability outside 0 to 1, or no samples at all.
    pub fn check(&self, features: usize, outputs: usize, loss: Loss) -> Result<(), NetworkError> {
        let refuse = |reason: String| Err(NetworkError::Samples(reason));
        if self.features != features {
            return refuse(format!("a row has {} features, but the network takes {features}", self.features));
        }
        if features == 0 || !self.inputs.len().is_multiple_of(features) {
            return refuse(format!("{} input values do not form rows of {features}", self.inputs.len()));
        }
        if self.is_empty() {
            return refuse("no samples; use at least one".to_owned());
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
                        return Err(format!(
                            "{loss} with {outputs} outputs does not accept classes as targets; use values"
                        ));
                    }
                };
                if classes.len() != samples {
                    return Err(format!("{} classes for {samples} samples", classes.len()));
                }
                match classes.iter().position(|class| *class >= choices) {
                    Some(at) => Err(format!("sample {at} has class {}, but there are {choices} classes", classes[at])),
                    None => Ok(()),
                }
            }
            Targets::Values(_) if loss == Loss::SoftmaxCrossEntropy => {
                Err(format!("{loss} does not accept values as targets; use classes"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusable_samples_are_named() {
        let samples = |inputs, features, targets| Samples { inputs, features, targets };
        let message = |s: Samples<'_>, outputs, loss| s.check(2, outputs, loss).unwrap_err().to_string();
        let (softmax, binary, mse) = (Loss::SoftmaxCrossEntropy, Loss::BinaryCrossEntropy, Loss::MeanSquaredError);
        let two = [1.0, 2.0, 3.0, 4.0];
        let good = samples(&two, 2, Targets::Classes(&[0, 1]));
        assert!(good.check(2, 2, softmax).is_ok() && good.check(2, 1, binary).is_ok());
        assert!(message(samples(&two, 4, good.targets), 2, softmax).contains("4 features"));
        assert!(message(samples(&two[..3], 2, good.targets), 2, softmax).contains("3 input values"));
        assert!(message(samples(&[], 2, Targets::Classes(&[])), 2, softmax).contains("no samples"));
        assert!(message(samples(&[1.0, f64::NAN], 2, Targets::Classes(&[0])), 2, softmax).contains("sample 0"));
        assert!(message(samples(&two, 2, Targets::Classes(&[0, 2])), 2, softmax).contains("class 2"));
        assert!(message(samples(&two, 2, Targets::Classes(&[0])), 2, softmax).contains("1 classes"));
        assert!(message(samples(&two, 2, Targets::Classes(&[0, 0])), 1, mse).contains("use values"));
        assert!(message(samples(&two, 2, Targets::Values(&[0.0, 2.0])), 1, binary).contains("sample 1 is 2"));
        assert!(message(samples(&two, 2, Targets::Values(&[0.0])), 1, mse).contains("1 target values"));
        assert!(message(samples(&two, 2, Targets::Values(&[0.0, 1.0])), 2, softmax).contains("use classes"));
    }
}
