//! The layer and expert that a weight belongs to, for fused and separate experts.

use super::axes::{PartKind, experts_at};
use super::names::components;
use super::subject::Subject;

/// The place of a weight among the experts of a mixture.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ExpertWeight {
    /// The name up to the experts, with the layer number if one tensor holds several layers of experts.
    pub(crate) layer: String,
    /// The rest of the name, without the number of the expert.
    pub(crate) weight: String,
    /// The number of the expert.
    pub(crate) expert: usize,
}

impl ExpertWeight {
    /// `None` if the weight does not belong to an expert.
    pub(crate) fn of(subject: &Subject<'_>) -> Option<Self> {
        let name = subject.name();
        let at = experts_at(name)?;
        let end = components(name).take(at + 1).map(|component| component.len() + 1).sum::<usize>() - 1;
        let (layer, rest) = name.split_at_checked(end)?;
        let rest = rest.trim_start_matches(['.', '/']);
        if let Some(part) = subject.part().filter(|part| part.kind == PartKind::Expert) {
            let (expert, row) = part.place();
            let layer = row.map_or(layer.to_owned(), |row| format!("{layer} of layer {row}"));
            return Some(Self { layer, weight: rest.to_owned(), expert });
        }
        let (number, weight) = rest.split_once(['.', '/'])?;
        Some(Self { layer: layer.to_owned(), weight: weight.to_owned(), expert: number.parse().ok()? })
    }
}
