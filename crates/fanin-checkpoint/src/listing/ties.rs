//! Tied weights in a checkpoint: several names for the same storage.

use std::collections::HashMap;

use super::Entry;
use crate::reading::{Memory, Tensor};

/// Suffixes of names that transformers ties to other names (`_tied_weights_keys`) and does not store.
const HEADS: [&str; 6] = [
    "lm_head.weight",
    "lm_head.bias",
    "predictions.decoder.weight",
    "predictions.decoder.bias",
    "embed_out.weight",
    "proj_out.weight",
];

/// The same for submodels with a shared embedding.
const PARTS: [&str; 2] = ["encoder.embed_tokens.weight", "decoder.embed_tokens.weight"];

/// Ties entries with shared storage to the entry that keeps the values. Entries and tensors are in the same order.
pub(super) fn tie(entries: &mut [Entry], tensors: &[Tensor]) {
    for (place, kept) in kept(tensors) {
        if let (Some(entry), Some(kept)) = (entries.get_mut(place), tensors.get(kept)) {
            (entry.tied_to, entry.stored) = (Some(kept.name().to_owned()), None);
        }
    }
}

/// Returns, for each tied tensor, the tensor that keeps the values. As in transformers' `save_pretrained`, this is the
/// first one, unless its name is usually tied to another.
#[must_use]
pub fn kept(tensors: &[Tensor]) -> HashMap<usize, usize> {
    let mut tied = HashMap::new();
    let mut groups: HashMap<Memory<'_>, Vec<usize>> = HashMap::with_capacity(tensors.len());
    for (place, tensor) in tensors.iter().enumerate() {
        if let Some(memory) = tensor.memory() {
            groups.entry(memory).or_default().push(place);
        }
    }
    for group in groups.into_values().filter(|group| group.len() > 1) {
        let kept = group.iter().min_by_key(|place| tensors.get(**place).map(|tensor| dependence(tensor.name())));
        let Some(kept) = kept.copied() else { continue };
        tied.extend(group.into_iter().filter(|place| *place != kept).map(|place| (place, kept)));
    }
    tied
}

/// Ranks names that are usually tied to others after the rest.
fn dependence(name: &str) -> u8 {
    let ends = |known: &[&str]| known.iter().any(|end| name == *end || name.strip_suffix(end).is_some_and(is_prefix));
    if ends(&HEADS) { 2 } else { u8::from(ends(&PARTS)) }
}

fn is_prefix(text: &str) -> bool {
    text.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_transformers_ties_are_kept_last() {
        for names in [
            ["transformer.wte.weight", "lm_head.weight"],
            ["bert.embeddings.word_embeddings.weight", "cls.predictions.decoder.weight"],
            ["cls.predictions.bias", "cls.predictions.decoder.bias"],
            ["shared.weight", "encoder.embed_tokens.weight"],
            ["model.decoder.embed_tokens.weight", "lm_head.weight"],
        ] {
            assert!(dependence(names[0]) < dependence(names[1]), "{names:?}");
        }
        assert_eq!(dependence("model.embed_tokens.weight"), 0);
        assert_eq!(dependence("my_lm_head.weight"), 0);
    }
}
