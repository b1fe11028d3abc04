//! Peers: tensors whose names differ only in their numbers.

use std::collections::BTreeMap;

use crate::{Model, Subject, TensorKind};

/// A name with every number replaced by `*`, which is the same for all layers of a stack.
pub(crate) fn stem(name: &str) -> String {
    let mut stem = String::with_capacity(name.len());
    for character in name.chars() {
        if !character.is_ascii_digit() {
            stem.push(character);
        } else if !stem.ends_with('*') {
            stem.push('*');
        }
    }
    stem
}

/// The weights of a model, grouped by stem.
pub(crate) fn by_stem<'m, 'a>(model: &'m Model<'a>) -> BTreeMap<String, Vec<&'m Subject<'a>>> {
    let mut groups: BTreeMap<String, Vec<&Subject<'a>>> = BTreeMap::new();
    for subject in model.of(TensorKind::Weight).filter(|subject| subject.statistics.is_sound()) {
        groups.entry(stem(subject.name())).or_default().push(subject);
    }
    groups
}
