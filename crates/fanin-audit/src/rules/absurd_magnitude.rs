//! Implausibly large or small values.

use serde_json::json;

use super::rule::AuditRule;
use crate::{AuditError, Finding, Model, Progress, Severity, TensorKind};

pub(super) static RULE: AuditRule = AuditRule {
    id: "absurd-magnitude",
    severity: Severity::Error,
    finds: "values far too large, or all far too small, for a trained network",
    why: "Activations of such weights overflow 16-bit and then 32-bit floats, or vanish. Bytes read in the wrong order or as \
          the wrong type look the same.",
    evidence: "Error: an absolute value above 1e18, whose square overflows 32 bits. Warning: a weight or bias above 1e6, a \
               gain or running statistic above 1e12, or a weight whose largest absolute value is below 1e-12 and not 0. \
               Buffers and optimizer state are skipped.",
    remedy: "Find the training step at which the values grew, or check the program that wrote the file: byte order, element \
             type, a scale applied twice.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut findings = Vec::new();
    for subject in model.subjects() {
        let statistics = &subject.statistics;
        if statistics.non_finite > 0
            || statistics.len == 0
            || matches!(subject.kind(), TensorKind::Buffer | TensorKind::OptimizerState)
        {
            continue;
        }
        let greatest = f64::from(statistics.greatest());
        let limit = if matches!(subject.kind(), TensorKind::Weight | TensorKind::Embedding | TensorKind::Bias) {
            1e6
        } else {
            1e12
        };
        let small = subject.kind() == TensorKind::Weight && greatest > 0.0 && greatest < 1e-12;
        let severity = if greatest > 1e18 { Severity::Error } else { Severity::Warning };
        if greatest > limit || small {
            let message = format!("the largest absolute value is {greatest:.2e}");
            findings.push(RULE.finding(subject, severity, message, json!({ "greatest": greatest, "limit": limit })));
        }
    }
    Ok(findings)
}
