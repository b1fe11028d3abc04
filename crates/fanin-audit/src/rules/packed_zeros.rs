//! Packed weights that are zero, or that are multiplied by zero.

use serde_json::json;

use super::rule::AuditRule;
use crate::judge::quantization;
use crate::{AuditError, Finding, Model, Severity};
use fanin_checkpoint::reading::Tensor;

/// Finds packed weights whose bytes are all zero, and scales of packed weights that are all zero. The scales of weights that are read
/// are applied, so their zeros are found in the weights.
pub(super) fn found(rule: &AuditRule, model: &Model<'_>) -> Result<Vec<Finding>, AuditError> {
    let checkpoint = model.checkpoint();
    let tensors = model.coverage.packed.iter().filter(|packed| packed.is_weight);
    let packed: Vec<&Tensor> = tensors.filter_map(|packed| checkpoint.tensors().get(packed.number)).collect();
    let mut findings = Vec::new();
    for tensor in &packed {
        let data = checkpoint.load(tensor)?;
        if !data.bytes().is_empty() && data.bytes().iter().all(|byte| *byte == 0) {
            let message = format!("all {} stored values are zero", tensor.len());
            let (file, evidence) = (checkpoint.file_of(tensor), json!({ "values": tensor.len() }));
            findings.push(rule.finding_in(tensor.name(), file, Severity::Error, message, evidence));
        }
    }
    for scales in model.subjects().iter().filter(|subject| subject.statistics.is_zero()) {
        let weight = packed.iter().find(|weight| quantization::is_scale_of(scales.name(), weight.name()));
        if let Some(weight) = weight {
            let values = scales.statistics.len;
            let message = match values {
                1 => format!("the scale is zero, and so is the weight in {}", weight.name()),
                _ => format!("all {values} scales are zero, and so is the weight in {}", weight.name()),
            };
            let evidence = json!({ "values": values, "weight": weight.name() });
            findings.push(rule.finding(scales, Severity::Error, message, evidence));
        }
    }
    Ok(findings)
}
