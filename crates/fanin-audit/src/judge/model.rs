//! The checkpoint as the rules see it.

use std::sync::OnceLock;

use super::coverage::Coverage;
use super::kind::TensorKind;
use super::numbers::{self, Place};
use super::stage::TrainingStage;
use super::subject::Subject;
use fanin_checkpoint::reading::Checkpoint;

/// Everything a rule may look at.
#[derive(Debug)]
pub struct Model<'a> {
    pub(crate) checkpoint: &'a Checkpoint,
    pub(crate) subjects: Vec<Subject<'a>>,
    pub(crate) stage: TrainingStage,
    pub(crate) tensors: f64,
    pub(crate) coverage: Coverage,
    /// The places of the weights, once a rule has asked for them.
    pub(crate) places: OnceLock<Vec<Place>>,
}

impl<'a> Model<'a> {
    /// The checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> &'a Checkpoint {
        self.checkpoint
    }

    /// The floating-point tensors, in the order of the checkpoint.
    #[must_use]
    pub fn subjects(&self) -> &[Subject<'a>] {
        &self.subjects
    }

    /// Fresh, trained or undetermined.
    #[must_use]
    pub fn stage(&self) -> TrainingStage {
        self.stage
    }

    pub(crate) fn is_trained(&self) -> bool {
        self.stage == TrainingStage::Trained
    }

    pub(crate) fn is_fresh(&self) -> bool {
        self.stage == TrainingStage::Fresh
    }

    /// The tensors of a kind.
    pub(crate) fn of(&self, kind: TensorKind) -> impl Iterator<Item = &Subject<'a>> {
        self.subjects.iter().filter(move |subject| subject.kind() == kind)
    }

    /// The places of the weights, in order.
    pub(crate) fn places(&self) -> &[Place] {
        self.places.get_or_init(|| numbers::places(&self.of(TensorKind::Weight).map(Subject::name).collect::<Vec<_>>()))
    }

    /// The tensor with this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Subject<'a>> {
        self.subjects.iter().find(|subject| subject.name() == name)
    }
}
