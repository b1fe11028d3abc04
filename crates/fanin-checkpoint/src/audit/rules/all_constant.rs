//! Weights that are all one value.

use fanin_core::Distribution;
use serde_json::json;

use super::Rule;
use crate::audit::{AuditError, Finding, Kind, Model, Progress, Severity, Subject};

pub(super) static RULE: Rule = Rule {
    id: "all-constant",
    severity: Severity::Error,
    finds: "weights that are all the same value, and not zero",
    why: "The neurons of such a layer are one neuron, and stay one: equal weights get equal gradients.",
    evidence: "The least and the greatest value are equal. Error; warning for kernels of one input channel, which may be fixed \
               averages, and for tables. Biases, gains, running statistics and buffers are never found, nor constants that the \
               declared recipe asks for.",
    remedy: "Initialize the layer at random, or look at how the checkpoint was saved.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let weights = model.subjects().iter().filter(|subject| matches!(subject.kind(), Kind::Weight | Kind::Embedding));
    let constant = weights.filter(|subject| subject.statistics.is_constant() && !subject.statistics.is_zero());
    let meant = |distribution: &Distribution| matches!(distribution, Distribution::Constant(_));
    let found =
        constant.filter(|subject| !subject.declared.as_ref().is_some_and(|declared| meant(&declared.distribution)));
    let finding = |subject: &Subject<'_>| {
        let fixed = subject.shape().len() > 2 && subject.shape().get(1) == Some(&1);
        let error = subject.kind() == Kind::Weight && !fixed;
        let severity = if error { Severity::Error } else { Severity::Warning };
        let value = subject.statistics.high;
        let message = match subject.statistics.len {
            1 => format!("the one value is {value}"),
            values => format!("all {values} values are {value}"),
        };
        RULE.finding(subject, severity, message, json!({ "value": value, "values": subject.statistics.len }))
    };
    Ok(found.map(finding).collect())
}
