//! Neurons with identical incoming weights.

use serde_json::json;

use super::equality::{self, CHANCE};
use super::rule::AuditRule;
use super::wording::{few, is};
use crate::judge::axes::bias_names;
use crate::{AuditError, Finding, Model, Progress, Severity, Subject, TensorKind};

pub(super) static RULE: AuditRule = AuditRule {
    id: "equal-neurons",
    severity: Severity::Error,
    finds: "neurons whose incoming weights are bit-identical",
    why: "Neurons with identical incoming weights and biases compute the same function. If their outgoing weights are \
          identical too, they get the same gradients and never diverge.",
    evidence: "Checks the rows of [out, in] matrices and kernels and the columns of [in, out] matrices, by hash and \
               then value by value; 0 and -0 are equal. Matches that chance can explain are skipped: the bound (pairs) \
               x (probability that two values are equal)^(inputs) must be below 1e-6, which excludes quantized kernels \
               with few inputs. Error if all neurons are identical, warning if some are or if the axes are unknown, \
               note for embedding tables, whose unused rows may coincide. Zero rows are reported by dead-rows.",
    remedy: "Draw new values for the copies, or remove them and add up their outgoing weights. If the biases differ, \
             training can still separate the neurons.",
    deep: false,
    decide,
};

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut findings = Vec::new();
    for subject in
        model.subjects().iter().filter(|subject| matches!(subject.kind(), TensorKind::Weight | TensorKind::Embedding))
    {
        if subject.statistics.is_constant() {
            continue;
        }
        let neurons = subject.neurons();
        let Some(equal) = equality::of(subject, neurons)? else { continue };
        if equal.chance > CHANCE {
            continue;
        }
        let copies: usize = equal.groups.iter().map(|group| group.len() - 1).sum();
        let severity = match subject.kind() {
            TensorKind::Embedding => Severity::Note,
            _ if copies + 1 == equal.alive && subject.knows_axes() => Severity::Error,
            _ => Severity::Warning,
        };
        let (line, noun) = (neurons.side.name(), neurons.noun);
        let first = equal.groups.first().map(Vec::as_slice).unwrap_or_default();
        let biases = biases(model, subject, first)?;
        let told = match biases {
            Some(true) => "; their biases are equal too",
            Some(false) => "; their biases differ",
            None => "",
        };
        // In some kernels a neuron spans several lines; then the neurons are numbered, not the lines.
        let place = if noun == line || neurons.lines > 1 { String::new() } else { format!("{line}s ") };
        let message = format!(
            "{copies} of {} {noun}s {} bit-identical to another: {place}{}{told}",
            equal.alive,
            is(copies),
            few(first)
        );
        let evidence = json!({
            "copies": copies, "neurons": equal.alive, "groups": equal.groups.len(), "first_group": first.iter().take(16).collect::<Vec<_>>(),
            "side": line, "biases_equal": biases, "chance": equal.chance,
        });
        findings.push(RULE.finding(subject, severity, message, evidence));
    }
    Ok(findings)
}

/// Whether the neurons' biases are equal; `None` if the layer has none.
fn biases(model: &Model<'_>, weight: &Subject<'_>, neurons: &[usize]) -> Result<Option<bool>, AuditError> {
    let named = |name: String| {
        let same = |subject: &&Subject<'_>| subject.name() == name && subject.part() == weight.part();
        model.subjects().iter().find(same).filter(|bias| bias.statistics.len == weight.neurons().count)
    };
    let Some(bias) = bias_names(weight.name()).find_map(named) else { return Ok(None) };
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
