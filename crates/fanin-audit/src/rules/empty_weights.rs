//! Weights without elements.

use serde_json::json;

use super::rule::AuditRule;
use crate::judge::coverage::is_empty_weight;
use crate::{AuditError, Finding, Model, Progress, Severity};

pub(super) static RULE: AuditRule = AuditRule {
    id: "empty-weights",
    severity: Severity::Error,
    finds: "weights without elements",
    why: "The weights were not saved. A sharded trainer leaves such placeholders if a checkpoint is written without gathering \
          the partitions.",
    evidence: "A tensor of any type with an axis of length zero and the name of a weight: its last component contains \
               the word weight, kernel, proj or embedding. Empty biases, masks, states, caches and other tensors are \
               optional and not reported.",
    remedy: "Gather the partitions before saving: DeepSpeed's stage3_gather_16bit_weights_on_model_save or its zero_to_fp32.py, a \
             full state dict in FSDP.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let checkpoint = model.checkpoint();
    let empty = checkpoint.tensors().iter().filter(|tensor| is_empty_weight(tensor));
    let finding = |tensor: &fanin_checkpoint::reading::Tensor| {
        let message = format!("is empty: its shape is {:?}", tensor.shape());
        let evidence = json!({ "shape": tensor.shape() });
        RULE.finding_in(tensor.name(), checkpoint.file_of(tensor), Severity::Error, message, evidence)
    };
    Ok(empty.map(finding).collect())
}
