//! Neurons with the same incoming weights.

use serde_json::json;

use super::equality::{self, CHANCE};
use super::{Rule, few};
use crate::audit::{AuditError, Finding, Kind, Model, Progress, Severity, Subject};

pub(super) static RULE: Rule = Rule {
    id: "equal-neurons",
    severity: Severity::Error,
    finds: "neurons whose incoming weights are equal to the bit",
    why: "Neurons with equal incoming weights and biases compute the same. If their outgoing weights agree too they get the same \
          gradients, and stay one neuron for ever.",
    evidence: "Rows of [out, in] matrices and kernels, columns of [in, out] ones, found by hash and compared value by value; 0 \
               and -0 are equal. Not found where chance may do it: the bound (pairs) x (probability that two values are \
               equal)^(inputs) must be below 1e-6, so that quantized kernels with few inputs are left alone. Error where all \
               neurons are equal; note for tables, whose unused rows may be. Zero rows are dead-rows.",
    remedy: "Draw the copies anew, or remove them and halve the outgoing weights. Where the biases differ, training can still \
             part the neurons.",
    deep: false,
    decide,
};

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut findings = Vec::new();
    for subject in model.subjects().iter().filter(|subject| matches!(subject.kind(), Kind::Weight | Kind::Embedding)) {
        if subject.statistics.is_constant() {
            continue;
        }
        let Some(equal) = equality::of(subject, subject.neurons(), 1)? else { continue };
        if equal.chance > CHANCE {
            continue;
        }
        let copies: usize = equal.groups.iter().map(|group| group.len() - 1).sum();
        let severity = match subject.kind() {
            Kind::Embedding => Severity::Note,
            _ if copies + 1 == equal.alive => Severity::Error,
            _ => Severity::Warning,
        };
        let line = subject.neurons().name();
        let first = equal.groups.first().map(Vec::as_slice).unwrap_or_default();
        let biases = biases(model, subject, first)?;
        let told = match biases {
            Some(true) => "; their biases are equal too",
            Some(false) => "; their biases differ",
            None => "",
        };
        let equals = if copies == 1 { "equals" } else { "equal" };
        let message =
            format!("{copies} of {} neurons {equals} another to the bit: {line}s {}{told}", equal.alive, few(first));
        let evidence = json!({
            "copies": copies, "neurons": equal.alive, "groups": equal.groups.len(), "first_group": first.iter().take(16).collect::<Vec<_>>(),
            "side": line, "biases_equal": biases, "chance": equal.chance,
        });
        findings.push(RULE.finding(subject, severity, message, evidence));
    }
    Ok(findings)
}

/// Whether the neurons' biases are equal, where the layer has any.
fn biases(model: &Model<'_>, weight: &Subject<'_>, neurons: &[usize]) -> Result<Option<bool>, AuditError> {
    let name = weight.name().strip_suffix("weight").map(|stem| format!("{stem}bias"));
    let Some(bias) = name.and_then(|name| model.named(&name)) else { return Ok(None) };
    let data = bias.data()?;
    let mut values = Vec::new();
    for neuron in neurons {
        let mut value = [0.0];
        if data.read_f64(*neuron, &mut value) == 0 {
            return Ok(None);
        }
        values.push(value[0]);
    }
    Ok(Some(values.windows(2).all(|pair| pair[0] == pair[1])))
}
