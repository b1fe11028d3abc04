//! The verdict on a training run, and its thresholds.
//!
//! The verdict is the first in this table whose condition holds:
//!
//! | verdict | condition | reason |
//! |---|---|---|
//! | diverged | a NaN or an infinity anywhere, or a final loss above [`DIVERGED_FACTOR`] times the larger of the initial and the constant loss | nothing else about such a run is meaningful |
//! | frozen | no weight changed bitwise; biases may have | every weight gradient was 0: an all-zero start with tanh or ReLU, or neurons that are all dead |
//! | one neuron | any hidden layer of two neurons or more has one distinct neuron at the end | its width is useless: the rest of the network sees a single number |
//! | saturated | at least [`SATURATED_SHARE`] of the activations are saturated at the end, and they were at the start or the loss is on the plateau | the weights started too large, or grew too large; a saturated network that has learned is fine |
//! | plateau | the final loss is not lower than the initial loss by [`LEARNING_FALL`], or is within that of the constant loss | the weights move without effect: the start is too small for the depth, the learning rate too small, or only the biases have learned |
//! | learning | none of the above | |
//!
//! The constant loss is the loss of the best constant prediction: see
//! [`constant_prediction_loss`](crate::constant_prediction_loss). A network without hidden layers is never one neuron
//! and never saturated.
//!
//! The thresholds are conventions, chosen with a margin on both sides. On handwritten digits (1,797 images of 64
//! pixels, one and three hidden layers of 32, tanh and sigmoid, gradient descent with rate 0.1, 600 steps of 64
//! samples, 5 seeds) a standard deviation of 10 keeps 90 to 100 % of the activations saturated from the first step to
//! the last. With a standard deviation of 1 it is 17 to 74 %, and the network learns. Glorot initialization ends below
//! 5 %. On the plateau, the mean loss of the last 20 batches is within 1 % of the constant loss. A run that ends while
//! it is leaving the plateau is judged by its final loss.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::Evidence;

/// A run has also diverged if its final loss is finite but more than this factor above both its initial loss and the
/// loss of the best constant.
pub const DIVERGED_FACTOR: f64 = 10.0;

/// A network is saturated if at least this share of its activations is saturated: three quarters.
pub const SATURATED_SHARE: f64 = 0.75;

/// Two losses count as different if they differ by at least this fraction: 5 %, which is above the noise of a mean over
/// several batches.
pub const LEARNING_FALL: f64 = 0.05;

/// The outcome of a training run.
///
/// ```
/// use fanin_diagnostics::{Evidence, Verdict};
///
/// let evidence = Evidence {
///     non_finite: false,
///     weights_changed: true,
///     distinct_neurons: vec![1],
///     hidden_neurons: vec![32],
///     saturated_at_start: Some(0.0),
///     saturated_at_end: Some(0.0),
///     initial_loss: 2.3,
///     final_loss: 1.2,
///     constant_loss: None,
/// };
/// assert_eq!(Verdict::of(&evidence).to_string(), "one neuron");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Some value is not finite, or the loss exploded.
    Diverged,
    /// No weight changed.
    Frozen,
    /// A hidden layer acts as one neuron.
    OneNeuron,
    /// The activations are on the flat part of their curve.
    Saturated,
    /// The weights change, but the loss does not fall.
    Plateau,
    /// The loss falls.
    Learning,
}

impl Verdict {
    /// All verdicts, in the order in which they are checked.
    pub const ALL: [Self; 6] =
        [Self::Diverged, Self::Frozen, Self::OneNeuron, Self::Saturated, Self::Plateau, Self::Learning];

    /// Returns the first verdict whose condition holds.
    #[must_use]
    pub fn of(evidence: &Evidence) -> Self {
        let holds = |verdict: &Self| match verdict {
            Self::Diverged => evidence.diverged(),
            Self::Frozen => !evidence.weights_changed,
            Self::OneNeuron => evidence.is_one_neuron(),
            Self::Saturated => evidence.is_saturated(),
            Self::Plateau => evidence.is_on_plateau(),
            Self::Learning => true,
        };
        Self::ALL.into_iter().find(holds).unwrap_or(Self::Learning)
    }
}

impl Evidence {
    fn diverged(&self) -> bool {
        let worst = self.constant_loss.map_or(self.initial_loss, |constant| constant.max(self.initial_loss));
        let finite = self.initial_loss.is_finite() && self.final_loss.is_finite();
        self.non_finite || !finite || (worst > 0.0 && self.final_loss > DIVERGED_FACTOR * worst)
    }

    fn is_one_neuron(&self) -> bool {
        self.distinct_neurons.iter().zip(&self.hidden_neurons).any(|(distinct, width)| *width > 1 && *distinct == 1)
    }

    fn is_saturated(&self) -> bool {
        let mostly = |fraction: Option<f64>| fraction.is_some_and(|fraction| fraction >= SATURATED_SHARE);
        mostly(self.saturated_at_end) && (mostly(self.saturated_at_start) || self.is_on_plateau())
    }

    /// A loss above the constant loss may still be falling: an overconfident start begins far above it and learns.
    fn is_on_plateau(&self) -> bool {
        let at_constant = |constant: f64| (self.final_loss - constant).abs() <= LEARNING_FALL * constant;
        self.final_loss > (1.0 - LEARNING_FALL) * self.initial_loss || self.constant_loss.is_some_and(at_constant)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Diverged => "diverged",
            Self::Frozen => "frozen",
            Self::OneNeuron => "one neuron",
            Self::Saturated => "saturated",
            Self::Plateau => "plateau",
            Self::Learning => "learning",
        })
    }
}

/// A word that does not name a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown verdict '{0}'; the verdicts are {list}", list = Verdict::ALL.map(|verdict| verdict.to_string()).join(", "))]
pub struct UnknownVerdict(String);

