//! Fresh or trained?

use std::fmt;

use serde::{Serialize, Serializer};

use super::kind::Kind;
use super::noise::Verdict;
use super::subject::Subject;

/// Whether a checkpoint was trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// As an initialiser left it.
    Fresh,
    /// Trained.
    Trained,
}

/// A stage and why.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    /// The stage.
    pub stage: Stage,
    /// Why, in a sentence.
    pub reason: String,
    /// Weights that can be told from noise, by their size.
    pub weights: usize,
    /// Those of them that are independent noise.
    pub noise: usize,
}

/// The share of weights that must be noise in a fresh checkpoint. Constants, orthogonal matrices and tables of zeros are
/// counted as neither.
const FRESH: f64 = 0.6;

impl Decision {
    /// By the evidence.
    pub(super) fn of(subjects: &[Subject<'_>]) -> Self {
        let judged = |verdict: Verdict| {
            let weights = subjects.iter().filter(|subject| subject.kind() == Kind::Weight);
            weights.filter(|subject| subject.noise.verdict == verdict).count()
        };
        let (noise, other) = (judged(Verdict::Noise), judged(Verdict::Structured));
        let weights = noise + other;
        #[expect(clippy::cast_precision_loss, reason = "counts of tensors")]
        let fresh = weights > 0 && noise as f64 >= FRESH * weights as f64;
        if weights == 0 {
            return Self::without_weights(subjects);
        }
        let stage = if fresh { Stage::Fresh } else { Stage::Trained };
        let reason = format!("{noise} of {weights} weights look like independent draws");
        Self { stage, reason, weights, noise }
    }

    /// No weight is large enough: biases and gains that are all constant were never trained.
    fn without_weights(subjects: &[Subject<'_>]) -> Self {
        let vectors = || subjects.iter().filter(|subject| matches!(subject.kind(), Kind::Bias | Kind::Vector));
        let constant = vectors().count() > 0 && vectors().all(|subject| subject.statistics.is_constant());
        let (stage, reason) = if constant {
            (Stage::Fresh, "every bias and gain is constant, and no weight is large enough to be told from noise")
        } else {
            (Stage::Trained, "no weight is large enough to be told from noise")
        };
        Self { stage, reason: reason.to_owned(), weights: 0, noise: 0 }
    }

    /// As it was asked for.
    pub(super) fn given(stage: Stage, subjects: &[Subject<'_>]) -> Self {
        Self { stage, reason: "as asked for".to_owned(), ..Self::of(subjects) }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Fresh => "fresh",
            Self::Trained => "trained",
        })
    }
}

impl Serialize for Stage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
