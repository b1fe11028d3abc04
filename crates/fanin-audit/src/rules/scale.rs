//! Weights whose scale is far from that of their fan or their peers.

use std::collections::BTreeMap;

use serde_json::json;

use super::rule::AuditRule;
use super::wording::{apart, digits};
use crate::judge::conventions::{self, Majority};
use crate::judge::peers;
use crate::{AuditError, Finding, Model, Progress, Severity, Subject, TrainingStage};

pub(super) static RULE: AuditRule = AuditRule {
    id: "scale",
    severity: Severity::Warning,
    finds: "weights whose scale is far from what their fan implies, or from that of their peers",
    why: "A layer whose scale is off by a constant factor saturates or starves all layers after it. Two common defaults differ \
          silently by sqrt 6.",
    evidence: "Trained: compares the root mean square of a weight with that of its peers, at least three other weights of the \
               same shape whose names differ only in numbers. Peers are summarized by the median and the median absolute \
               deviation of the logarithms. A weight is reported if it is off by a factor of more than 1.65, where the peers \
               agree within 20 %, or by more than three deviations. A weight without peers that agree is compared with those \
               of its shape, its name, its kernel and inputs, its kernel, or with all, whichever agree best, each scaled by \
               the square root of its fan-in: a note from a factor of 1.8 on, and never more, because training alone spreads \
               scales by a factor of 2.2 (`multiplied` has better evidence). Fresh: independent draws whose scale differs from \
               that of three peers by six standard errors and 5 %, or from the convention that 60 % of the weights follow by a \
               factor of 1.3, if no peer shares it. Note if the scale is fixed, or follows another convention in a kernel of \
               other axes. Weights of fewer than 64 values are skipped.",
    remedy: "Compare the layer's initializer, or the code that converted it, with those of its peers.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    Ok(match model.stage() {
        TrainingStage::Fresh => fresh(model),
        TrainingStage::Trained => trained(model),
        TrainingStage::Undetermined => in_either_stage(fresh(model), &trained(model)),
    })
}

/// The findings in tensors that are found in the other stage too, with the milder severity.
fn in_either_stage(findings: Vec<Finding>, others: &[Finding]) -> Vec<Finding> {
    let milder = |mut finding: Finding| {
        let other = others.iter().find(|other| other.tensor == finding.tensor)?;
        finding.severity = finding.severity.min(other.severity);
        Some(finding)
    };
    findings.into_iter().filter_map(milder).collect()
}

/// Groups of peers with equal shapes.
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
    let mut alone: Vec<&Subject<'_>> = Vec::new();
    for group in groups(model) {
        if group.len() < 4 {
            alone.extend(group);
            continue;
        }
        let logs: Vec<f64> = group.iter().map(|subject| subject.statistics.root_mean_square().ln()).collect();
        for (at, subject) in group.iter().enumerate() {
            let Some(off) = Off::of(logs[at], &without(&logs, at), 0.08, 0.0) else { continue };
            if off.is_beyond(0.5) {
                let whose = format!("{} peers of the same name and shape", off.peers);
                findings.push(off.finding(subject, Severity::Warning, &whose));
            } else if off.deviation > AGREED {
                alone.push(subject);
            }
        }
    }
    let weights: Vec<&Subject<'_>> = groups(model).into_iter().flatten().collect();
    findings.extend(alone.into_iter().filter_map(|subject| beside_others(subject, &weights)));
    findings
}

/// A group to compare with: its description, the fewest members needed, and its membership test.
type Like<'l> = (&'static str, usize, &'l dyn Fn(&Subject<'_>) -> bool);

/// Compares a weight without peers that agree with those of its shape, of its name, of its kernel and inputs, of its kernel, or
/// with all, whichever agree best. With the fan-in divided out this is weak evidence, so the finding is a note.
fn beside_others(subject: &Subject<'_>, weights: &[&Subject<'_>]) -> Option<Finding> {
    let name = peers::stem(subject.name());
    let kernel = |of: &Subject<'_>| {
        (of.shape().len(), of.shape().get(2..).map(<[usize]>::to_vec), of.shape().get(1) == Some(&1))
    };
    let log = |of: &Subject<'_>| {
        #[expect(clippy::cast_precision_loss, reason = "no fan is 2^53")]
        let fan_in = of.fans().0.max(1) as f64;
        (of.statistics.root_mean_square() * fan_in.sqrt()).ln()
    };
    let alike = |other: &Subject<'_>| kernel(other) == kernel(subject);
    let likes: [Like<'_>; 5] = [
        ("weights of the same shape", 3, &|other| other.shape() == subject.shape()),
        ("weights of the same name", 3, &|other| peers::stem(other.name()) == name),
        ("weights with the same kernel and inputs", 4, &|other| alike(other) && other.fans().0 == subject.fans().0),
        ("weights with the same kernel", 4, &alike),
        ("other weights", 5, &|_| true),
    ];
    let others = || weights.iter().copied().filter(|other| other.name() != subject.name());
    let (off, whose) = likes
        .into_iter()
        .filter_map(|(whose, least, like)| {
            let logs: Vec<f64> = others().filter(|other| like(other)).map(log).collect();
            let off = (logs.len() >= least).then(|| Off::of(log(subject), &logs, 0.1, 2.0)).flatten()?;
            Some((off, whose))
        })
        .min_by(|a, b| a.0.deviation.total_cmp(&b.0.deviation))?;
    let whose = format!("{} {whose}, scaled by sqrt(fan_in)", off.peers);
    off.is_beyond(0.6).then(|| off.finding(subject, Severity::Note, &whose))
}

