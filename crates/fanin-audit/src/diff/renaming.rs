//! Consistent renaming: the part of a name that was added, removed or replaced.

use std::collections::BTreeMap;
use std::fmt;

use super::Difference;
use crate::judge::numbers;

/// A change that several names share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Renaming {
    /// The part in the first checkpoint, with `*` for numbers; empty if it was added.
    pub from: String,
    /// The part in the second checkpoint; empty if it was removed.
    pub to: String,
    /// The number of names.
    pub names: usize,
}

/// The renamings among differences, the most frequent first.
#[must_use]
pub fn renamings(differences: &[Difference]) -> Vec<Renaming> {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for difference in differences {
        if let Some(renamed) = &difference.renamed {
            let (from, to) = parts(&difference.name, renamed);
            *counts.entry((numbers::skeleton(from), numbers::skeleton(to))).or_default() += 1;
        }
    }
    let mut all: Vec<Renaming> = counts.into_iter().map(|((from, to), names)| Renaming { from, to, names }).collect();
    all.sort_by_key(|renaming| std::cmp::Reverse(renaming.names));
    all
}

impl fmt::Display for Renaming {
    /// `'_orig_mod.' was added to 2 names`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, names } = self;
        let plural = if *names == 1 { "" } else { "s" };
        match (from.is_empty(), to.is_empty()) {
            (true, _) => write!(f, "'{to}' was added to {names} name{plural}"),
            (_, true) => write!(f, "'{from}' was removed from {names} name{plural}"),
            _ => write!(f, "'{from}' became '{to}' in {names} name{plural}"),
        }
    }
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'.' | b'/')
}

/// Whether a component starts at this byte.
fn starts(name: &str, at: usize) -> bool {
    at == 0 || name.as_bytes().get(at - 1).copied().is_some_and(is_separator)
}

/// The parts in which two names differ: without the components that both begin and end with.
pub(super) fn parts<'n>(a: &'n str, b: &'n str) -> (&'n str, &'n str) {
    let common = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let start = (0..=common).rev().find(|at| starts(a, *at) && starts(b, *at)).unwrap_or(0);
    let (left, right) = (a.get(start..).unwrap_or_default(), b.get(start..).unwrap_or_default());
    let common = left.bytes().rev().zip(right.bytes().rev()).take_while(|(a, b)| a == b).count();
    let end =
        (0..=common).rev().find(|end| *end == 0 || starts(left, left.len() - end) && starts(right, right.len() - end));
    let cut = |part: &'n str| part.get(..part.len() - end.unwrap_or(0)).unwrap_or_default();
    (cut(left), cut(right))
}

/// The names that a name may have after the part `from` became `to`.
pub(super) fn applied<'n>(name: &'n str, from: &'n str, to: &'n str) -> impl Iterator<Item = String> + 'n {
    let places = (0..name.len()).filter(move |at| starts(name, *at));
    places.filter_map(move |at| {
        let (before, rest) = (name.get(..at)?, name.get(at..)?.strip_prefix(from)?);
        let whole = from.is_empty() || rest.is_empty() || from.bytes().last().is_some_and(is_separator);
        whole.then(|| format!("{before}{to}{rest}"))
    })
}

/// The components of a name.
pub(super) fn components(name: &str) -> Vec<&str> {
    name.split(['.', '/']).collect()
}

/// The number of components that two names share at both ends.
pub(super) fn affinity(a: &str, b: &str) -> usize {
    let of = |name: &str| name.bytes().filter(|byte| is_separator(*byte)).count() + 1;
    let (from, to) = parts(a, b);
    (of(a) + of(b)).saturating_sub(of(from) + of(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_whole_components() {
        for (a, b, expected) in [
            ("fc.weight", "_orig_mod.fc.weight", ("", "_orig_mod.")),
            ("module.fc.weight", "fc.weight", ("module.", "")),
            ("model.fc.weight", "model._orig_mod.fc.weight", ("", "_orig_mod.")),
            ("layers.3.attn.q.weight", "layers.3.attention.q.weight", ("attn.", "attention.")),
            ("fc.weight", "fc.kernel", ("weight", "kernel")),
            ("fc1.weight", "fc2.weight", ("fc1.", "fc2.")),
            ("weight", "other", ("weight", "other")),
        ] {
            assert_eq!(parts(a, b), expected, "{a} {b}");
            assert!(applied(a, expected.0, expected.1).any(|name| name == b), "{a} {b}");
        }
        assert!(affinity("a.fc.weight", "b.fc.weight") > affinity("a.fc.weight", "b.other.weight"));
    }
}
