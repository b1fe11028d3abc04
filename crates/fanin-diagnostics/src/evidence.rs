//! What a verdict is passed on.

use crate::{Diagnosis, Share, Updates};

/// What a run showed: everything that [`Verdict::of`](crate::Verdict::of) looks at.
///
/// [`Evidence::between`] takes most of it from a look at the first and at the last state of the network; every field may be
/// set by hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Whether a NaN or an infinity was met anywhere: in a parameter, a signal, a gradient or a loss.
    pub non_finite: bool,
    /// Whether any weight changed between start and end, to the bit; biases do not count. Has a meaning after one step or
    /// more.
    pub weights_changed: bool,
    /// The number of different neurons of each hidden layer, at the end.
    pub distinct_neurons: Vec<usize>,
    /// The width of each hidden layer.
    pub hidden_neurons: Vec<usize>,
    /// The saturated fraction of the activations at the start; `None` where none can saturate.
    pub saturated_at_start: Option<f64>,
    /// The same at the end.
    pub saturated_at_end: Option<f64>,
    /// The mean training loss before the first step.
    pub initial_loss: f64,
    /// The mean training loss at the end: over the whole training set, or over a window of the last steps. A single batch
    /// is noise.
    pub final_loss: f64,
    /// The loss of the best constant prediction, from [`constant_prediction_loss`](crate::constant_prediction_loss); `None`
    /// where it is not known, and only the initial loss is compared with.
    pub constant_loss: Option<f64>,
}

impl Evidence {
    /// From the network's first and last state on the same samples, what changed between, and the two losses.
    #[must_use]
    pub fn between(start: &Diagnosis, end: &Diagnosis, updates: &Updates, initial_loss: f64, final_loss: f64) -> Self {
        let fraction = |diagnosis: &Diagnosis| diagnosis.saturated().and_then(Share::fraction);
        Self {
            non_finite: start.non_finite.is_some() || end.non_finite.is_some(),
            weights_changed: updates.weights_changed(),
            distinct_neurons: end.distinct_neurons(),
            hidden_neurons: end.hidden_neurons(),
            saturated_at_start: fraction(start),
            saturated_at_end: fraction(end),
            initial_loss,
            final_loss,
            constant_loss: None,
        }
    }

    /// The same, with the loss of the best constant prediction known.
    #[must_use]
    pub fn with_constant_loss(mut self, constant_loss: Option<f64>) -> Self {
        self.constant_loss = constant_loss;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NonFinite, NonFiniteKind, Verdict};

    #[test]
    fn what_was_not_finite_at_the_start_or_at_the_end_counts() {
        let well = Diagnosis { non_finite: None, loss: Some(1.0), layers: vec![] };
        let ill = Diagnosis { non_finite: Some(NonFinite::Loss { kind: NonFiniteKind::Nan }), ..well.clone() };
        let updates = Updates { parameters: vec![] };
        for (start, end, non_finite) in [(&well, &well, false), (&ill, &well, true), (&well, &ill, true)] {
            let evidence = Evidence::between(start, end, &updates, 1.0, 0.5);
            assert_eq!(evidence.non_finite, non_finite);
            assert_eq!(Verdict::of(&evidence) == Verdict::Diverged, non_finite);
        }
    }
}
