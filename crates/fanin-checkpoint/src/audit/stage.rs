//! Fresh or trained?

use std::fmt;

use serde::{Serialize, Serializer};

use super::kind::Kind;
use super::noise::Verdict;
use super::subject::Subject;

/// Whether a checkpoint was trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// As an initializer left it.
    Fresh,
    /// Trained.
    Trained,
}

/// A stage and why.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    /// The stage; nothing where there is nothing to look at.
    pub stage: Option<Stage>,
    /// Why, in a sentence.
    pub reason: String,
    /// Weights that can be told from noise, by their size.
    pub weights: usize,
    /// Those of them that are independent noise.
    pub noise: usize,
    /// Those that are orthogonal, as some initializers make them.
    pub orthogonal: usize,
}

/// The share of weights that an initializer must have left as they are in a fresh checkpoint. Constants and tables of zeros are counted
/// as neither.
const FRESH: f64 = 0.6;

impl Decision {
    /// What was asked for, else what a declared recipe says, else what the evidence says.
    pub(super) fn made(asked: Option<Stage>, declared: bool, subjects: &[Subject<'_>]) -> Self {
        let evidence = Self::of(subjects);
        match (asked, evidence.stage) {
            (_, None) => evidence,
            (Some(stage), _) => Self { stage: Some(stage), reason: "as asked for".to_owned(), ..evidence },
            (None, Some(Stage::Trained)) if declared => {
                let reason = format!("as the recipe says; by the evidence trained, for {}", evidence.reason);
                Self { stage: Some(Stage::Fresh), reason, ..evidence }
            }
            (None, Some(_)) if declared => {
                Self { stage: Some(Stage::Fresh), reason: "as the recipe says".to_owned(), ..evidence }
            }
            (None, Some(_)) => evidence,
        }
    }

    /// By the evidence.
    fn of(subjects: &[Subject<'_>]) -> Self {
        let judged = |verdict: Verdict| {
            let weights = subjects.iter().filter(|subject| subject.kind() == Kind::Weight);
            weights.filter(|subject| subject.noise.verdict == verdict).count()
        };
        let (noise, orthogonal) = (judged(Verdict::Noise), judged(Verdict::Orthogonal));
        let weights = noise + orthogonal + judged(Verdict::Structured);
        if weights == 0 {
            return Self::without_weights(subjects);
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of tensors")]
        let fresh = (noise + orthogonal) as f64 >= FRESH * weights as f64;
        let stage = Some(if fresh { Stage::Fresh } else { Stage::Trained });
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

    /// No weight is large enough: biases and gains that are all constant were never trained.
    fn without_weights(subjects: &[Subject<'_>]) -> Self {
        let vectors = || subjects.iter().filter(|subject| matches!(subject.kind(), Kind::Bias | Kind::Vector));
        let constant = vectors().count() > 0 && vectors().all(|subject| subject.statistics.is_constant());
        let (stage, reason) = if subjects.iter().all(|subject| subject.statistics.len == 0) {
            (None, "nothing to look at")
        } else if constant {
            (Some(Stage::Fresh), "every bias and gain is constant, and no weight is large enough to be told from noise")
        } else {
            (Some(Stage::Trained), "no weight is large enough to be told from noise")
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
