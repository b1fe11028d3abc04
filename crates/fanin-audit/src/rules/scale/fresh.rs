//! Compares fresh weights with their peers and with the convention of the file.

use serde_json::json;

use super::{is_comparable, off};
use crate::judge::conventions::{self, Majority};
use crate::judge::peers;
use crate::judge::trend::{self, Steady};
use crate::rules::wording::digits;
use crate::{Finding, Model, Severity, Subject};

/// The smallest reported factors relative to peers and to the convention. The difference must also exceed six standard
/// errors.
const PEERS: f64 = 1.05;
const CONVENTION: f64 = 1.3;

/// Reports weights that follow neither their peers nor the convention of the others, except for what swapped-fans reports.
pub(super) fn findings(model: &Model<'_>) -> Vec<Finding> {
    let majority = conventions::majority(model);
    let weights: Vec<&Subject<'_>> = conventions::weights(model).filter(|subject| subject.declared.is_none()).collect();
    let is_judged = |subject: &&Subject<'_>| weights.iter().any(|weight| std::ptr::eq(*weight, *subject));
    let mut findings = Vec::new();
    for stack in peers::stacks(model) {
        for mut group in stack.by_shape() {
            group.retain(is_judged);
            for (at, subject) in group.iter().enumerate().filter(|(_, subject)| is_comparable(subject)) {
                findings.extend(match beside_peers(&stack.name, &group, at) {
                    Beside::Off(finding) => Some(finding),
                    Beside::Steady => None,
                    Beside::Nothing => by_convention(subject, &group, majority.as_ref(), &weights),
                });
            }
        }
    }
    findings
}

/// The outcome of a comparison with peers.
enum Beside {
    /// Too few peers, or peers with the same scale.
    Nothing,
    /// The scales rise or fall steadily.
    Steady,
    Off(Finding),
}

/// Compares a weight with those of the same role and shape in other layers.
fn beside_peers(name: &str, group: &[&Subject<'_>], at: usize) -> Beside {
    let scales: Vec<f64> = group.iter().map(|subject| subject.statistics.root_mean_square()).collect();
    let logs: Vec<f64> = scales.iter().map(|scale| scale.ln()).collect();
    let (subject, error) = (group[at], conventions::error(group[at]));
    let others: Vec<f64> = (0..).zip(&scales).filter(|(place, _)| *place != at).map(|(_, scale)| *scale).collect();
    if others.len() < 3 {
        return Beside::Nothing;
    }
    // Some initializers scale with the depth.
    let center = match trend::steady(&logs, 2.0 * error) {
        Some(Steady::Except(odd)) if odd == at => {
            let beside = [at.checked_sub(1), at.checked_add(1)].into_iter().flatten().filter_map(|at| scales.get(at));
            trend::robust(&beside.copied().collect::<Vec<_>>()).0
        }
        Some(_) => return Beside::Steady,
        None => trend::robust(&others).0,
    };
    let ratio = scales[at] / center;
    if (ratio - 1.0).abs() <= (6.0 * error).max(PEERS - 1.0) {
        return Beside::Nothing;
    }
    let whose = format!("the {} peers {name} of std {}", others.len(), digits(center, 3));
    Beside::Off(unlike(subject, center, Severity::Warning, &whose))
}

fn by_convention(
    subject: &Subject<'_>,
    group: &[&Subject<'_>],
    majority: Option<&Majority>,
    weights: &[&Subject<'_>],
) -> Option<Finding> {
    let (rms, error) = (subject.statistics.root_mean_square(), conventions::error(subject));
    let peers = group.iter().filter(|other| !std::ptr::eq(**other, subject));
    let agrees =
        |other: &Subject<'_>| (rms / other.statistics.root_mean_square()).ln().abs() <= (6.0 * error).max(PEERS - 1.0);
    let majority = majority?;
    let expected = majority.expected(subject)?;
    let explained = majority.exchanged(subject).is_some_and(|std| conventions::has(subject, std))
        || majority.forgotten_groups(subject, weights).is_some();
    let off = (rms / expected).ln().abs();
    if peers.copied().any(agrees) || explained || off <= (6.0 * error).max(CONVENTION.ln()) {
        return None;
    }
    // A fixed scale is common, and so is another convention for another kind of kernel, such as a head after convolutions.
    let rank = subject.shape().len();
    let lonely = weights.iter().filter(|other| other.shape().len() == rank).count() < 3;
    let other = |fixed: bool| {
        let scales = subject.scales();
        scales.all().any(|known| (!fixed || known.is_fixed()) && conventions::has(subject, known.std))
    };
    let severity = if other(!lonely) { Severity::Note } else { Severity::Warning };
    let Majority { convention, followers, weights } = majority;
    let whose = format!(
        "the std {} that {} implies, which {followers} of {weights} weights follow",
        digits(expected, 3),
        convention.name
    );
    Some(unlike(subject, expected, severity, &whose))
}

fn unlike(subject: &Subject<'_>, expected: f64, severity: Severity, whose: &str) -> Finding {
    let ratio = subject.statistics.root_mean_square() / expected;
    off(subject, severity, ratio, whose, json!({ "expected": expected }))
}
