//! What can tell that a layer has the wrong scale.

use super::corpus::Tensor;
use super::mutation::Mutation;
use super::setting::Setting;

/// Where a fault of scale is, by what could tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// Others agree on a scale, or a recipe declares it. Also of every fault that is told without others.
    Others,
    /// Nothing to compare it with, or none that agree; but a product by the factor rounds to some values only.
    Rounding,
    /// Nothing to compare it with, and no trace: a power of two rounds nothing, and fresh values are products all.
    Nothing,
}

impl Evidence {
    pub(crate) const ALL: [Self; 3] = [Self::Others, Self::Rounding, Self::Nothing];

    /// Of a fault in a tensor, where others agree on its scale or do not.
    pub(crate) fn of(mutation: Mutation, tensor: &Tensor, setting: Setting, agreed: bool) -> Self {
        if agreed || !mutation.is_of_scale() {
            return Self::Others;
        }
        let power = mutation.factor(tensor).map_or(0.0, f64::log2);
        let trace = setting == Setting::Trained && (power - power.round()).abs() > 1e-9;
        if trace { Self::Rounding } else { Self::Nothing }
    }

    pub(crate) fn name(self, setting: Setting) -> &'static str {
        match (self, setting) {
            (Self::Others, _) => "others agree on a scale",
            (Self::Rounding, _) => "none that agree, a factor that rounds",
            (Self::Nothing, Setting::Trained) => "none that agree, a power of two",
            (Self::Nothing, _) => "nothing to compare it with, or none that agree",
        }
    }

    /// Whether the fault must be found.
    pub(crate) fn decides(self) -> bool {
        self != Self::Nothing
    }
}
