//! Optimizer state and averaged copies stored with the weights.

use std::collections::BTreeMap;

use serde_json::json;

use super::rule::AuditRule;
use super::wording::counted;
use crate::judge::{copies, training_state};
use crate::{AuditError, Finding, Model, Progress, Severity, Subject};

pub(super) static RULE: AuditRule = AuditRule {
    id: "training-state",
    severity: Severity::Note,
    finds: "optimizer state, and averaged or equal copies of a model, stored with its weights",
    why: "They are not weights of the model: inference does not need them, and they multiply the size of the file.",
    evidence: "One note per kind. Optimizer state is recognized by the names that PyTorch, TensorFlow, Keras, optax \
               and Adafactor give to moments (exp_avg, momentum_buffer, Adam_1 and others) and is not checked by the \
               rules for weights. Averaged copies are recognized by a component of their names (ema, shadow_params and \
               others). Other copies: at least three weights under one prefix have the same bytes, and the same names \
               after the prefix, as those under another.",
    remedy: "Save the weights alone for inference. If a copy is meant to differ, such as an average after training, check that it was \
             updated.",
    deep: false,
    decide,
};

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut findings = Vec::new();
    let state: Vec<&Subject<'_>> =
        model.subjects().iter().filter(|subject| training_state::is_optimizer(subject.name())).collect();
    if let Some(first) = state.first() {
        let message = format!("{} belong to an optimizer, not to the model", counted(state.len(), "tensor"));
        findings.push(RULE.finding(first, Severity::Note, message, json!({ "tensors": state.len() })));
    }
    let mut averages: BTreeMap<String, Vec<&Subject<'_>>> = BTreeMap::new();
    for subject in model.subjects() {
        if let Some(part) = subject.name().split(['.', '/', ':']).find(|part| training_state::is_average(part)) {
            averages.entry(part.to_owned()).or_default().push(subject);
        }
    }
    let copies = copies::of(model)?;
    for (part, subjects) in &averages {
        let equal = subjects.iter().filter(|subject| copies.holds(subject.name())).count();
        let Some(first) = subjects.first() else { continue };
        // If all tensors have this component, the model itself was saved under this name.
        if subjects.len() == model.subjects().len() {
            continue;
        }
        let equals = if equal > 0 { format!(", {equal} of them equal to the weights") } else { String::new() };
        let message =
            format!("{} under '{part}' hold an average of the model{equals}", counted(subjects.len(), "tensor"));
        findings.push(RULE.finding(
            first,
            Severity::Note,
            message,
            json!({ "tensors": subjects.len(), "equal": equal }),
        ));
    }
    for copy in copies.groups() {
        let averaged = |name: &str| name.split(['.', '/', ':']).any(training_state::is_average);
        let Some(first) = model.named(copy.first).filter(|first| !averaged(first.name()) && !averaged(copy.of)) else {
            continue;
        };
        let message =
            format!("{} are byte-identical to others; this one to {}", counted(copy.count, "tensor"), copy.of);
        findings.push(RULE.finding(
            first,
            Severity::Note,
            message,
            json!({ "tensors": copy.count, "same_as": copy.of }),
        ));
    }
    Ok(findings)
}
