//! Weights that all have the same value.

use fanin_core::Distribution;
use serde_json::json;

use super::rule::AuditRule;
use crate::{AuditError, Finding, Model, Progress, Severity, Subject, TensorKind};

pub(super) static RULE: AuditRule = AuditRule {
    id: "all-constant",
    severity: Severity::Error,
    finds: "weights that all have the same value, other than zero",
    why: "All neurons of such a layer compute the same function, and equal weights get equal gradients, so they never diverge.",
    evidence: "The smallest and the largest value are equal. Error; warning for embedding tables and for kernels with one \
               input channel, which may be fixed averages. Biases, gains, running statistics and buffers are skipped, as are \
               constants that the declared recipe asks for.",
    remedy: "Initialize the layer at random, or check how the checkpoint was saved.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let weights =
        model.subjects().iter().filter(|subject| matches!(subject.kind(), TensorKind::Weight | TensorKind::Embedding));
    let constant = weights.filter(|subject| subject.statistics.is_constant() && !subject.statistics.is_zero());
    let meant = |distribution: &Distribution| matches!(distribution, Distribution::Constant(_));
    let found =
        constant.filter(|subject| !subject.declared.as_ref().is_some_and(|declared| meant(&declared.distribution)));
    let finding = |subject: &Subject<'_>| {
        let fixed = subject.shape().len() > 2 && subject.shape().get(1) == Some(&1);
        let error = subject.kind() == TensorKind::Weight && !fixed;
        let severity = if error { Severity::Error } else { Severity::Warning };
        let value = subject.statistics.high;
        let message = match subject.statistics.len {
            1 => format!("the only value is {value}"),
            values => format!("all {values} values are {value}"),
        };
        RULE.finding(subject, severity, message, json!({ "value": value, "values": subject.statistics.len }))
    };
    Ok(found.map(finding).collect())
}