impl FromStr for Verdict {
    type Err = UnknownVerdict;

    fn from_str(text: &str) -> Result<Self, UnknownVerdict> {
        Self::ALL.into_iter().find(|verdict| verdict.to_string() == text).ok_or_else(|| UnknownVerdict(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run that learns, on ten balanced classes.
    fn learning() -> Evidence {
        Evidence {
            non_finite: false,
            weights_changed: true,
            distinct_neurons: vec![32, 32],
            hidden_neurons: vec![32, 32],
            saturated_at_start: Some(0.0),
            saturated_at_end: Some(0.1),
            initial_loss: 2.4,
            final_loss: 0.08,
            constant_loss: Some(std::f64::consts::LN_10),
        }
    }

    fn with(change: impl FnOnce(&mut Evidence)) -> Verdict {
        let mut evidence = learning();
        change(&mut evidence);
        Verdict::of(&evidence)
    }

    #[test]
    fn the_first_that_holds() {
        // Everything is wrong at once; each change fixes the first remaining problem.
        let mut evidence = Evidence {
            non_finite: true,
            weights_changed: false,
            distinct_neurons: vec![1],
            hidden_neurons: vec![2],
            saturated_at_start: Some(1.0),
            saturated_at_end: Some(1.0),
            initial_loss: 2.0,
            final_loss: 2.0,
            constant_loss: None,
        };
        let mut found = vec![Verdict::of(&evidence)];
        let mends: [fn(&mut Evidence); 5] = [
            |e| e.non_finite = false,
            |e| e.weights_changed = true,
            |e| e.distinct_neurons = vec![2],
            |e| e.saturated_at_end = Some(0.0),
            |e| e.final_loss = 1.0,
        ];
        for mend in mends {
            mend(&mut evidence);
            found.push(Verdict::of(&evidence));
        }
        assert_eq!(found, Verdict::ALL);
    }

    #[test]
    fn diverged_by_a_value_or_by_growth() {
        assert_eq!(with(|e| e.final_loss = f64::NAN), Verdict::Diverged);
        assert_eq!(with(|e| e.initial_loss = f64::INFINITY), Verdict::Diverged);
        assert_eq!(with(|e| e.final_loss = 24.1), Verdict::Diverged);
        assert_eq!(with(|e| e.final_loss = 23.9), Verdict::Plateau);
        // A good start that gets slightly worse has not diverged as long as a constant prediction would be worse.
        assert_eq!(with(|e| (e.initial_loss, e.final_loss) = (0.001, 0.1)), Verdict::Plateau);
        assert_eq!(with(|e| (e.initial_loss, e.final_loss, e.constant_loss) = (0.0, 1e-9, None)), Verdict::Plateau);
    }

    #[test]
    fn one_neuron_needs_two() {
        assert_eq!(with(|e| e.distinct_neurons = vec![32, 1]), Verdict::OneNeuron);
        assert_eq!(with(|e| e.distinct_neurons = vec![32, 2]), Verdict::Learning);
        assert_eq!(with(|e| (e.distinct_neurons, e.hidden_neurons) = (vec![1], vec![1])), Verdict::Learning);
        assert_eq!(with(|e| (e.distinct_neurons, e.hidden_neurons) = (vec![], vec![])), Verdict::Learning);
    }

    #[test]
    fn saturated_from_the_start_or_without_learning() {
        let saturated = |start, end, loss| {
            with(|e| (e.saturated_at_start, e.saturated_at_end, e.final_loss) = (Some(start), Some(end), loss))
        };
        assert_eq!(saturated(0.96, 0.99, 1.2), Verdict::Saturated);
        assert_eq!(saturated(0.75, 0.75, 1.2), Verdict::Saturated);
        assert_eq!(saturated(0.74, 0.99, 1.2), Verdict::Learning);
        assert_eq!(saturated(0.96, 0.74, 1.2), Verdict::Learning);
        assert_eq!(saturated(0.0, 0.99, 2.3), Verdict::Saturated);
        assert_eq!(with(|e| (e.saturated_at_start, e.saturated_at_end) = (None, None)), Verdict::Learning);
    }

    #[test]
    fn a_plateau_is_the_start_or_the_best_constant() {
        let from = |initial, last, constant| {
            with(|e| (e.initial_loss, e.final_loss, e.constant_loss) = (initial, last, constant))
        };
        assert_eq!(from(2.0, 1.91, None), Verdict::Plateau);
        assert_eq!(from(2.0, 1.89, None), Verdict::Learning);
        // The biases alone can bring the loss down to the entropy of the classes.
        assert_eq!(from(0.693, 0.5, Some(0.5)), Verdict::Plateau);
        assert_eq!(from(0.693, 0.5, None), Verdict::Learning);
        assert_eq!(from(300.0, 2.32, Some(2.3)), Verdict::Plateau);
        // Still above the constant, but falling from an overconfident start.
        assert_eq!(from(56.0, 16.0, Some(2.3)), Verdict::Learning);
        assert_eq!(from(2.4, 2.1, Some(2.3)), Verdict::Learning);
        // A perfect run; then a run whose targets are all equal, which a constant predicts exactly.
        assert_eq!(from(1.0, 0.0, None), Verdict::Learning);
        assert_eq!(from(1.0, 0.2, Some(0.0)), Verdict::Learning);
    }

    #[test]
    fn words_round_trip() {
        for verdict in Verdict::ALL {
            assert_eq!(verdict.to_string().parse(), Ok(verdict));
        }
        let error = "dead".parse::<Verdict>().unwrap_err().to_string();
        assert!(error.contains("'dead'") && error.contains("one neuron"), "{error}");
    }
}
