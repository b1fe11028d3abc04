//! Weights whose scale is far from what the fan, or their peers, would have.

use std::collections::BTreeMap;

use serde_json::json;

use super::conventions::{self, Majority};
use super::{Rule, digits, peers};
use crate::audit::noise::scales::Fan;
use crate::audit::{AuditError, Finding, Model, Progress, Severity, Stage, Subject};

pub(super) static RULE: Rule = Rule {
    id: "scale",
    severity: Severity::Warning,
    finds: "weights whose scale is far from the fan's, or from that of their peers",
    why: "One layer a factor too large or too small saturates or starves all that follow. Two common defaults differ by sqrt 6 \
          without a word.",
    evidence: "Trained: the root mean square of a weight beside those of its peers, the weights of the same name but for its \
               numbers and of the same shape, of which there must be three more. Their median and median absolute deviation of \
               logarithms are robust; found are weights beyond a factor of 1.65, where the deviation is 20 % at the most, or else \
               three deviations off. A weight without peers that agree is set beside those of its shape, of its name, of its kernel \
               and inputs, of its kernel, or all, whichever agree best, each times the root of its fan-in: a note beyond a factor \
               of 1.8, and no more, for training spreads them by a factor of 2.2: `multiplied` has better evidence. Fresh: independent draws whose scale is off that of three \
               peers by six standard errors and 5 %; or that of the convention which 60 % of the weights follow, by a factor of \
               1.3, where no peer shares it; a note where it is a fixed scale, or another convention for a kernel of other \
               axes. Weights below 64 values are left alone.",
    remedy: "Compare the layer's initializer, or the code that converted it, with those of its peers.",
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
                let whose = format!("{} peers of its name and shape", off.peers);
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

/// What weights are called that have something in common with another, how many there must be, and which they are.
type Like<'l> = (&'static str, usize, &'l dyn Fn(&Subject<'_>) -> bool);

/// A weight without peers that agree, beside those of its shape, of its name in other shapes, with its kernel and inputs, with its
/// kernel, or all, whichever agree best. What they tell after the fan-in is taken out is weak: a note.
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
        ("weights of its shape", 3, &|other| other.shape() == subject.shape()),
        ("weights of its name", 3, &|other| peers::stem(other.name()) == name),
        ("weights with such kernels and as many inputs", 4, &|other| {
            alike(other) && other.fans().0 == subject.fans().0
        }),
        ("weights with such kernels", 4, &alike),
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
    let whose = format!("{} {whose}, each by the root of its fan-in", off.peers);
    off.is_beyond(0.6).then(|| off.finding(subject, Severity::Note, &whose))
}

/// Peers within a fifth of each other agree: a deviation as small needs no more than the least distance.
const AGREED: f64 = 0.2;

/// How far a scale is from others, in logarithms.
#[derive(Clone, Copy)]
struct Off {
    distance: f64,
    deviation: f64,
    peers: usize,
}

impl Off {
    /// Beside others, whose spread is `floor` at the least and counts for more where they are few.
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
            "the root mean square {} is {} times the median of {whose}, {:.1} deviations off",
            digits(rms, 4),
            digits(off.exp(), 3),
            off / deviation
        );
        let evidence = json!({ "rms": rms, "ratio": off.exp(), "deviations": off / deviation, "peers": peers });
        RULE.finding(subject, severity, message, evidence)
    }
}

/// All but one.
fn without(values: &[f64], at: usize) -> Vec<f64> {
    values.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, value)| *value).collect()
}

/// Weights that follow neither their peers nor the convention of the others. What swapped-fans finds is left to it.
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
            findings.push(unlike(subject, center, Severity::Warning, &format!("{} peers have", peers.len())));
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
        // A fixed scale, or another convention for a kernel of another kind, is common: a table, a head beside convolutions.
        let rank = subject.shape().len();
        let lonely = weights.iter().filter(|other| other.shape().len() == rank).count() < 3;
        let other = |fixed: bool| {
            let scales = subject.scales();
            scales.all().any(|known| (!fixed || known.by == Fan::Neither) && conventions::has(subject, known.std))
        };
        let severity = if other(!lonely) { Severity::Note } else { Severity::Warning };
        let Majority { convention, followers, weights } = majority;
        findings.push(unlike(
            subject,
            expected,
            severity,
            &format!("{followers} of {weights} weights follow ({})", convention.name),
        ));
    }
    findings
}

fn unlike(subject: &Subject<'_>, expected: f64, severity: Severity, whose: &str) -> Finding {
    let std = subject.statistics.root_mean_square();
    let message = format!(
        "the standard deviation {} is {} times the {} that {whose}",
        digits(std, 4),
        digits(std / expected, 3),
        digits(expected, 4)
    );
    let evidence = json!({ "std": std, "expected": expected, "ratio": std / expected });
    RULE.finding(subject, severity, message, evidence)
}

/// The median and the median absolute deviation, as that of a normal distribution.
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
