//! Recording a diagnosis.

use fanin_diagnostics::{Diagnosis, LayerReport, LayerSymmetry, Share, Update, Updates};

use crate::record::{LayerRecord, ObservationRecord};

/// Records a diagnosis made before step `step`, and the update of that step.
pub(super) fn observation(step: usize, diagnosis: &Diagnosis, updates: Option<&Updates>) -> ObservationRecord {
    let layer = |report: &LayerReport| {
        let moments = &report.moments;
        let (activation, gradient) = (moments.activation, moments.pre_activation_gradient);
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        LayerRecord {
            activation_mean: finite(activation.map(|moments| moments.mean)),
            activation_std: finite(activation.map(|moments| moments.std)),
            gradient_mean: finite(gradient.map(|moments| moments.mean)),
            gradient_std: finite(gradient.map(|moments| moments.std)),
            saturated: report.saturated.and_then(Share::fraction),
            dead: report.dead.and_then(Share::fraction),
            distinct: report.symmetry.as_ref().map(LayerSymmetry::distinct_neurons),
            largest_difference: finite(report.symmetry.as_ref().map(|symmetry| symmetry.largest_difference)),
            update_ratio: finite(updates.and_then(|updates| updates.get(&report.weight)).and_then(Update::ratio)),
        }
    };
    ObservationRecord { step, layers: diagnosis.layers.iter().map(layer).collect() }
}
