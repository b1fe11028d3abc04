//! Weights whose scale is far from what the fan, or their peers, would have.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Rule, peers};
use crate::audit::{AuditError, Finding, Model, Progress, Severity, Stage, Subject};

pub(super) static RULE: Rule = Rule {
    id: "scale",
    severity: Severity::Warning,
    finds: "weights whose scale is far from the fan's, or from that of their peers",
    why: "One layer a factor too large or too small saturates or starves all that follow. Two common defaults differ by sqrt 6 \
          without a word.",
    evidence: "Trained: the root mean square of a weight beside those of its peers, the weights of the same name but for its \
               numbers and of the same shape, of which there must be three more. Their median and median absolute deviation of \
               logarithms are robust: found are weights beyond a factor of 1.8 that lie four deviations off, a deviation being \
               8 % at the least and wider where peers are few. Fresh: independent draws whose standard deviation is off that of \
               their peers by six standard errors and 5 %; or that of a convention which 60 % of the weights of as many axes \
               follow, three at the least, by a factor of 1.3, where no peer shares it.",
    remedy: "Compare the layer's initialiser, or the code that converted it, with those of its peers.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    Ok(match model.stage() {
        Stage::Fresh => fresh(model),
        Stage::Trained => trained(model),
    })
}

/// The peers of equal shape.
fn groups<'m, 'a>(model: &'m Model<'a>) -> Vec<Vec<&'m Subject<'a>>> {
    let mut groups: BTreeMap<(String, &[usize]), Vec<&Subject<'a>>> = BTreeMap::new();
    for subject in peers::by_stem(model).into_values().flatten() {
        if !subject.statistics.is_zero() {
            groups.entry((peers::stem(subject.name()), subject.shape())).or_default().push(subject);
        }
    }
    groups.into_values().collect()
}

fn trained(model: &Model<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for group in groups(model).iter().filter(|group| group.len() >= 4) {
        let logs: Vec<f64> = group.iter().map(|subject| subject.statistics.root_mean_square().ln()).collect();
        for (at, subject) in group.iter().enumerate() {
            let others: Vec<f64> =
                logs.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, log)| *log).collect();
            let (centre, spread) = robust(&others);
            #[expect(clippy::cast_precision_loss, reason = "a count of layers")]
            let deviation = spread.max(0.08) * (1.0 + 3.0 / others.len() as f64);
            let off = logs[at] - centre;
            if off.abs() > 0.6 && off.abs() > 4.0 * deviation {
                findings.push(finding(subject, off, deviation, others.len()));
            }
        }
    }
    findings
}

fn finding(subject: &Subject<'_>, off: f64, deviation: f64, peers: usize) -> Finding {
    let rms = subject.statistics.root_mean_square();
    let message = format!(
        "the root mean square {rms:.5} is {:.2} times that of {peers} peers, {:.1} deviations off",
        off.exp(),
        off / deviation
    );
    let evidence = json!({ "rms": rms, "ratio": off.exp(), "deviations": off / deviation, "peers": peers });
    RULE.finding(subject, Severity::Warning, message, evidence)
}

fn fresh(model: &Model<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for group in groups(model).iter().filter(|group| group.len() >= 4) {
        let stds: Vec<f64> = group.iter().map(|subject| subject.statistics.std()).collect();
        for (at, subject) in group.iter().enumerate().filter(|(_, subject)| subject.noise.is_noise()) {
            let others: Vec<f64> =
                stds.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, std)| *std).collect();
            let (centre, _) = robust(&others);
            let ratio = stds[at] / centre;
            if (ratio - 1.0).abs() > (6.0 * subject.noise.error).max(0.05) {
                findings.push(unlike(subject, centre, &format!("{} peers have", others.len())));
            }
        }
    }
    let named: Vec<String> = findings.iter().map(|finding| finding.tensor.clone()).collect();
    findings.extend(unconventional(model).into_iter().filter(|finding| !named.contains(&finding.tensor)));
    findings
}

fn unlike(subject: &Subject<'_>, expected: f64, whose: &str) -> Finding {
    let std = subject.statistics.std();
    let message =
        format!("the standard deviation {std:.5} is {:.2} times the {expected:.5} that {whose}", std / expected);
    let evidence = json!({ "std": std, "expected": expected, "ratio": std / expected });
    RULE.finding(subject, Severity::Warning, message, evidence)
}

/// Weights that do not follow the convention of the others of as many axes.
fn unconventional(model: &Model<'_>) -> Vec<Finding> {
    let noise = || peers::by_stem(model).into_values().flatten().filter(|subject| subject.noise.is_noise());
    let mut by_rank: BTreeMap<usize, Vec<&Subject<'_>>> = BTreeMap::new();
    for subject in noise() {
        by_rank.entry(subject.shape().len()).or_default().push(subject);
    }
    let mut findings = Vec::new();
    for weights in by_rank.values() {
        let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
        for known in weights.iter().flat_map(|subject| &subject.noise.known) {
            *votes.entry(known.name.as_str()).or_default() += 1;
        }
        let Some((convention, followers)) = votes.into_iter().max_by_key(|(_, count)| *count) else { continue };
        if followers < 3 || followers * 5 < weights.len() * 3 {
            continue;
        }
        for subject in weights {
            let follows = subject.noise.known.iter().any(|known| known.name == convention);
            let peer = |other: &&&Subject<'_>| {
                let same = peers::stem(other.name()) == peers::stem(subject.name()) && other.name() != subject.name();
                same && (other.noise.std / subject.noise.std).ln().abs() < 0.05
            };
            let Some(expected) = subject.scales().std_of(convention).filter(|_| !follows) else { continue };
            let ratio = subject.noise.std / expected;
            if ratio.ln().abs() > 1.3_f64.ln() && !weights.iter().any(|other| peer(&&other)) {
                findings.push(unlike(
                    subject,
                    expected,
                    &format!("{followers} of {} weights follow ({convention})", weights.len()),
                ));
            }
        }
    }
    findings
}

/// The median and the median absolute deviation, as that of a normal law.
fn robust(values: &[f64]) -> (f64, f64) {
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        match values.len() {
            0 => f64::NAN,
            len if len % 2 == 1 => values[middle],
            _ => f64::midpoint(values[middle - 1], values[middle]),
        }
    };
    let centre = median(values.to_vec());
    (centre, 1.4826 * median(values.iter().map(|value| (value - centre).abs()).collect()))
}
