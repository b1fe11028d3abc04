//! Weights that the checkpoint holds twice.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Rule, peers};
use crate::audit::{AuditError, Finding, Kind, Model, Progress, Severity, Subject};

pub(super) static RULE: Rule = Rule {
    id: "duplicate-tensor",
    severity: Severity::Warning,
    finds: "weights that are equal, byte for byte, to another of the checkpoint",
    why: "Two layers of a kind that hold the same values were copied, or drawn from one key: a layer is missing. Tied weights \
          that are stored twice cost memory and can part when only one is trained.",
    evidence: "Equal type, shape and bytes, found by hash and compared whole. Warning where the names differ by a number alone, \
               as those of the layers of a stack do; else note. Biases, gains, statistics, buffers and constants are never \
               found, nor what a file of PyTorch's stores once under two names.",
    remedy: "If the weights are tied, store one of them. If not, look at how the layer was made or saved.",
    deep: false,
    decide,
};

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut by_hash: BTreeMap<(usize, u64), Vec<&Subject<'_>>> = BTreeMap::new();
    let weights = model.subjects().iter().filter(|subject| matches!(subject.kind(), Kind::Weight | Kind::Embedding));
    for subject in weights.filter(|subject| !subject.statistics.is_constant() && subject.statistics.len > 1) {
        by_hash.entry((subject.statistics.len, subject.statistics.hash)).or_default().push(subject);
    }
    let mut findings = Vec::new();
    for group in by_hash.values() {
        for (at, subject) in group.iter().enumerate() {
            for first in &group[..at] {
                if !same(first, subject)? {
                    continue;
                }
                let peer = peers::stem(first.name()) == peers::stem(subject.name());
                let severity = if peer { Severity::Warning } else { Severity::Note };
                let message = format!("holds the same bytes as {}", first.name());
                let evidence = json!({ "same_as": first.name(), "values": subject.statistics.len });
                findings.push(RULE.finding(subject, severity, message, evidence));
                break;
            }
        }
    }
    Ok(findings)
}

fn same(a: &Subject<'_>, b: &Subject<'_>) -> Result<bool, AuditError> {
    Ok(a.element() == b.element() && a.shape() == b.shape() && a.data()?.bytes() == b.data()?.bytes())
}
