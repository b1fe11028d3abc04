//! Copies of a part of a model under another name: an average, a target network, a second model.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::expert_weight::ExpertWeight;
use super::kind::TensorKind;
use super::model::Model;
use super::numbers;
use super::subject::Subject;
use super::training_state;
use fanin_checkpoint::reading::ReadError;

/// The minimum number of equal weights under one pair of prefixes that count as a copy of a submodel.
const FEWEST: usize = 3;

/// Groups of equal weights, and the parts of the model that they make up.
pub(crate) struct Copies<'m, 'a> {
    equal: Vec<Vec<&'m Subject<'a>>>,
    groups: Vec<Copy<'a>>,
    members: HashSet<&'a str>,
}

/// A part of the model that is stored again.
pub(crate) struct Copy<'a> {
    pub(crate) first: &'a str,
    /// The tensor that it equals.
    pub(crate) of: &'a str,
    pub(crate) count: usize,
}

impl<'m, 'a> Copies<'m, 'a> {
    /// The groups of weights with the same bytes.
    pub(crate) fn equal(&self) -> &[Vec<&'m Subject<'a>>] {
        &self.equal
    }

    /// Whether a tensor belongs to a part that is stored again.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.members.contains(name)
    }

    pub(crate) fn groups(&self) -> &[Copy<'a>] {
        &self.groups
    }
}

/// Finds equal weights by hash, confirms them byte by byte, and groups them by what distinguishes their names.
pub(crate) fn of<'m, 'a>(model: &'m Model<'a>) -> Result<Copies<'m, 'a>, ReadError> {
    let equal = equal(model)?;
    let mut pairs: Vec<(&'a str, &'a str)> = Vec::new();
    // Experts are compared with each other.
    for group in &equal {
        let names: Vec<&'a str> =
            group.iter().filter(|subject| ExpertWeight::of(subject).is_none()).map(|subject| subject.name()).collect();
        if let Some((first, copies)) = names.split_first() {
            pairs.extend(copies.iter().map(|copy| (*copy, *first)));
        }
    }
    let places: HashMap<&str, usize> =
        model.subjects().iter().enumerate().map(|(place, subject)| (subject.name(), place)).collect();
    pairs.sort_by_key(|(name, _)| places.get(name).copied());
    let mut groups: BTreeMap<(String, String), Vec<(&'a str, &'a str)>> = BTreeMap::new();
    // Layers of one stack are peers, and a copied one is a fault.
    for (name, first) in pairs.into_iter().filter(|(name, first)| numbers::skeleton(name) != numbers::skeleton(first)) {
        groups.entry(unlike(name, first)).or_default().push((name, first));
    }
    groups.retain(|_, pairs| pairs.len() >= FEWEST);
    let members = groups.values().flatten().map(|(name, _)| *name).collect();
    let copy = |pairs: Vec<(&'a str, &'a str)>| {
        let (first, of) = *pairs.first()?;
        Some(Copy { first, of, count: pairs.len() })
    };
    let groups = groups.into_values().filter_map(copy).collect();
    Ok(Copies { equal, groups, members })
}

/// The groups of weights with the same bytes.
fn equal<'m, 'a>(model: &'m Model<'a>) -> Result<Vec<Vec<&'m Subject<'a>>>, ReadError> {
    let mut by_hash: BTreeMap<(usize, u64), Vec<&Subject<'_>>> = BTreeMap::new();
    let weights =
        model.subjects().iter().filter(|subject| matches!(subject.kind(), TensorKind::Weight | TensorKind::Embedding));
    for subject in weights.filter(|subject| !subject.statistics.is_constant() && subject.statistics.len > 1) {
        by_hash.entry((subject.statistics.len, subject.statistics.hash)).or_default().push(subject);
    }
    let mut groups = Vec::new();
    for mut candidates in by_hash.into_values() {
        while let Some((first, rest)) = candidates.split_first() {
            let (mut same_as_first, mut other) = (vec![*first], Vec::new());
            for subject in rest {
                if same(first, subject)? { same_as_first.push(subject) } else { other.push(*subject) }
            }
            if same_as_first.len() > 1 {
                groups.push(same_as_first);
            }
            candidates = other;
        }
    }
    Ok(groups)
}

fn same(a: &Subject<'_>, b: &Subject<'_>) -> Result<bool, ReadError> {
    Ok(a.element() == b.element() && a.shape() == b.shape() && a.data()?.bytes() == b.data()?.bytes())
}

/// Strips the leading and trailing components that two names share. If a component marks an average, returns that marker
/// alone, because averaged parameters may be numbered or written without separators.
fn unlike(a: &str, b: &str) -> (String, String) {
    if let Some(marker) = a.split(['.', '/']).chain(b.split(['.', '/'])).find(|part| training_state::is_average(part)) {
        return (marker.to_owned(), String::new());
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split(['.', '/']).collect(), b.split(['.', '/']).collect());
    let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(start..).unwrap_or_default(), b.get(start..).unwrap_or_default());
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let middle = |parts: &[&str]| parts.get(..parts.len() - end).unwrap_or_default().join(".");
    (middle(a), middle(b))
}
