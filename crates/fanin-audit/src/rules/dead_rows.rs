//! Neurons without incoming weights.

use super::dead_lines;
use super::rule::AuditRule;
use crate::{AuditError, Finding, Model, Progress, Severity, Subject};

pub(super) static RULE: AuditRule = AuditRule {
    id: "dead-rows",
    severity: Severity::Warning,
    finds: "neurons whose incoming weights are all zero or have decayed to almost nothing",
    why: "Such a neuron outputs its bias whatever the input is. Under ReLU it often gets no gradient and stays dead.",
    evidence: "Checks the rows of [out, in] matrices and kernels and the columns of [in, out] matrices. Warning if \
               more than half of the neurons are dead, otherwise note: weight decay leaves some in many healthy \
               networks. Decayed means a norm below a millionth of the median. Embedding tables are skipped, because \
               their padding row is zero. In pruned weights, whose other rows contain zeros too, dead rows are \
               reported only if chance does not explain them: they must exceed, by three standard deviations, both \
               five times Chao's estimate from the rows with one or two nonzero values and the number that independent \
               zeros leave in rows of a fifth of the length. Note if less than 5 % of the values are nonzero.",
    remedy: "Remove the neurons, or find out why they died: a learning rate too high, a bias too negative, weight decay.",
    deep: false,
    decide,
};

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    dead_lines::findings(&RULE, model, Subject::neurons)
}
