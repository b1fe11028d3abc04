//! Tensors of a kind: the same name but for its numbers.

use std::collections::BTreeMap;

use crate::audit::{Kind, Model, Subject};

/// A name with every number replaced by `*`: layers of a stack have one.
pub(super) fn stem(name: &str) -> String {
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

/// The weights of a model by their stems.
pub(super) fn by_stem<'m, 'a>(model: &'m Model<'a>) -> BTreeMap<String, Vec<&'m Subject<'a>>> {
    let mut groups: BTreeMap<String, Vec<&Subject<'a>>> = BTreeMap::new();
    for subject in model.of(Kind::Weight).filter(|subject| subject.statistics.is_sound()) {
        groups.entry(stem(subject.name())).or_default().push(subject);
    }
    groups
}
