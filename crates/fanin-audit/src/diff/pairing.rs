//! Pairs the tensors of two checkpoints: by name, by a consistent renaming, by values.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use fanin_checkpoint::reading::{Checkpoint, ReadError, Tensor};
use fanin_core::Dtype;
use rayon::prelude::*;

use super::fingerprint::Fingerprint;
use super::renaming;

/// A pair; one side may be missing.
pub(super) type Pair<'c> = (Option<&'c Tensor>, Option<&'c Tensor>);

/// Names from which a renaming is guessed.
const GUESSED: usize = 32;

/// The tensors that have no partner yet, in the order of their checkpoint.
struct Unpaired<'c> {
    a: Vec<&'c Tensor>,
    b: Vec<&'c Tensor>,
    pairs: Vec<(&'c Tensor, &'c Tensor)>,
}

/// Pairs the tensors whose names pass `wanted` on either side, in the order of `a`, then those only in `b`.
pub(super) fn pairs<'c>(
    (a, b): (&'c Checkpoint, &'c Checkpoint),
    wanted: &(impl Fn(&str) -> bool + Sync),
) -> Result<Vec<Pair<'c>>, ReadError> {
    if are_arrays(a, b) {
        return Ok(vec![(a.tensors().first(), b.tensors().first())]);
    }
    let others: HashMap<&str, &Tensor> = b.tensors().iter().map(|tensor| (tensor.name(), tensor)).collect();
    let names: HashSet<&str> = a.tensors().iter().map(Tensor::name).collect();
    let mut unpaired = Unpaired {
        a: a.tensors().iter().filter(|tensor| !others.contains_key(tensor.name())).collect(),
        b: b.tensors().iter().filter(|tensor| !names.contains(tensor.name())).collect(),
        pairs: Vec::new(),
    };
    unpaired.by_prefix();
    unpaired.by_values(a, b)?;
    unpaired.by_renaming();
    let renamed: HashMap<&str, &Tensor> = unpaired.pairs.iter().map(|(one, other)| (one.name(), *other)).collect();
    let in_a = a.tensors().iter().map(|one| {
        let other = others.get(one.name()).or_else(|| renamed.get(one.name()));
        (Some(one), other.copied())
    });
    let only_b = unpaired.b.iter().map(|other| (None, Some(*other)));
    let is_wanted = |tensor: Option<&Tensor>| tensor.is_some_and(|tensor| wanted(tensor.name()));
    Ok(in_a.chain(only_b).filter(|(one, other)| is_wanted(*one) || is_wanted(*other)).collect())
}

/// Whether both are `.npy` files, whose only tensor has the name of the file.
pub(super) fn are_arrays(a: &Checkpoint, b: &Checkpoint) -> bool {
    [a, b].iter().all(|checkpoint| match checkpoint.tensors() {
        [tensor] => {
            checkpoint.file_of(tensor).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("npy"))
        }
        _ => false,
    })
}

