//! Values so large or so small that no training leaves them.

use serde_json::json;

use super::Rule;
use crate::audit::{AuditError, Finding, Kind, Model, Progress, Severity};

pub(super) static RULE: Rule = Rule {
    id: "absurd-magnitude",
    severity: Severity::Error,
    finds: "values so large, or all so small, that no training leaves them",
    why: "Activations of such weights overflow half precision, then single, or vanish; bytes read in the wrong order or type \
          look so too.",
    evidence: "Error: an absolute value above 1e18, whose square overflows 32 bits. Warning: a weight or bias above 1e6, a \
               gain or running statistic above 1e12, or a weight whose greatest value is below 1e-12 and not 0. Buffers are left alone.",
    remedy: "Look at the step in which it grew, or at the program that wrote the file: byte order, element type, a scale that \
             was applied twice.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut findings = Vec::new();
    for subject in model.subjects() {
        let statistics = &subject.statistics;
        if statistics.non_finite > 0 || statistics.len == 0 || subject.kind() == Kind::Buffer {
            continue;
        }
        let greatest = f64::from(statistics.greatest());
        let limit = if matches!(subject.kind(), Kind::Weight | Kind::Embedding | Kind::Bias) { 1e6 } else { 1e12 };
        let small = subject.kind() == Kind::Weight && greatest > 0.0 && greatest < 1e-12;
        let severity = if greatest > 1e18 { Severity::Error } else { Severity::Warning };
        if greatest > limit || small {
            let message = format!("the greatest absolute value is {greatest:.2e}");
            findings.push(RULE.finding(subject, severity, message, json!({ "greatest": greatest, "limit": limit })));
        }
    }
    Ok(findings)
}
