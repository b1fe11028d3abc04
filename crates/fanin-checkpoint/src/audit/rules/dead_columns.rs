//! Inputs without outgoing weights.

use super::Rule;
use super::dead_rows::Dead;
use crate::audit::{AuditError, Finding, Kind, Model, Progress, Severity, Side, Subject};

pub(super) static RULE: Rule = Rule {
    id: "dead-columns",
    severity: Severity::Warning,
    finds: "inputs whose outgoing weights are all zero, or have decayed to nothing",
    why: "The layer does not see such an input; what computes it works for nothing.",
    evidence: "Columns of [out, in] matrices, channels of kernels, rows of [in, out] matrices. Warning where more than half of \
               the inputs are dead, else note: the border of images, or features that never vary, leave some in many healthy \
               networks. Decayed means a norm below a millionth of the median. Tables are left alone.",
    remedy: "Remove the inputs, or look at why nothing flows: a feature that is constant, a neuron that is dead in the layer \
             before.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let weights =
        model.of(Kind::Weight).filter(|subject| !subject.statistics.is_zero() && subject.statistics.is_sound());
    let finding = |subject: &Subject<'_>| {
        let side = subject.neurons().other();
        let positions = match (side, subject.shape()) {
            (Side::Columns, [_, _, kernel @ ..]) => kernel.iter().product(),
            _ => 1,
        };
        let Dead { message, severity, evidence } = Dead::of(subject.lines(side)?, positions, "input")?;
        Some(RULE.finding(subject, severity, message, evidence))
    };
    Ok(weights.filter_map(finding).collect())
}
