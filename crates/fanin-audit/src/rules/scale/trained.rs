//! Compares trained weights with those of the other layers.

use serde_json::json;

use super::{by_fan, is_comparable, off};
use crate::judge::adapter;
use crate::judge::peers;
use crate::judge::trend::{self, Distance};
use crate::rules::wording::digits;
use crate::{Finding, Model, Severity, Subject};

/// Values within a fifth of each other agree: then only the distance counts, not the deviation.
const AGREED: f64 = 0.2;

/// The smallest reported log distances: from peers, from peers at either end of a stack, from other weights.
const PEERS: f64 = 0.5;
const ENDS: f64 = 0.7;
const OTHERS: f64 = 0.6;

/// The factors above which a finding is a warning: if the peers agree, and if they do not.
const CERTAIN: f64 = 2.0;
const HUGE: f64 = 10.0;

/// A weight with the name of its stack.
type Named<'m, 'a> = (&'m str, &'m Subject<'a>);

/// The outcome of a comparison with peers.
enum Beside {
    /// Too few peers, or peers that do not agree.
    Nothing,
    Healthy,
    Off(Finding),
}

pub(super) fn findings(model: &Model<'_>) -> Vec<Finding> {
    let stacks = peers::stacks(model);
    let (mut findings, mut all, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for stack in &stacks {
        for mut group in stack.by_shape() {
            group.retain(|subject| is_comparable(subject));
            for (at, subject) in group.iter().enumerate() {
                all.push((stack.name.as_str(), *subject));
                match beside_peers(&stack.name, &group, at) {
                    Beside::Nothing => alone.push((stack.name.as_str(), *subject)),
                    Beside::Healthy => {}
                    Beside::Off(finding) => findings.push(finding),
                }
            }
        }
    }
    findings.extend(alone.into_iter().filter_map(|weight| beside_others(weight, &all)));
    findings
}

/// Compares a weight with those of the same role and shape in other layers.
fn beside_peers(name: &str, group: &[&Subject<'_>], at: usize) -> Beside {
    if group.len() < 4 {
        return Beside::Nothing;
    }
    let logs: Vec<f64> = group.iter().map(|subject| subject.statistics.root_mean_square().ln()).collect();
    let distances = trend::distances(&logs, at, 0.08);
    let least = if at == 0 || at + 1 == group.len() { ENDS } else { PEERS };
    // The best expectation is the one around which the others spread least.
    let deviation = distances.iter().map(|of| of.deviation).fold(f64::INFINITY, f64::min);
    let distances: Vec<Distance> = distances.into_iter().map(|of| Distance { deviation, ..of }).collect();
    let Some(nearest) = distances.first().filter(|_| distances.iter().all(|of| is_beyond(*of, least))) else {
        return if deviation <= AGREED { Beside::Healthy } else { Beside::Nothing };
    };
    // Training alone sets the scale of an adapter's factors, which start at zero or stay frozen.
    let agree = deviation <= AGREED && adapter::factor_of(group[at].name()).is_none();
    let factor = if agree { CERTAIN } else { HUGE };
    let certain = nearest.distance.abs() > factor.ln();
    let severity = if certain { Severity::Warning } else { Severity::Note };
    Beside::Off(finding(group[at], severity, *nearest, group.len() - 1, &format!("peers {name}")))
}

/// A group to compare with: its description, the fewest members needed, and its membership test.
type Like<'l> = (&'static str, usize, &'l dyn Fn(&Named<'_, '_>) -> bool);

/// Compares a weight that has no agreeing peers with the weights of its shape, of its role, with its kernel and inputs,
/// with its kernel, or with all weights, whichever agree best. Even with the fan-in divided out this is weak evidence,
/// so the finding is a note.
fn beside_others((name, subject): Named<'_, '_>, weights: &[Named<'_, '_>]) -> Option<Finding> {
    let kernel = |of: &Subject<'_>| {
        (of.shape().len(), of.shape().get(2..).map(<[usize]>::to_vec), of.shape().get(1) == Some(&1))
    };
    let alike = |other: &Named<'_, '_>| kernel(other.1) == kernel(subject);
    let likes: [Like<'_>; 5] = [
        ("weights of the same shape", 3, &|other| other.1.shape() == subject.shape()),
        ("weights of the same role", 3, &|other| other.0 == name),
        ("weights with the same kernel and inputs", 4, &|other| alike(other) && other.1.fans().0 == subject.fans().0),
        ("weights with the same kernel", 4, &alike),
        ("other weights", 5, &|_| true),
    ];
    let others = || weights.iter().filter(|other| !std::ptr::eq(other.1, subject));
    let (nearest, count, whose) = likes
        .into_iter()
        .filter_map(|(whose, least, like)| {
            let logs: Vec<f64> = others().filter(|other| like(other)).map(|other| by_fan(other.1)).collect();
            if logs.len() < least {
                return None;
            }
            let (center, spread) = trend::robust(&logs);
            #[expect(clippy::cast_precision_loss, reason = "a count of weights")]
            let deviation = spread.max(0.1) * (1.0 + 2.0 / logs.len() as f64);
            let distance = by_fan(subject) - center;
            distance.is_finite().then_some((Distance { distance, deviation }, logs.len(), whose))
        })
        .min_by(|a, b| a.0.deviation.total_cmp(&b.0.deviation))?;
    let whose = format!("{whose}, scaled by sqrt(fan_in)");
    is_beyond(nearest, OTHERS).then(|| finding(subject, Severity::Note, nearest, count, &whose))
}

fn is_beyond(Distance { distance, deviation }: Distance, least: f64) -> bool {
    distance.abs() > least && (deviation <= AGREED || distance.abs() > 3.0 * deviation)
}

fn finding(subject: &Subject<'_>, severity: Severity, of: Distance, count: usize, whose: &str) -> Finding {
    let deviations = of.distance / of.deviation;
    let whose = format!("the {count} {whose} ({} deviations)", digits(deviations.abs(), 2));
    off(subject, severity, of.distance.exp(), &whose, json!({ "deviations": deviations, "peers": count }))
}
