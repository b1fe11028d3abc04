//! Inputs with the same outgoing weights.

use serde_json::json;

use super::equality::{self, CHANCE};
use super::{Rule, few, is};
use crate::audit::{AuditError, Finding, Kind, Model, Progress, Severity, Side};

pub(super) static RULE: Rule = Rule {
    id: "equal-inputs",
    severity: Severity::Warning,
    finds: "inputs whose outgoing weights are equal to the bit",
    why: "The layer treats two inputs as one. If they come from neurons whose incoming weights and biases agree too, those get \
          the same gradients, and stay one neuron for ever.",
    evidence: "Columns of [out, in] matrices, channels of kernels, rows of [in, out] matrices, by hash and then value by value. \
               The bound on chance is that of equal-neurons. Columns of zeros are dead-columns; tables are left alone, and so are \
               kernels of up to four inputs that are all equal, which see gray images.",
    remedy: "See equal-neurons of the layer before. Inputs that always agree may be removed, their weights added.",
    deep: false,
    decide,
};

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut findings = Vec::new();
    for subject in model.of(Kind::Weight) {
        if subject.statistics.is_constant() {
            continue;
        }
        let side = subject.neurons().other();
        let positions = match (side, subject.shape()) {
            (Side::Columns, [_, _, kernel @ ..]) => kernel.iter().product(),
            _ => 1,
        };
        let Some(equal) = equality::of(subject, side, positions)? else { continue };
        let copies: usize = equal.groups.iter().map(|group| group.len() - 1).sum();
        let gray = equal.alive <= 4 && copies + 1 == equal.alive;
        if equal.chance > CHANCE || gray {
            continue;
        }
        let first = equal.groups.first().map(Vec::as_slice).unwrap_or_default();
        let message =
            format!("{copies} of {} inputs {} weighted as another to the bit: {}", equal.alive, is(copies), few(first));
        let evidence = json!({
            "copies": copies, "inputs": equal.alive, "groups": equal.groups.len(),
            "first_group": first.iter().take(16).collect::<Vec<_>>(), "chance": equal.chance,
        });
        findings.push(RULE.finding(subject, Severity::Warning, message, evidence));
    }
    Ok(findings)
}
