//! Running statistics that nothing has updated.

use serde_json::json;

use super::Rule;
use crate::audit::{AuditError, Finding, Kind, Model, Progress, Severity, Subject};

pub(super) static RULE: Rule = Rule {
    id: "norm-statistics",
    severity: Severity::Warning,
    finds: "normalization statistics of a trained checkpoint that were never updated",
    why: "In evaluation the layer divides by what it has never seen: outputs are those of no trained network.",
    evidence: "A running variance that is 1 everywhere beside a running mean that is 0 everywhere, in a trained checkpoint. The \
               count of batches is told where the file has one. Never found in a fresh checkpoint, where this is right.",
    remedy: "Run batches through the network in training mode before it is saved; look for a layer that was frozen, replaced, or \
             kept in evaluation mode.",
    deep: false,
    decide,
};

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut findings = Vec::new();
    if !model.is_trained() {
        return Ok(findings);
    }
    let is = |subject: &Subject<'_>, value: f32| subject.statistics.is_constant() && subject.statistics.high == value;
    for variance in model.of(Kind::RunningVariance).filter(|variance| is(variance, 1.0)) {
        let sibling = |ends: &[(&str, &str)]| {
            ends.iter().find_map(|(from, to)| {
                let stem = variance.name().strip_suffix(from)?;
                model.named(&format!("{stem}{to}"))
            })
        };
        let mean = sibling(&[
            ("running_var", "running_mean"),
            ("moving_variance", "moving_mean"),
            ("moving_variance:0", "moving_mean:0"),
            ("moving_var", "moving_mean"),
        ]);
        if !mean.is_some_and(|mean| is(mean, 0.0)) {
            continue;
        }
        let batches = batches(model, variance)?;
        let told = batches.map_or_else(String::new, |batches| format!("; {batches} batches counted"));
        let message = format!("the running mean is 0 and the running variance 1 in every channel{told}");
        let evidence = json!({ "channels": variance.statistics.len, "batches": batches });
        findings.push(RULE.finding(variance, Severity::Warning, message, evidence));
    }
    Ok(findings)
}

/// The count that PyTorch keeps beside the statistics.
fn batches(model: &Model<'_>, variance: &Subject<'_>) -> Result<Option<i64>, AuditError> {
    let name = variance.name().strip_suffix("running_var").map(|stem| format!("{stem}num_batches_tracked"));
    let checkpoint = model.checkpoint();
    let Some(tensor) = name.and_then(|name| checkpoint.tensors().iter().find(|tensor| tensor.name() == name)) else {
        return Ok(None);
    };
    let data = checkpoint.load(tensor)?;
    Ok(<[u8; 8]>::try_from(data.bytes()).ok().map(i64::from_le_bytes))
}
