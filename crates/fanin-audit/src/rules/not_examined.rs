//! Weights that the audit cannot read.

use serde_json::json;

use super::rule::AuditRule;
use super::wording::counted;
use crate::{AuditError, Finding, Model, Progress, Severity};

pub(super) static RULE: AuditRule = AuditRule {
    id: "not-examined",
    severity: Severity::Warning,
    finds: "checkpoints of whose weights more than 10 % are in a representation that is not decoded",
    why: "A report without findings says nothing about weights that were not read.",
    evidence: "Counts the elements of weights, embeddings, biases and gains; packed integers count as the weights they hold. \
               Read are all floats, 8-bit floats, and 8-bit integers whose scales are beside them under a known name: \
               compressed-tensors, bitsandbytes int8, DeepSeek, quanto. Named and not read: GPTQ, AWQ, bitsandbytes 4-bit, \
               MXFP4, NVFP4, HQQ, torch's quantized and sparse tensors, and bytes of unknown meaning. Masks, counters and \
               indices are no weights. One finding per checkpoint, in its largest unread tensor. Unless the other weights show \
               it, the stage is then undetermined.",
    remedy: "Audit the checkpoint that was quantized, or dequantize it. If the rest is all you want checked, ignore the finding \
             or write it to a baseline.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let coverage = &model.coverage;
    // The first of several equal ones.
    let largest = coverage.packed.iter().rev().max_by_key(|packed| packed.elements);
    let tensor = largest.and_then(|largest| model.checkpoint().tensors().get(largest.number));
    let (Some(warning), Some(tensor)) = (coverage.warning(), tensor) else { return Ok(Vec::new()) };
    let parts = coverage.representations.iter();
    let parts: Vec<String> = parts.map(|(how, tensors)| format!("{} of {how}", counted(*tensors, "tensor"))).collect();
    let message = format!("{warning}: {}; audit the checkpoint before quantization", parts.join(", "));
    let evidence = json!({
        "share": coverage.unexamined_share(), "examined": coverage.examined, "unexamined": coverage.unexamined,
        "representations": coverage.representations,
    });
    Ok(vec![RULE.finding_in(tensor.name(), model.checkpoint().file_of(tensor), Severity::Warning, message, evidence)])
}
