//! Whether a checkpoint is fresh or trained.

use std::fmt;

use serde::{Serialize, Serializer};

use super::kind::TensorKind;
use super::noise::NoiseVerdict;
use super::subject::Subject;

/// Whether a checkpoint is fresh or trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrainingStage {
    /// Unchanged since initialization.
    Fresh,
    /// Trained.
    Trained,
}

/// The stage of a checkpoint and the evidence for it.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    /// The stage; `None` if there are no values.
    pub stage: Option<TrainingStage>,
    /// The reason, in one sentence.
    pub reason: String,
    /// The number of weights that are large enough to be distinguished from noise.
    pub weights: usize,
    /// The number of weights that are independent noise.
    pub noise: usize,
    /// The number of weights that are orthogonal, as some initializers make them.
    pub orthogonal: usize,
}

/// The smallest share of weights that look untouched in a fresh checkpoint. Constants and zero tables are not counted.
const FRESH: f64 = 0.6;

impl Decision {
    /// Takes the requested stage; without one, fresh if a recipe is declared; otherwise the stage that the evidence suggests.
    pub(crate) fn made(asked: Option<TrainingStage>, declared: bool, subjects: &[Subject<'_>]) -> Self {
        let evidence = Self::of(subjects);
        match (asked, evidence.stage) {
            (_, None) => evidence,
            (Some(stage), _) => Self { stage: Some(stage), reason: "as requested".to_owned(), ..evidence },
            (None, Some(TrainingStage::Trained)) if declared => {
                let reason = format!("because a recipe was declared, but it looks trained: {}", evidence.reason);
                Self { stage: Some(TrainingStage::Fresh), reason, ..evidence }
            }
            (None, Some(_)) if declared => Self {
                stage: Some(TrainingStage::Fresh),
                reason: "because a recipe was declared".to_owned(),
                ..evidence
            },
            (None, Some(_)) => evidence,
        }
    }

    /// Judges the evidence.
    fn of(subjects: &[Subject<'_>]) -> Self {
        let judged = |verdict: NoiseVerdict| {
            let weights = subjects.iter().filter(|subject| subject.kind() == TensorKind::Weight);
            weights.filter(|subject| subject.noise.verdict == verdict).count()
        };
        let (noise, orthogonal) = (judged(NoiseVerdict::Noise), judged(NoiseVerdict::Orthogonal));
        let weights = noise + orthogonal + judged(NoiseVerdict::Structured);
        if weights == 0 {
            return Self::without_weights(subjects);
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of tensors")]
        let fresh = (noise + orthogonal) as f64 >= FRESH * weights as f64;
        let stage = Some(if fresh { TrainingStage::Fresh } else { TrainingStage::Trained });
        let thing = if weights == 1 { "weight" } else { "weights" };
        let look = if noise == 1 || weights == 1 { "looks" } else { "look" };
        let drawn = format!("{noise} of {weights} {thing} {look} like independent draws");
        let reason = match orthogonal {
            0 => drawn,
            1 => format!("{drawn}, 1 is orthogonal"),
            _ => format!("{drawn}, {orthogonal} are orthogonal"),
        };
        Self { stage, reason, weights, noise, orthogonal }
    }

    /// Judges a checkpoint without large weights: if all biases and gains are constant, it was never trained.
    fn without_weights(subjects: &[Subject<'_>]) -> Self {
        let vectors =
            || subjects.iter().filter(|subject| matches!(subject.kind(), TensorKind::Bias | TensorKind::Vector));
        let constant = vectors().count() > 0 && vectors().all(|subject| subject.statistics.is_constant());
        let (stage, reason) = if subjects.iter().all(|subject| subject.statistics.len == 0) {
            (None, "no values")
        } else if constant {
            (
                Some(TrainingStage::Fresh),
                "every bias and gain is constant, and no weight is large enough to be distinguished from noise",
            )
        } else {
            (Some(TrainingStage::Trained), "no weight is large enough to be distinguished from noise")
        };
        Self { stage, reason: reason.to_owned(), weights: 0, noise: 0, orthogonal: 0 }
    }
}

impl fmt::Display for Decision {
    /// `trained, 0 of 12 weights look like independent draws`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.stage {
            Some(stage) => write!(f, "{stage}, {}", self.reason),
            None => write!(f, "no stage: {}", self.reason),
        }
    }
}

impl fmt::Display for TrainingStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Fresh => "fresh",
            Self::Trained => "trained",
        })
    }
}

impl Serialize for TrainingStage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
