//! Tensors that an audit skips.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::judge::kind::TensorKind;
use fanin_checkpoint::reading::{Checkpoint, Tensor};

/// Tensors of types that no rule reads, counted by type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Tensors that may hold weights.
    pub unread: BTreeMap<String, usize>,
    /// Counters, positions, indices and masks.
    pub counters: BTreeMap<String, usize>,
}

impl Skipped {
    pub(crate) fn of(checkpoint: &Checkpoint) -> Self {
        let mut skipped = Self::default();
        for tensor in checkpoint.tensors().iter().filter(|tensor| !tensor.is_readable() && !tensor.is_companion()) {
            let counts = if is_counter(tensor) { &mut skipped.counters } else { &mut skipped.unread };
            *counts.entry(tensor.element().to_string()).or_default() += 1;
        }
        skipped
    }

    /// The number of skipped tensors.
    #[must_use]
    pub fn len(&self) -> usize {
        self.unread.values().chain(self.counters.values()).sum()
    }

    /// Whether no tensor was skipped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Whether a tensor holds integers that count or index, judged by its name, or a single integer.
fn is_counter(tensor: &Tensor) -> bool {
    let element = tensor.element().to_string();
    let whole = element == "bool" || element.trim_start_matches(['i', 'u']).parse::<u8>().is_ok();
    whole
        && (tensor.len() <= 1
            || matches!(TensorKind::of(tensor.name(), tensor.shape()), TensorKind::BatchCount | TensorKind::Buffer))
}

/// `skipped 3 tensors of f8_e4m3, i8 and 6 counters of i64`.
impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |counts: &BTreeMap<String, usize>, thing: &str| {
            let count: usize = counts.values().sum();
            let types: Vec<&str> = counts.keys().map(String::as_str).collect();
            format!("{count} {thing}{} of {}", if count == 1 { "" } else { "s" }, types.join(", "))
        };
        let mut parts = Vec::new();
        if !self.unread.is_empty() {
            parts.push(counted(&self.unread, "tensor"));
        }
        if !self.counters.is_empty() {
            parts.push(counted(&self.counters, "counter"));
        }
        write!(f, "skipped {}", parts.join(" and "))
    }
}
