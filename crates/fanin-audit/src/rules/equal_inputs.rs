//! Inputs with identical outgoing weights.

use serde_json::json;

use super::equality::{self, CHANCE};
use super::rule::AuditRule;
use super::wording::{few, is};
use crate::{AuditError, Finding, Model, Progress, Severity, TensorKind};

pub(super) static RULE: AuditRule = AuditRule {
    id: "equal-inputs",
    severity: Severity::Warning,
    finds: "inputs whose outgoing weights are bit-identical",
    why: "The layer cannot tell the two inputs apart. If they come from neurons with identical incoming weights and biases, \
          those neurons get the same gradients and never diverge.",
    evidence: "Checks the columns of [out, in] matrices, the input channels of kernels and the rows of [in, out] \
               matrices, by hash and then value by value. The bound on chance is that of equal-neurons. Zero columns \
               are reported by dead-columns. Embedding tables are skipped, as are kernels with up to four identical \
               inputs, which may be meant for grayscale images.",
    remedy: "Check the previous layer with equal-neurons. Merge inputs that always agree: remove one and add its \
             weights to those of the other.",
    deep: false,
    decide,
};

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut findings = Vec::new();
    for subject in model.of(TensorKind::Weight) {
        if subject.statistics.is_constant() {
            continue;
        }
        let inputs = subject.inputs();
        let Some(equal) = equality::of(subject, inputs)? else { continue };
        let copies: usize = equal.groups.iter().map(|group| group.len() - 1).sum();
        let gray = equal.alive <= 4 && copies + 1 == equal.alive;
        if equal.chance > CHANCE || gray {
            continue;
        }
        let first = equal.groups.first().map(Vec::as_slice).unwrap_or_default();
        let noun = inputs.noun;
        let message = match subject.knows_axes() {
            true => format!(
                "{copies} of {} inputs {} weighted exactly like another: {}",
                equal.alive,
                is(copies),
                few(first)
            ),
            false => {
                format!("{copies} of {} {noun}s {} bit-identical to another: {}", equal.alive, is(copies), few(first))
            }
        };
        let evidence = json!({
            "copies": copies, "inputs": equal.alive, "groups": equal.groups.len(),
            "first_group": first.iter().take(16).collect::<Vec<_>>(), "chance": equal.chance,
        });
        findings.push(RULE.finding(subject, Severity::Warning, message, evidence));
    }
    Ok(findings)
}