impl<'c> Unpaired<'c> {
    /// Keeps the pairs of the places in `a` and `b`.
    fn keep(&mut self, found: &[(usize, usize)]) {
        let (left, right): (HashSet<usize>, HashSet<usize>) = found.iter().copied().unzip();
        self.pairs.extend(found.iter().filter_map(|(one, other)| Some((*self.a.get(*one)?, *self.b.get(*other)?))));
        let without = |tensors: &[&'c Tensor], gone: &HashSet<usize>| {
            tensors.iter().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(_, tensor)| *tensor).collect()
        };
        (self.a, self.b) = (without(&self.a, &left), without(&self.b, &right));
    }

    /// Pairs names that differ in a part that was added or removed, such as the prefix of a wrapper, if that explains at least half of
    /// the names.
    fn by_prefix(&mut self) {
        while !self.a.is_empty() && !self.b.is_empty() {
            let mut candidates: BTreeSet<(&str, &str)> = BTreeSet::new();
            for (one, other) in self.a.iter().take(GUESSED).flat_map(|one| self.b.iter().map(move |other| (one, other)))
            {
                let (from, to) = renaming::parts(one.name(), other.name());
                if from.is_empty() != to.is_empty() && one.len() == other.len() {
                    candidates.insert((from, to));
                }
            }
            let found = candidates.iter().map(|(from, to)| self.explained(from, to));
            let Some(best) = found.max_by_key(Vec::len).filter(|best| best.len() * 2 >= self.a.len().min(self.b.len()))
            else {
                return;
            };
            if best.is_empty() {
                return;
            }
            self.keep(&best);
        }
    }

    /// The pairs whose names differ in that part and that have the same number of axes.
    fn explained(&self, from: &str, to: &str) -> Vec<(usize, usize)> {
        let places: HashMap<&str, usize> = self.b.iter().enumerate().map(|(at, tensor)| (tensor.name(), at)).collect();
        let mut taken = HashSet::new();
        let partner = |one: &Tensor| {
            let names = renaming::applied(one.name(), from, to);
            let mut found = names.filter_map(|name| places.get(name.as_str()).copied());
            found.find(|at| self.b.get(*at).is_some_and(|other| other.shape().len() == one.shape().len()))
        };
        let pairs = self.a.iter().enumerate().filter_map(|(at, one)| Some((at, partner(one)?)));
        pairs.filter(|(_, other)| taken.insert(*other)).collect()
    }

    /// Pairs tensors with the same values in any order, then those whose values are the same once rounded.
    fn by_values(&mut self, a: &Checkpoint, b: &Checkpoint) -> Result<(), ReadError> {
        if self.a.is_empty() || self.b.is_empty() {
            return Ok(());
        }
        let of = |checkpoint: &Checkpoint, tensors: &[&Tensor], rounded: Option<Dtype>| {
            let one = |tensor: &&Tensor| match tensor.element().dtype() {
                Some(_) => Ok(Fingerprint::of(&checkpoint.load(tensor)?, rounded)),
                None => Ok(None),
            };
            tensors.par_iter().map(one).collect::<Result<Vec<Option<Fingerprint>>, ReadError>>()
        };
        let found = self.matched(&of(a, &self.a, None)?, &of(b, &self.b, None)?);
        self.keep(&found);
        for dtype in [Dtype::F32, Dtype::F16, Dtype::BF16] {
            let has = |tensors: &[&Tensor]| tensors.iter().any(|tensor| tensor.element().dtype() == Some(dtype));
            if self.a.is_empty() || self.b.is_empty() || !has(&self.a) && !has(&self.b) {
                continue;
            }
            let found = self.matched(&of(a, &self.a, Some(dtype))?, &of(b, &self.b, Some(dtype))?);
            self.keep(&found);
        }
        Ok(())
    }

    /// Pairs equal fingerprints; if several are equal, those whose names have most in common.
    fn matched(&self, a: &[Option<Fingerprint>], b: &[Option<Fingerprint>]) -> Vec<(usize, usize)> {
        let mut by_print: HashMap<Fingerprint, Vec<usize>> = HashMap::new();
        for (at, print) in b.iter().enumerate() {
            if let Some(print) = print {
                by_print.entry(*print).or_default().push(at);
            }
        }
        let mut found = Vec::new();
        for (at, (one, print)) in self.a.iter().zip(a).enumerate() {
            let Some(others) = print.and_then(|print| by_print.get_mut(&print)) else { continue };
            let likeness =
                |other: usize| self.b.get(other).map_or(0, |other| renaming::affinity(one.name(), other.name()));
            let best =
                others.iter().enumerate().max_by_key(|(place, other)| (likeness(**other), std::cmp::Reverse(*place)));
            if let Some(place) = best.map(|(place, _)| place) {
                found.push((at, others.remove(place)));
            }
        }
        found
    }

    /// Pairs the rest by the renamings of the pairs found so far, the most frequent first.
    fn by_renaming(&mut self) {
        let mut rules: BTreeMap<(&'c str, &'c str), usize> = BTreeMap::new();
        for (one, other) in &self.pairs {
            *rules.entry(renaming::parts(one.name(), other.name())).or_default() += 1;
        }
        let mut rules: Vec<_> = rules.into_iter().collect();
        rules.sort_by_key(|(_, votes)| std::cmp::Reverse(*votes));
        for ((from, to), _) in rules {
            if self.a.is_empty() || self.b.is_empty() {
                return;
            }
            let found = self.explained(from, to);
            self.keep(&found);
        }
        self.by_components();
    }

    /// Pairs the rest by the name components that were replaced.
    fn by_components(&mut self) {
        let mut votes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (one, other) in &self.pairs {
            let (from, to) = (renaming::components(one.name()), renaming::components(other.name()));
            if from.len() == to.len() {
                from.iter().zip(&to).for_each(|(from, to)| *votes.entry((from, to)).or_default() += 1);
            }
        }
        let mut became: HashMap<&str, (&str, usize)> = HashMap::new();
        for ((from, to), votes) in votes {
            let best = became.entry(from).or_insert((to, votes));
            if votes > best.1 {
                *best = (to, votes);
            }
        }
        let places: HashMap<Vec<&str>, usize> =
            self.b.iter().enumerate().map(|(at, tensor)| (renaming::components(tensor.name()), at)).collect();
        let mut taken = HashSet::new();
        let partner = |one: &Tensor| {
            let parts = renaming::components(one.name());
            let parts: Vec<&str> = parts.into_iter().map(|part| became.get(part).map_or(part, |(to, _)| to)).collect();
            let found = places.get(&parts).copied()?;
            self.b.get(found).filter(|other| other.shape().len() == one.shape().len()).map(|_| found)
        };
        let pairs = self.a.iter().enumerate().filter_map(|(at, one)| Some((at, partner(one)?)));
        let found: Vec<(usize, usize)> = pairs.filter(|(_, other)| taken.insert(*other)).collect();
        self.keep(&found);
    }
}
