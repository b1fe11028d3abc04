//! Weights that the audit cannot read.

use serde_json::json;

use super::rule::AuditRule;
use super::wording::counted;
use crate::{AuditError, Finding, Model, Progress, Severity};

pub(super) static RULE: AuditRule = AuditRule {
    id: "not-examined",
    severity: Severity::Warning,
    finds: "checkpoints with more than 10 % of the weights in an unsupported representation",
    why: "A report without findings says nothing about weights that were not read.",
    evidence: "Counts the elements of weights, embeddings, biases and gains; packed integers count as the weights they \
               hold. Supported: all floats, 8-bit floats, and 8-bit integers stored with scales under a known name \
               (compressed-tensors, bitsandbytes int8, DeepSeek, quanto). Recognized but not decoded: GPTQ, AWQ, \
               bitsandbytes 4-bit, MXFP4, NVFP4, HQQ, torch's quantized and sparse tensors, and bytes of unknown \
               meaning. Masks, counters and indices do not count as weights. One finding per checkpoint, on its \
               largest unread tensor. The stage is then undetermined, unless the other weights determine it.",
    remedy: "Audit the checkpoint that was quantized, or dequantize it. To check only the rest, ignore the finding or \
             write it to a baseline.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let coverage = &model.coverage;
    // On a tie, the first.
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
