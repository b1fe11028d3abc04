//! Running statistics that were never updated.

use serde_json::json;

use super::rule::AuditRule;
use crate::{AuditError, Finding, Model, Progress, Severity, Subject, TensorKind};

pub(super) static RULE: AuditRule = AuditRule {
    id: "norm-statistics",
    severity: Severity::Warning,
    finds: "running statistics of a normalization layer that training never updated",
    why: "In evaluation mode the layer normalizes by its initial statistics, so outputs do not match those seen in training.",
    evidence: "In a trained checkpoint, a layer whose running variance is 1 and running mean 0 in every channel. The \
               message includes the batch count if the file has one. Not checked in a fresh checkpoint, where these values are \
               right.",
    remedy: "Run batches through the network in training mode before saving it. Look for a layer that was frozen, replaced, or \
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
    for variance in model.of(TensorKind::RunningVariance).filter(|variance| is(variance, 1.0)) {
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

/// The batch count that PyTorch keeps beside the statistics.
fn batches(model: &Model<'_>, variance: &Subject<'_>) -> Result<Option<i64>, AuditError> {
    let name = variance.name().strip_suffix("running_var").map(|stem| format!("{stem}num_batches_tracked"));
    let checkpoint = model.checkpoint();
    let Some(tensor) = name.and_then(|name| checkpoint.tensors().iter().find(|tensor| tensor.name() == name)) else {
        return Ok(None);
    };
    let data = checkpoint.load(tensor)?;
    Ok(<[u8; 8]>::try_from(data.bytes()).ok().map(i64::from_le_bytes))
}
