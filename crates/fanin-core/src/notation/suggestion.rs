//! Suggestions for unknown initializers.

use super::entry::Entry;
use crate::message::{nearest, plain};

/// Returns catalog names that `word` may stand for: the same name up to case and separators, else the counterpart of a
/// name from another library (`trunc_normal_`, `HeNormal`), else names that begin with it (`kaiming`), else the nearest
/// by spelling.
pub(super) fn suggestions(word: &str, catalog: &[&'static Entry]) -> Vec<&'static str> {
    let of = |means: &dyn Fn(&Entry) -> bool| -> Vec<&'static str> {
        catalog.iter().filter(|entry| means(entry)).map(|entry| entry.name).take(4).collect()
    };
    let wanted = plain(word);
    if wanted.is_empty() {
        return Vec::new();
    }
    let beginning = format!("{}_", word.to_lowercase().trim_end_matches('_'));
    let same = of(&|entry| entry.names().any(|name| plain(name) == wanted));
    let foreign = || of(&|entry| entry.elsewhere.cells().into_iter().flat_map(names).any(|name| plain(name) == wanted));
    let begun = || of(&|entry| entry.names().any(|name| name.starts_with(&beginning)));
    let near = || nearest(word, catalog.iter().flat_map(|entry| entry.names()));
    let ways: [&dyn Fn() -> Vec<&'static str>; 3] = [&foreign, &begun, &near];
    ways.into_iter().fold(same, |found, way| if found.is_empty() { way() } else { found })
}

/// Returns the names in backticks in a cell, except those with arguments.
fn names(cell: &'static str) -> impl Iterator<Item = &'static str> {
    cell.split('`').skip(1).step_by(2).filter(|name| !name.contains(['(', '.']))
}
