//! Weights that are all zero.

use fanin_core::Distribution;
use serde_json::json;

use super::rule::AuditRule;
use crate::{AuditError, Finding, Model, Progress, Severity, TensorKind};

pub(super) static RULE: AuditRule = AuditRule {
    id: "all-zero",
    severity: Severity::Error,
    finds: "weights that are all zero",
    why: "A trained layer of zeros computes nothing: its weights were lost. In a fresh checkpoint its neurons are identical, \
          and if the neighboring layers are zero too, they stay identical.",
    evidence: "Every value is 0 or -0. Error in a trained checkpoint; warning in a fresh one and for embedding tables; note in \
               a fresh one for layers that start at zero by convention, recognized by name: the second LoRA factor (lora_B, \
               lora_up) and zero convolutions. Biases, gains, running statistics and buffers are skipped, as are zeros that \
               the declared recipe asks for. A weight with a single neuron is distinguished from a gain by its second axis and \
               a name such as `weight` or `kernel`.",
    remedy: "Trained: check how the checkpoint was saved or converted. Fresh: zeros are right for the last layer of a residual \
             branch and few others; declare the recipe, or ignore the finding there.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let weights =
        model.subjects().iter().filter(|subject| subject.is_layer() || subject.kind() == TensorKind::Embedding);
    let zero = weights.filter(|subject| subject.statistics.is_zero());
    let meant = |distribution: &Distribution| *distribution == Distribution::Constant(0.0);
    let found = zero.filter(|subject| !subject.declared.as_ref().is_some_and(|declared| meant(&declared.distribution)));
    let finding = |subject: &crate::Subject<'_>| {
        let error = model.is_trained() && subject.kind() != TensorKind::Embedding;
        let severity = match error {
            true => Severity::Error,
            false if !model.is_trained() && starts_at_zero(subject.name()) => Severity::Note,
            false => Severity::Warning,
        };
        let message = match subject.statistics.len {
            1 => "the only value is zero".to_owned(),
            values => format!("all {values} values are zero"),
        };
        RULE.finding(subject, severity, message, json!({ "values": subject.statistics.len }))
    };
    Ok(found.map(finding).collect())
}

/// Whether a layer starts at zero by convention, judged by its name: `LoRA`'s second factor (Hu et al. 2021) and the zero
/// convolutions of `ControlNet` (Zhang et al. 2023).
fn starts_at_zero(name: &str) -> bool {
    let name = name.to_lowercase();
    let second = |part: &str| matches!(part, "lora_b" | "lora_embedding_b" | "lora_up" | "up");
    let lora = name.contains("lora") && name.split(['.', '/']).any(second);
    let zero = ["zero_conv", "controlnet_down_blocks", "controlnet_mid_block"];
    lora || zero.iter().any(|word| name.contains(word))
}
