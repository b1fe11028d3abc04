//! The evidence behind a verdict.

use crate::{Diagnosis, Share, Updates};

/// The measurements of a run that [`Verdict::of`](crate::Verdict::of) uses.
///
/// [`Evidence::between`] collects most of them from diagnoses of the first and the last state of the network. Every
/// field can also be set directly.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Whether a NaN or an infinity occurred anywhere: in a parameter, a signal, a gradient or a loss.
    pub non_finite: bool,
    /// Whether any weight changed bitwise between start and end; biases do not count. Meaningful only after at least
    /// one step.
    pub weights_changed: bool,
    /// The number of distinct neurons in each hidden layer at the end.
    pub distinct_neurons: Vec<usize>,
    /// The width of each hidden layer.
    pub hidden_neurons: Vec<usize>,
    /// The saturated fraction of the activations at the start; `None` if none can saturate.
    pub saturated_at_start: Option<f64>,
    /// The saturated fraction at the end.
    pub saturated_at_end: Option<f64>,
    /// The mean training loss before the first step.
    pub initial_loss: f64,
    /// The mean training loss at the end, over the whole training set or several of the last steps. The loss of a
    /// single batch is too noisy.
    pub final_loss: f64,
    /// The loss of the best constant prediction, from [`constant_prediction_loss`](crate::constant_prediction_loss). If
    /// `None`, the final loss is compared with the initial loss only.
    pub constant_loss: Option<f64>,
}

impl Evidence {
    /// Collects the evidence from diagnoses of the first and last state on the same samples, the updates between them,
    /// and the two losses.
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

    /// Sets the loss of the best constant prediction.
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
    fn non_finite_values_at_either_end_count() {
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
