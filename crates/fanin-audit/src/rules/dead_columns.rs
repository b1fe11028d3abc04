//! Inputs without outgoing weights.

use super::dead_rows::Dead;
use super::rule::AuditRule;
use crate::{AuditError, Finding, Model, Progress, Severity, Subject, TensorKind};

pub(super) static RULE: AuditRule = AuditRule {
    id: "dead-columns",
    severity: Severity::Warning,
    finds: "inputs whose outgoing weights are all zero or have decayed to almost nothing",
    why: "The layer ignores such an input, so the work of the layer that computes it is wasted.",
    evidence: "Checks the columns of [out, in] matrices, the input channels of kernels and the rows of [in, out] matrices, or \
               columns where the axes are unknown. Warning if more than half of the inputs are dead, otherwise note: image borders and constant features leave \
               some in many healthy networks. Decayed means a norm below a millionth of the median. Embedding tables are \
               skipped.",
    remedy: "Remove the inputs, or find out why they carry nothing: a constant feature, or a dead neuron in the layer before.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let weights =
        model.of(TensorKind::Weight).filter(|subject| !subject.statistics.is_zero() && subject.statistics.is_sound());
    let finding = |subject: &Subject<'_>| {
        let Dead { message, severity, evidence } = Dead::of(subject, subject.inputs())?;
        Some(RULE.finding(subject, severity, message, evidence))
    };
    Ok(weights.filter_map(finding).collect())
}
