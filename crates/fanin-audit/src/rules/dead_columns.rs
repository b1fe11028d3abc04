//! Inputs without outgoing weights.

use super::dead_lines;
use super::rule::AuditRule;
use crate::{AuditError, Finding, Model, Progress, Severity, Subject};

pub(super) static RULE: AuditRule = AuditRule {
    id: "dead-columns",
    severity: Severity::Warning,
    finds: "inputs whose outgoing weights are all zero or have decayed to almost nothing",
    why: "The layer ignores such an input, so the work of the layer that computes it is wasted.",
    evidence: "Checks the columns of [out, in] matrices, the input channels of kernels and the rows of [in, out] \
               matrices, or columns where the axes are unknown. Warning if more than half of the inputs are dead, \
               otherwise note: image borders and constant features leave some in many healthy networks. Decayed means \
               a norm below a millionth of the median. Embedding tables are skipped. Pruned weights are treated as in \
               dead-rows.",
    remedy: "Remove the inputs, or find out why they carry nothing: a constant feature, or a dead neuron in the \
             previous layer.",
    deep: false,
    decide,
};

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    dead_lines::findings(&RULE, model, Subject::inputs)
}
