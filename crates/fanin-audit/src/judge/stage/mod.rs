//! Decides whether a checkpoint is fresh, trained or undetermined.
//!
//! Adapters decide by themselves ([`adapters`]): their product starts at zero. The other evidence of training, each sufficient by itself whatever the weights look like:
//!
//! - running statistics away from 0 and 1, or batch counters above a dry run of four batches ([`running`]);
//! - gains and biases that no initializer generates: three of them, a quarter of all, or all together beyond chance
//!   ([`vectors`]);
//! - weights that are structured beyond chance: two fifths of those with enough values to show it ([`weights`]).
//!
//! Without such evidence a checkpoint is fresh if its weights look drawn and there are enough values (4096, or scales
//! that match known initializers), or if fewer look drawn and gains, biases and statistics have their initial values.
//! Otherwise it is undetermined.
//!
//! # Error rates
//! `examples/stage_rates.rs`, 20 seeds, up to 14 initializers and 10 models of one to nine layers of 160 to 12,288
//! values: none of 2,720 fresh checkpoints is called trained, and 560, all of them single layers, are undetermined.
//! With rows, columns, gains and biases moved (log-normal factors of spread 0.4), none of as many is called fresh, and
//! 134 are undetermined. None of 74 public trained checkpoints (`campaigns/calibration`) is called fresh, and 3 are
//! undetermined.
//!
//! Knows no rule.

mod adapters;
mod running;
mod start;
mod vectors;
mod weights;

use std::fmt;

use fanin_checkpoint::reading::Checkpoint;
use rayon::prelude::*;
use serde::{Serialize, Serializer};

use super::adapter;
use super::coverage::Coverage;
use super::deviations::combined;
use super::filter;
use super::kind::TensorKind;
use super::subject::Subject;
use running::Running;
pub(crate) use start::{Role, Start};
use vectors::Vectors;
use weights::Look;

/// Whether a checkpoint is fresh or trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrainingStage {
    /// Unchanged since initialization.
    Fresh,
    /// Trained.
    Trained,
    /// The evidence is not sufficient. Rules report only what is a fault in both stages.
    Undetermined,
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

/// The stage that evidence suggests, and the reason.
struct Suggested {
    stage: Option<TrainingStage>,
    reason: String,
}

/// The number of weights with each look.
#[derive(Clone, Debug, Default)]
struct Weights {
    drawn: usize,
    orthogonal: usize,
    /// Structured beyond chance in any of the weights.
    structured: usize,
    /// Neither drawn nor structured beyond chance.
    between: usize,
    /// Drawn or orthogonal ones that are large enough for training to show.
    telling: usize,
    /// The number of values in all drawn ones.
    values: usize,
    /// The probability that chance explains all deviations of those that are not structured.
    p: f64,
    /// The probability that the scales of the drawn ones match known initializers by chance.
    chance: f64,
}

/// The largest probability that chance makes any weight of the checkpoint look structured. For small weights it is
/// accurate only to a factor of ten.
const STRUCTURED: f64 = 1e-5;

/// The minimum number of values of a weight in which training would show.
const TELLING: usize = 4096;

