//! Weights that are all zero.

use std::collections::HashSet;

use fanin_core::Distribution;
use serde_json::json;

use super::packed_zeros;
use super::rule::AuditRule;
use crate::judge::adapter::{self, Start};
use crate::judge::names::components;
use crate::{AuditError, Finding, Model, Progress, Severity, TensorKind};

pub(super) static RULE: AuditRule = AuditRule {
    id: "all-zero",
    severity: Severity::Error,
    finds: "weights that are all zero",
    why: "A trained layer of zeros computes nothing: its weights were lost. In a fresh checkpoint its neurons are identical, \
          and if the neighboring layers are zero too, they stay identical.",
    evidence: "Every value is 0 or -0. Error in a trained checkpoint; warning in a fresh one and for embedding tables; \
               note for layers that start at zero by convention, recognized by name: zero convolutions in any stage; unless \
               trained, the modulations and outputs of diffusion transformers (adaLN-Zero), heads and the second factor of \
               an adapter (lora_B, lora_up) without the first. Adapters stored with all their \
               factors are left to dead-adapter. Biases, gains, running statistics and buffers are skipped, as are \
               zeros that the declared recipe asks for. A weight with a single neuron is distinguished from a gain by \
               its second axis and a name such as `weight` or `kernel`. Packed weights, such as a `qweight`, are \
               compared byte by byte; their scales, such as a `weight_scale`, are reported if all are zero.",
    remedy: "Trained: check how the checkpoint was saved or converted. Fresh: zeros are correct for the last layer of \
             a residual branch and few others; declare the recipe, or ignore the finding there.",
    deep: false,
    decide,
};

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let weights =
        model.subjects().iter().filter(|subject| subject.is_layer() || subject.kind() == TensorKind::Embedding);
    let adapters = adapter::adapters(model.subjects());
    let of_adapters: HashSet<&str> = adapters
        .iter()
        .filter(|adapter| adapter.factors.len() > 1)
        .flat_map(|adapter| adapter.factors.iter().map(|(_, subject)| subject.name()))
        .collect();
    let zero = weights.filter(|subject| subject.statistics.is_zero() && !of_adapters.contains(subject.name()));
    let meant = |distribution: &Distribution| *distribution == Distribution::Constant(0.0);
    let found = zero.filter(|subject| !subject.declared.as_ref().is_some_and(|declared| meant(&declared.distribution)));
    let finding = |subject: &crate::Subject<'_>| {
        let error = model.is_trained() && subject.kind() != TensorKind::Embedding;
        let severity = match error {
            true if is_zero_convolution(subject.name()) => Severity::Note,
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
    let mut findings: Vec<Finding> = found.map(finding).collect();
    findings.extend(packed_zeros::found(&RULE, model)?);
    Ok(findings)
}

/// Whether a layer starts at zero by convention, judged by its name: a zero convolution of `ControlNet` (Zhang et al. 2023).
fn is_zero_convolution(name: &str) -> bool {
    let name = name.to_lowercase();
    ["zero_conv", "zero_module", "controlnet_down_blocks", "controlnet_mid_block"]
        .iter()
        .any(|word| name.contains(word))
}

/// The same in a checkpoint that is not trained: also a factor of an adapter, the modulations and the output of a diffusion transformer
/// (adaLN-Zero; Peebles & Xie 2023), and the head of a classifier.
fn starts_at_zero(name: &str) -> bool {
    let factor = adapter::factor_of(name).is_some_and(|(factor, _)| factor.start == Start::Zero);
    let lower = name.to_lowercase();
    let modulation = ["adaln", "ada_ln", "modulation", "final_layer", "proj_out"];
    let head = components(&lower).any(|part| matches!(part, "head" | "lm_head" | "classifier" | "logits"));
    factor || head || is_zero_convolution(name) || modulation.iter().any(|word| lower.contains(word))
}
