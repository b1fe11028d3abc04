//! Optimizer hyperparameters; the state of an optimizer belongs to a backend.

use std::fmt;

use super::NetworkError;

/// An optimizer and its hyperparameters.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum OptimizerSpec {
    /// `v = momentum * v + g; w = w - rate * v`, with `v = 0` at the start (Polyak 1964, in PyTorch's form).
    Sgd {
        /// The learning rate.
        rate: f64,
        /// 0 for plain gradient descent.
        momentum: f64,
    },
    /// Adam (Kingma & Ba 2015, algorithm 1):
    /// `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2`,
    /// `w = w - rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)`.
    Adam {
        /// The learning rate.
        rate: f64,
        /// The decay of the first moment.
        beta1: f64,
        /// The decay of the second moment.
        beta2: f64,
        /// Keeps the division finite.
        epsilon: f64,
    },
}

impl OptimizerSpec {
    /// Returns plain gradient descent.
    #[must_use]
    pub const fn sgd(rate: f64) -> Self {
        Self::Sgd { rate, momentum: 0.0 }
    }

    /// Returns gradient descent with momentum.
    #[must_use]
    pub const fn momentum(rate: f64, momentum: f64) -> Self {
        Self::Sgd { rate, momentum }
    }

    /// Returns Adam with the paper's `beta1 = 0.9`, `beta2 = 0.999`, `epsilon = 1e-8`.
    #[must_use]
    pub const fn adam(rate: f64) -> Self {
        Self::Adam { rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
    }

    /// Returns the learning rate.
    #[must_use]
    pub const fn rate(&self) -> f64 {
        match self {
            Self::Sgd { rate, .. } | Self::Adam { rate, .. } => *rate,
        }
    }

    /// Refuses invalid hyperparameters.
    ///
    /// # Errors
    /// [`NetworkError::Optimizer`], which names the hyperparameter.
    pub fn check(&self) -> Result<(), NetworkError> {
        let refuse = |what: &str, value: f64, need: &str| {
            Err(NetworkError::Optimizer(format!("invalid {what} = {value}; use {need}")))
        };
        let fraction = |what: &str, value: f64| {
            if (0.0..1.0).contains(&value) { Ok(()) } else { refuse(what, value, "a number from 0 to below 1") }
        };
        let rate = self.rate();
        if !(rate.is_finite() && rate > 0.0) {
            return refuse("rate", rate, "a finite number above 0");
        }
        match *self {
            Self::Sgd { momentum, .. } => fraction("momentum", momentum),
            Self::Adam { beta1, beta2, epsilon, .. } => {
                fraction("beta1", beta1)?;
                fraction("beta2", beta2)?;
                if !(epsilon.is_finite() && epsilon > 0.0) {
                    return refuse("epsilon", epsilon, "a finite number above 0");
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for OptimizerSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sgd { rate, momentum: 0.0 } => write!(f, "sgd(rate = {rate})"),
            Self::Sgd { rate, momentum } => write!(f, "sgd(rate = {rate}, momentum = {momentum})"),
            Self::Adam { rate, beta1, beta2, epsilon } => {
                write!(f, "adam(rate = {rate}, beta1 = {beta1}, beta2 = {beta2}, epsilon = {epsilon})")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_without_meaning_are_named() {
        for (spec, word) in [
            (OptimizerSpec::sgd(f64::NAN), "rate"),
            (OptimizerSpec::sgd(0.0), "rate"),
            (OptimizerSpec::momentum(0.1, 1.0), "momentum"),
            (OptimizerSpec::Adam { rate: 0.1, beta1: -0.1, beta2: 0.9, epsilon: 1e-8 }, "beta1"),
            (OptimizerSpec::Adam { rate: 0.1, beta1: 0.9, beta2: 1.5, epsilon: 1e-8 }, "beta2"),
            (OptimizerSpec::Adam { rate: 0.1, beta1: 0.9, beta2: 0.9, epsilon: 0.0 }, "epsilon"),
        ] {
            assert!(spec.check().unwrap_err().to_string().contains(word), "{spec}");
        }
        assert!(OptimizerSpec::adam(1e-3).check().is_ok());
    }
}
