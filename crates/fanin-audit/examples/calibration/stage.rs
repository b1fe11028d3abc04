//! Whether the audit decides the right stage.

use fanin_audit::{Decision, TrainingStage};

use super::setting::Setting;

/// The decision on a checkpoint whose stage is known.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) judged: Judged,
    /// The audit's reason.
    pub(crate) reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    Right,
    Undetermined,
    Wrong,
}

impl Stage {
    pub(crate) fn of(decision: &Decision, setting: Setting) -> Self {
        let (right, wrong) = match setting {
            Setting::Trained => (TrainingStage::Trained, TrainingStage::Fresh),
            Setting::Fresh | Setting::Declared => (TrainingStage::Fresh, TrainingStage::Trained),
        };
        let judged = if decision.stage == Some(right) {
            Judged::Right
        } else if decision.stage == Some(wrong) {
            Judged::Wrong
        } else {
            Judged::Undetermined
        };
        Self { judged, reason: decision.reason.clone() }
    }
}
