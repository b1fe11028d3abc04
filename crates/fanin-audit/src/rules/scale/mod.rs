//! Weights whose scale is far from that of their fan or their peers.

mod fresh;
mod roles;
mod trained;

use serde_json::json;

use super::rule::AuditRule;
use super::wording::{apart, digits};
use crate::{AuditError, Finding, Model, Progress, Severity, Subject, TrainingStage};

pub(super) static RULE: AuditRule = AuditRule {
    id: "scale",
    severity: Severity::Warning,
    finds: "weights whose scale is far from what their fan implies, or from that of their peers",
    why: "A layer whose scale is off by a constant factor saturates or starves all layers after it. Two common defaults differ \
          silently by sqrt 6.",
    evidence: "Peers are at least three weights of the same shape and role in other layers: their names differ only in \
               the layer number. Numbers that distinguish roles (W2 and W12, conv1 and conv2) are kept, and weights \
               that are merely counted (conv2d_412, onnx::MatMul_337) have no peers. In a trained checkpoint, the root \
               mean square of a weight is compared, on a log scale, with the median of its peers and, for five layers \
               or more, with their trend over the depth and with the nearest four. Warning if it differs from each of \
               these by a factor of more than 2 while the others agree within 20 %, or by more than 10 and three \
               deviations. Note from a factor of 1.65 on, or if the peers do not agree. A weight whose peers do not \
               agree, or that has none, is compared with the weights of the same shape, of the same role, with the \
               same kernel and inputs, with the same kernel, or with all weights, whichever agree best, each scaled by \
               the square root of its fan-in. From a factor of 1.8 on this is a note, and never more, because training \
               alone spreads scales by a factor of 2.2 (`multiplied` has better evidence). In a fresh checkpoint, \
               independent draws are reported if their scale differs by six standard errors and 5 % from that of three \
               peers, unless the scales rise or fall steadily with the depth; or, if no peer has the same scale, by a \
               factor of 1.3 from the convention that 60 % of the weights follow. Note if the scale is fixed, or \
               follows another convention in a kernel with a different number of axes. In either, a role is a warning \
               in each of its layers if, in at least three layers, its scale times the square root of the fan-in is 30 \
               times larger or smaller than that of every other role of its blocks (100 times if there is only one \
               other). A role that is alone in its blocks is compared with all other weights of the file. No role in \
               74 healthy checkpoints is reported. Weights of fewer than 64 values are skipped.",
    remedy: "Compare the layer's initializer, or the code that converted it, with those of its peers.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut findings = roles::findings(model);
    let more = match model.stage() {
        TrainingStage::Fresh => fresh::findings(model),
        TrainingStage::Trained => trained::findings(model),
        TrainingStage::Undetermined => in_either_stage(fresh::findings(model), &trained::findings(model)),
    };
    // If a role as a whole is off, each of its weights is reported only once.
    let told: Vec<String> = findings.iter().map(|finding| finding.tensor.clone()).collect();
    findings.extend(more.into_iter().filter(|finding| !told.contains(&finding.tensor)));
    Ok(findings)
}

/// Keeps the findings in tensors that the other stage reports too, with the milder severity.
fn in_either_stage(findings: Vec<Finding>, others: &[Finding]) -> Vec<Finding> {
    let milder = |mut finding: Finding| {
        let other = others.iter().find(|other| other.tensor == finding.tensor)?;
        finding.severity = finding.severity.min(other.severity);
        Some(finding)
    };
    findings.into_iter().filter_map(milder).collect()
}

/// Whether the scale of a weight can be compared.
fn is_comparable(subject: &Subject<'_>) -> bool {
    /// The minimum number of values.
    const FEWEST: usize = 64;
    let statistics = &subject.statistics;
    !statistics.is_constant() && statistics.len >= FEWEST && subject.contamination.is_none()
}

/// The logarithm of the scale, with the fan-in divided out.
#[expect(clippy::cast_precision_loss, reason = "no fan is 2^53")]
fn by_fan(subject: &Subject<'_>) -> f64 {
    (subject.statistics.root_mean_square() * (subject.fans().0.max(1) as f64).sqrt()).ln()
}

/// Builds the finding for a weight whose scale is `ratio` times that of others.
fn off(subject: &Subject<'_>, severity: Severity, ratio: f64, whose: &str, more: serde_json::Value) -> Finding {
    let rms = subject.statistics.root_mean_square();
    let message = format!("the root mean square {} is {} {whose}", digits(rms, 3), apart(ratio));
    let mut evidence = json!({ "rms": rms, "ratio": ratio });
    if let (Some(evidence), serde_json::Value::Object(more)) = (evidence.as_object_mut(), more) {
        evidence.extend(more);
    }
    RULE.finding(subject, severity, message, evidence)
}
