//! The share of a checkpoint that an audit examines.
//!
//! Knows no rule and no statistics: only names, shapes and element types.

mod packed;
mod skipped;

use std::collections::{BTreeMap, HashMap};

use fanin_checkpoint::listing;
use fanin_checkpoint::reading::{Checkpoint, Tensor};
use serde::Serialize;

use super::kind::TensorKind;
pub use skipped::Skipped;

/// The largest share of unexamined weights that the verdict tolerates.
pub(crate) const TOLERATED: f64 = 0.1;

/// The share of the weights that an audit examined. Weights, embeddings, biases and gains count by their elements, packed ones by the
/// elements they unpack to, tied ones once.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Coverage {
    /// Elements examined.
    pub examined: u64,
    /// Elements in representations that are not decoded.
    pub unexamined: u64,
    /// The number of unexamined tensors in each representation.
    pub representations: BTreeMap<String, usize>,
    /// The number of weights without elements.
    pub empty: usize,
    /// The unexamined tensors.
    #[serde(skip)]
    pub(crate) packed: Vec<PackedTensor>,
}

/// An unexamined tensor.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PackedTensor {
    /// Its number in the checkpoint.
    pub(crate) number: usize,
    /// The number of weights that it holds.
    pub(crate) elements: u64,
    /// Whether its name or accompanying tensors show that it holds weights, not bytes of unknown meaning.
    pub(crate) is_weight: bool,
}

impl Coverage {
    pub(crate) fn of(checkpoint: &Checkpoint) -> Self {
        let tensors = checkpoint.tensors();
        let tied = listing::ties::kept(tensors);
        let named: HashMap<&str, &Tensor> = tensors.iter().map(|tensor| (tensor.name(), tensor)).collect();
        let mut coverage = Self::default();
        let once = tensors.iter().enumerate().filter(|(place, _)| !tied.contains_key(place));
        for (number, tensor) in once.filter(|(_, tensor)| !tensor.is_companion()) {
            if is_empty_weight(tensor) {
                coverage.empty += 1;
                continue;
            }
            if !TensorKind::of(tensor.name(), tensor.shape()).is_trained() {
                continue;
            }
            // Tensors that cannot be loaded are reported elsewhere.
            let all_bits = || checkpoint.load(tensor).is_ok_and(|data| packed::uses_all_bits(&data));
            if tensor.is_readable() {
                coverage.examined += tensor.len() as u64;
            } else if let Some(packed) = packed::of(tensor, &named, all_bits) {
                coverage.unexamined += packed.elements;
                let is_weight = packed.representation != tensor.element().to_string() || names_a_weight(tensor.name());
                coverage.packed.push(PackedTensor { number, elements: packed.elements, is_weight });
                *coverage.representations.entry(packed.representation).or_default() += 1;
            }
        }
        coverage
    }

    /// The share of the weights that was not examined; 0 without weights.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "no checkpoint has 2^53 elements")]
    pub fn unexamined_share(&self) -> f64 {
        self.unexamined as f64 / (self.examined + self.unexamined).max(1) as f64
    }

    /// Whether more than a tenth of the weights was not examined.
    #[must_use]
    pub fn is_low(&self) -> bool {
        self.unexamined_share() > TOLERATED
    }

    /// The reason why the stage of the weights is unknown, if many are missing.
    pub(crate) fn gap(&self) -> Option<String> {
        match self.empty {
            0 => self.warning(),
            1 => Some("1 weight is empty".to_owned()),
            empty => Some(format!("{empty} weights are empty")),
        }
    }

    /// `92 % of the weights were not examined`, if that is more than a tenth.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        self.is_low().then(|| format!("{} of the weights were not examined", percent(self.unexamined_share())))
    }
}

/// A share above 1 %: `over 99 %` rather than `100 %` unless it is complete.
fn percent(share: f64) -> String {
    let percents = 100.0 * share;
    if share < 1.0 && percents >= 99.5 { "over 99 %".to_owned() } else { format!("{percents:.0} %") }
}

/// Whether a tensor has no elements but the name of a weight. Empty biases, buffers and states are optional.
pub(crate) fn is_empty_weight(tensor: &Tensor) -> bool {
    tensor.is_empty() && names_a_weight(tensor.name())
}

/// Whether the last component of a name is that of a weight: `weight`, `kernel:0`, `in_proj_weight`, `weight_ih_l0`, `gate_up_proj`.
pub(crate) fn names_a_weight(name: &str) -> bool {
    let name = name.to_lowercase();
    let leaf = name.rsplit(['.', '/']).next().unwrap_or_default();
    let leaf = leaf.split(':').next().unwrap_or_default();
    let words = || leaf.split('_');
    let optional = |word: &str| {
        matches!(word, "bias" | "mask" | "cache" | "state" | "buffer" | "scale" | "scales" | "index" | "ids")
    };
    let weight = |word: &str| {
        matches!(word, "weight" | "weights" | "kernel" | "kernels" | "qweight" | "proj" | "embedding" | "embeddings")
    };
    !words().any(optional) && (words().any(weight) || matches!(leaf, "w" | "wte" | "wpe"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_told_by_the_last_component() {
        for name in [
            "fc.weight",
            "dense/kernel:0",
            "attn.in_proj_weight",
            "rnn.weight_ih_l0",
            "experts.gate_up_proj",
            "embed/embedding",
            "linear/w",
            "q_proj.qweight",
        ] {
            assert!(names_a_weight(name), "{name}");
        }
        for name in [
            "fc.bias",
            "weight.state",
            "attn.in_proj_bias",
            "register_tokens",
            "rotary.inv_freq",
            "cache_k",
            "fc.weight_mask",
            "fc.weight_scale",
            "q_proj.bias",
            "weighting",
        ] {
            assert!(!names_a_weight(name), "{name}");
        }
    }

    #[test]
    fn shares_are_rounded_away_from_certainty() {
        for (share, expected) in [(0.125, "12 %"), (0.994, "99 %"), (0.999, "over 99 %"), (1.0, "100 %")] {
            assert_eq!(percent(share), expected);
        }
    }
}
