//! Evidence that can reveal the wrong scale of a layer.

use super::corpus::Tensor;
use super::element::Element;
use super::mutation::Mutation;
use super::setting::Setting;

/// Classes of faults, by the evidence that can reveal them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// Other layers agree on a scale, or a recipe declares it. Also used for every fault that needs no comparison.
    Others,
    /// No layers to compare with, or none that agree, but the rounding of the products leaves a trace.
    Rounding,
    /// No layers to compare with, and no trace: multiplying by a power of two rounds nothing, half precision
    /// rounds the trace off, and all fresh values are products.
    Nothing,
}

impl Evidence {
    pub(crate) const ALL: [Self; 3] = [Self::Others, Self::Rounding, Self::Nothing];

    /// Returns the evidence for a fault in a tensor; `agreed` says whether other layers agree on its scale.
    pub(crate) fn of(mutation: Mutation, tensor: &Tensor, setting: Setting, agreed: bool) -> Self {
        if agreed || !mutation.is_of_scale() {
            return Self::Others;
        }
        let power = mutation.factor(tensor).map_or(0.0, f64::log2);
        // Halves round every product anyway.
        let trace =
            setting == Setting::Trained && tensor.element != Element::F16 && (power - power.round()).abs() > 1e-9;
        if trace { Self::Rounding } else { Self::Nothing }
    }

    pub(crate) fn name(self, setting: Setting) -> &'static str {
        match (self, setting) {
            (Self::Others, _) => "others agree on a scale",
            (Self::Rounding, _) => "none that agree, a factor that rounds",
            (Self::Nothing, Setting::Trained) => "none that agree, a power of two or half precision",
            (Self::Nothing, _) => "nothing to compare it with, or none that agree",
        }
    }

    /// Whether the fault must be found to meet the target.
    pub(crate) fn decides(self) -> bool {
        self != Self::Nothing
    }
}
