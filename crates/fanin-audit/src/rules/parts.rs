//! Findings in several parts of one stacked tensor, such as its experts, merged into one.

use std::collections::HashMap;
use std::path::PathBuf;

use serde_json::json;

use crate::{Finding, Part};

/// The maximum number of parts that a message lists.
const SHOWN: usize = 4;

/// Merges the findings of one rule: those in parts of one tensor become one finding, at the position of the first.
pub(crate) fn merged_by_tensor(findings: Vec<Finding>) -> Vec<Finding> {
    let mut merged: Vec<Vec<Finding>> = Vec::new();
    let mut places: HashMap<(PathBuf, String), usize> = HashMap::new();
    for finding in findings {
        let stacked = finding.part.map(|_| (finding.file.clone(), finding.tensor.clone()));
        let place = stacked.map_or(merged.len(), |tensor| *places.entry(tensor).or_insert(merged.len()));
        match merged.get_mut(place) {
            Some(group) => group.push(finding),
            None => merged.push(vec![finding]),
        }
    }
    merged.into_iter().filter_map(one).collect()
}

/// Merges findings in parts of one tensor: keeps the most severe ones, with the message of the first.
fn one(mut group: Vec<Finding>) -> Option<Finding> {
    let severity = group.iter().map(|finding| finding.severity).max()?;
    group.retain(|finding| finding.severity == severity);
    let parts: Vec<Part> = group.iter().filter_map(|finding| finding.part).collect();
    let agree = group.windows(2).all(|pair| pair[0].message == pair[1].message);
    let mut finding = group.into_iter().next()?;
    let Some(first) = finding.part.take() else { return Some(finding) };
    finding.message = match parts.as_slice() {
        [part] => format!("{part}: {}", finding.message),
        _ if agree => format!("{}: {}", listed(&parts), finding.message),
        _ => format!("{}; {first}: {}", listed(&parts), finding.message),
    };
    let numbers: Vec<usize> = parts.iter().map(|part| part.index).collect();
    finding.evidence.insert(format!("{}s", first.kind), json!(numbers));
    Some(finding)
}

/// `experts 3 and 5`, `all 8 experts`.
fn listed(parts: &[Part]) -> String {
    let [first, ..] = parts else { return String::new() };
    if parts.len() == first.of {
        return format!("all {} {}s", first.of, first.kind);
    }
    let numbers: Vec<String> = parts.iter().take(SHOWN).map(|part| part.number()).collect();
    let more = parts.len() - numbers.len();
    let numbers = match (numbers.as_slice(), more) {
        ([before @ .., last], 0) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        (all, 0) => all.join(", "),
        (all, more) => format!("{} and {more} more", all.join(", ")),
    };
    format!("{}s {numbers}", first.kind)
}
