//! Weights that the checkpoint stores twice.

use std::collections::BTreeMap;

use serde_json::json;

use super::rule::AuditRule;
use crate::judge::peers;
use crate::{AuditError, Finding, Model, Progress, Severity, Subject, TensorKind};

pub(super) static RULE: AuditRule = AuditRule {
    id: "duplicate-tensor",
    severity: Severity::Warning,
    finds: "weights that are byte-identical to another tensor of the checkpoint",
    why: "Two layers with the same values were copied, or drawn from the same key, so one layer is missing. Tied weights that \
          are stored twice waste memory and diverge if only one copy is trained.",
    evidence: "Same type, shape and bytes, found by hash and confirmed byte by byte. Warning if the names differ only in a \
               number, as in a stack of layers; otherwise note. Biases, gains, statistics, buffers and constants are skipped, \
               and so are tensors that a PyTorch file stores once under two names.",
    remedy: "If the weights are tied, store them once. If not, check how the layer was created or saved.",
    deep: false,
    decide,
};

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut by_hash: BTreeMap<(usize, u64), Vec<&Subject<'_>>> = BTreeMap::new();
    let weights =
        model.subjects().iter().filter(|subject| matches!(subject.kind(), TensorKind::Weight | TensorKind::Embedding));
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
