//! The evidence of adapters, which have no effect until they are trained.

use super::{Suggested, TrainingStage};
use crate::judge::adapter::{self, Effect};
use crate::judge::noise::NoiseVerdict;
use crate::judge::{Subject, TensorKind};

/// Judges a checkpoint by its adapters: trained if one has an effect; fresh if none has one and there are no other weights.
pub(super) fn suggested(subjects: &[Subject<'_>]) -> Option<Suggested> {
    let adapters = adapter::adapters(subjects);
    let all = adapters.iter().filter(|adapter| adapter.effect() != Effect::Unknown).count();
    let trained = adapters.iter().filter(|adapter| adapter.is_trained()).count();
    // The vectors of IA3 start at one.
    let scaled = adapters.iter().flat_map(|adapter| &adapter.factors).any(|(factor, subject)| {
        factor.method == "IA3" && subject.statistics.is_sound() && !subject.statistics.is_constant()
    });
    if scaled {
        let reason = "the vectors of IA3 no longer have their initial value, 1".to_owned();
        return Some(Suggested { stage: Some(TrainingStage::Trained), reason });
    }
    let idle = adapters.iter().filter(|adapter| matches!(adapter.effect(), Effect::None | Effect::Lost)).count();
    let others = subjects.iter().any(|subject| {
        subject.kind() == TensorKind::Weight
            && subject.noise.verdict != NoiseVerdict::Undecided
            && adapter::factor_of(subject.name()).is_none()
    });
    let (stage, reason) = match (trained, idle) {
        (0, 0) => return None,
        (0, idle) if others || idle < all => return None,
        (0, _) => (TrainingStage::Fresh, format!("none of {all} adapters has an effect yet")),
        (1, _) if all == 1 => (TrainingStage::Trained, "the adapter has an effect".to_owned()),
        _ => (TrainingStage::Trained, format!("{trained} of {all} adapters have an effect")),
    };
    Some(Suggested { stage: Some(stage), reason })
}