/// Peers within a fifth of each other agree; the deviation is then not used, only the distance.
const AGREED: f64 = 0.2;

/// The distance of a scale from others, in logarithms.
#[derive(Clone, Copy)]
struct Off {
    distance: f64,
    deviation: f64,
    peers: usize,
}

impl Off {
    /// Compares with others. Their spread is at least `floor` and is widened if there are few of them.
    #[expect(clippy::cast_precision_loss, reason = "a count of layers")]
    fn of(log: f64, others: &[f64], floor: f64, few: f64) -> Option<Self> {
        let (center, spread) = robust(others);
        let deviation = spread.max(floor) * (1.0 + few / others.len() as f64);
        center.is_finite().then_some(Self { distance: log - center, deviation, peers: others.len() })
    }

    fn is_beyond(self, least: f64) -> bool {
        let distance = self.distance.abs();
        distance > least && (self.deviation <= AGREED || distance > 3.0 * self.deviation)
    }

    fn finding(self, subject: &Subject<'_>, severity: Severity, whose: &str) -> Finding {
        let Self { distance: off, deviation, peers } = self;
        let rms = subject.statistics.root_mean_square();
        let message = format!(
            "the root mean square {} is {} the median of {whose} ({:.1} deviations)",
            digits(rms, 3),
            apart(off.exp()),
            (off / deviation).abs()
        );
        let evidence = json!({ "rms": rms, "ratio": off.exp(), "deviations": off / deviation, "peers": peers });
        RULE.finding(subject, severity, message, evidence)
    }
}

/// All values except one.
fn without(values: &[f64], at: usize) -> Vec<f64> {
    values.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, value)| *value).collect()
}

/// Reports weights that follow neither their peers nor the convention of the others, except for what swapped-fans reports.
fn fresh(model: &Model<'_>) -> Vec<Finding> {
    let majority = conventions::majority(model);
    let weights: Vec<&Subject<'_>> = conventions::weights(model).filter(|subject| subject.declared.is_none()).collect();
    let mut findings = Vec::new();
    for subject in &weights {
        let (rms, error) = (subject.statistics.root_mean_square(), conventions::error(subject));
        let is_peer = |other: &&&Subject<'_>| {
            let same = peers::stem(other.name()) == peers::stem(subject.name()) && other.shape() == subject.shape();
            same && other.name() != subject.name()
        };
        let peers: Vec<f64> = weights.iter().filter(is_peer).map(|other| other.statistics.root_mean_square()).collect();
        let (center, _) = robust(&peers);
        if peers.len() >= 3 && (rms / center - 1.0).abs() > (6.0 * error).max(0.05) {
            findings.push(unlike(
                subject,
                center,
                Severity::Warning,
                &format!("the standard deviation of {} peers", peers.len()),
            ));
            continue;
        }
        let agrees = peers.iter().any(|peer| (rms / peer).ln().abs() <= (6.0 * error).max(0.05));
        let Some((majority, expected)) = majority.as_ref().and_then(|m| Some((m, m.expected(subject)?))) else {
            continue;
        };
        let exchanged = majority.exchanged(subject).is_some_and(|std| conventions::has(subject, std));
        let off = (rms / expected).ln().abs();
        if agrees || exchanged || off <= (6.0 * error).max(1.3_f64.ln()) {
            continue;
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
        findings.push(unlike(
            subject,
            expected,
            severity,
            &format!("the convention that {followers} of {weights} weights follow ({})", convention.name),
        ));
    }
    findings
}

fn unlike(subject: &Subject<'_>, expected: f64, severity: Severity, whose: &str) -> Finding {
    let std = subject.statistics.root_mean_square();
    let message = format!(
        "the standard deviation {} is {} {}, {whose}",
        digits(std, 3),
        apart(std / expected),
        digits(expected, 3)
    );
    let evidence = json!({ "std": std, "expected": expected, "ratio": std / expected });
    RULE.finding(subject, severity, message, evidence)
}

/// The median, and the median absolute deviation scaled to estimate a standard deviation.
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
    let center = median(values.to_vec());
    (center, 1.4826 * median(values.iter().map(|value| (value - center).abs()).collect()))
}