impl Weights {
    fn of(subjects: &[Subject<'_>], kind: TensorKind) -> Self {
        let mut looks: Vec<(Look, &Subject<'_>)> = subjects
            .par_iter()
            .filter(|subject| subject.kind() == kind && adapter::factor_of(subject.name()).is_none())
            .map(|subject| (Look::of(subject), subject))
            .collect();
        let count = |looks: &[(Look, _)], test: fn(&Look) -> bool| looks.iter().filter(|(look, _)| test(look)).count();
        let structured = count(&looks, |look| matches!(look, Look::Structured { .. }));
        let made = count(&looks, |look| matches!(look, Look::Drawn { .. } | Look::Orthogonal));
        // Structured weights are checked for fixed filters only if they are few, so that trained weights are not read
        // again.
        if structured <= made {
            looks.par_iter_mut().for_each(|(look, subject)| {
                if matches!(look, Look::Structured { .. }) && filter::is_fixed(subject).unwrap_or(false) {
                    *look = Look::Silent;
                }
            });
        }
        let tested = count(&looks, |look| *look != Look::Silent).max(1);
        #[expect(clippy::cast_precision_loss, reason = "a count of tensors")]
        let limit = STRUCTURED / tested as f64;
        let mut weights = Self { chance: 1.0, ..Self::default() };
        let mut probabilities = Vec::new();
        for (look, _) in looks {
            match look {
                Look::Silent => {}
                Look::Orthogonal => {
                    weights.orthogonal += 1;
                    weights.telling += 1;
                }
                Look::Drawn { p, values, chance } => {
                    weights.drawn += 1;
                    weights.values += values;
                    weights.telling += usize::from(values >= TELLING);
                    weights.chance *= chance;
                    probabilities.push(p);
                }
                Look::Structured { p } if p < limit => weights.structured += 1,
                Look::Structured { p } => {
                    weights.between += 1;
                    probabilities.push(p);
                }
            }
        }
        weights.p = combined(&probabilities);
        weights
    }

    fn all(&self) -> usize {
        self.drawn + self.orthogonal + self.structured + self.between
    }

    /// Whether they were trained: two fifths of those that would show it are structured. Small ones that look drawn are
    /// not evidence.
    fn are_trained(&self) -> bool {
        self.structured * 3 >= self.telling * 2 && self.structured > 0 || self.structured == 0 && self.p < 1e-9
    }

    /// Whether none was trained; of ten or more, one may be faulty.
    fn are_fresh(&self) -> bool {
        let odd = self.structured == 0 || self.structured * 10 <= self.telling;
        odd && self.p >= 1e-6 && (self.telling > 0 || self.values >= TELLING || self.chance < 0.01)
    }

    /// Whether no weight contradicts a fresh checkpoint.
    fn may_be_fresh(&self) -> bool {
        self.structured == 0 && self.p >= 1e-3
    }

    /// `3 of 12 weights look like independent draws, 1 is orthogonal`
    fn told(&self, thing: &str) -> String {
        let (drawn, all) = (self.drawn, self.all());
        let things = if all == 1 { thing.to_owned() } else { format!("{thing}s") };
        let look = if drawn == 1 || all == 1 { "looks" } else { "look" };
        let drawn = format!("{drawn} of {all} {things} {look} like independent draws");
        match self.orthogonal {
            0 => drawn,
            1 => format!("{drawn}, 1 is orthogonal"),
            orthogonal => format!("{drawn}, {orthogonal} are orthogonal"),
        }
    }
}

impl Decision {
    /// Takes the requested stage; without one, fresh if a recipe is declared; otherwise the stage that the evidence suggests.
    pub(crate) fn made(
        asked: Option<TrainingStage>,
        declared: bool,
        checkpoint: &Checkpoint,
        subjects: &[Subject<'_>],
        coverage: &Coverage,
    ) -> Self {
        let mut weights = Weights::of(subjects, TensorKind::Weight);
        let mut thing = "weight";
        if weights.all() == 0 {
            (weights, thing) = (Weights::of(subjects, TensorKind::Embedding), "embedding");
        }
        let suggested = suggested(&weights, thing, checkpoint, subjects, coverage);
        let (stage, reason) = match (asked, suggested.stage) {
            (_, None) => (None, suggested.reason),
            (Some(stage), _) => (Some(stage), "as requested".to_owned()),
            (None, Some(TrainingStage::Trained)) if declared => (
                Some(TrainingStage::Fresh),
                format!("because a recipe was declared, but it looks trained: {}", suggested.reason),
            ),
            (None, Some(_)) if declared => (Some(TrainingStage::Fresh), "because a recipe was declared".to_owned()),
            (None, stage) => (stage, suggested.reason),
        };
        let (weights, noise, orthogonal) =
            if thing == "weight" { (weights.all(), weights.drawn, weights.orthogonal) } else { (0, 0, 0) };
        Self { stage, reason, weights, noise, orthogonal }
    }
}

/// Weighs the evidence. Values that moved take precedence over weights that look drawn: training leaves many weights
/// looking random, but no initializer moves statistics, gains and biases.
fn suggested(
    weights: &Weights,
    thing: &str,
    checkpoint: &Checkpoint,
    subjects: &[Subject<'_>],
    coverage: &Coverage,
) -> Suggested {
    if subjects.iter().all(|subject| subject.statistics.len == 0) {
        return Suggested { stage: None, reason: "no values".to_owned() };
    }
    if let Some(suggested) = adapters::suggested(subjects) {
        return suggested;
    }
    let (running, vectors) = (Running::of(checkpoint, subjects), Vectors::of(subjects));
    // Gains and biases alone say little about weights that are missing.
    if weights.all() == 0
        && !running.is_trained()
        && let Some(reason) = coverage.gap()
    {
        return Suggested { stage: Some(TrainingStage::Undetermined), reason };
    }
    let mut reasons = Vec::new();
    let seen = (weights.all() > 0).then(|| weights.told(thing));
    if running.is_trained() || vectors.are_trained() || weights.are_trained() {
        if weights.are_trained() {
            reasons.extend(seen.clone());
        }
        if running.is_trained() {
            reasons.extend(running.told());
        }
        if vectors.are_trained() {
            reasons.push(vectors.told());
        }
        if !weights.are_trained() {
            reasons.extend(seen);
        }
        return Suggested { stage: Some(TrainingStage::Trained), reason: reasons.join(", ") };
    }
    reasons.extend(seen);
    if running.is_dry_run() {
        reasons.extend(running.told());
    }
    if vectors.are_doubtful() {
        reasons.push(vectors.told());
    }
    let initial = running.is_initial() || vectors.are_initial();
    let doubtful = running.is_dry_run() || vectors.are_doubtful();
    let initial = if weights.all() == 0 { initial && vectors.are_constant() } else { initial };
    let fresh = !doubtful && (weights.are_fresh() || initial && weights.may_be_fresh());
    if fresh {
        if weights.all() == 0 {
            reasons.push(
                "every gain and bias is constant, and no weight is large enough to be distinguished from noise"
                    .to_owned(),
            );
        }
        return Suggested { stage: Some(TrainingStage::Fresh), reason: reasons.join(", ") };
    }
    let lacking = match (weights.all(), weights.structured) {
        (0, _) => "no weight is large enough to be distinguished from noise",
        (_, 0) if !doubtful => "too few values to tell training from chance",
        _ => "which is neither a fresh nor a trained checkpoint; state it with --stage",
    };
    reasons.push(lacking.to_owned());
    Suggested { stage: Some(TrainingStage::Undetermined), reason: reasons.join(", ") }
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
            Self::Undetermined => "undetermined",
        })
    }
}

impl Serialize for TrainingStage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
