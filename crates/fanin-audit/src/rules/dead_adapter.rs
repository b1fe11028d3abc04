//! Adapters without an effect.

use std::collections::BTreeMap;

use serde_json::json;

use super::rule::AuditRule;
use crate::judge::adapter::{self, Adapter, Effect, Factor, Start};
use crate::{AuditError, Finding, Model, Progress, Severity, Subject};

pub(super) static RULE: AuditRule = AuditRule {
    id: "dead-adapter",
    severity: Severity::Warning,
    finds: "adapters that have no effect on their layer",
    why: "The product of an adapter's factors is added to a frozen weight. One factor starts at zero by design; if it is still zero \
          while other layers were trained, no gradient reached this layer. If two factors are zero, neither ever gets a gradient.",
    evidence: "The factors of LoRA, AdaLoRA, LoHa, LoKr, VeRA, RandLoRA, OFT and BOFT, recognized by the names of PEFT, kohya, LyCORIS, \
               diffusers, torchtune, MLX, loralib and Keras. Warning if a factor is all zero while adapters of the same method have an \
               effect in other layers, or if several factors of one layer are all zero. Note, once, if no adapter of a trained \
               checkpoint has an effect. Warning if the factor that scales a layer (IA3, DoRA, VeRA) is all zero, or if one of IA3 \
               is still all one while others were trained. A fresh adapter is not reported.",
    remedy: "Check which layers were passed to the optimizer, and how the adapter was saved. Drop the adapter from \
             layers that are not meant to be adapted.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let adapters = adapter::adapters(model.subjects());
    let mut methods: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for adapter in &adapters {
        let (trained, all) = methods.entry(adapter.method).or_default();
        *trained += usize::from(adapter.is_trained());
        *all += usize::from(adapter.effect() != Effect::Unknown);
    }
    let mut findings = scales(&adapters);
    let mut idle = Vec::new();
    for adapter in &adapters {
        let (zeros, method) = (adapter.zeros(), adapter.method);
        let Some((_, subject)) = zeros.first().copied() else { continue };
        let (trained, all) = methods.get(method).copied().unwrap_or_default();
        let message = match adapter.effect() {
            Effect::Lost => format!(
                "{} factors of this {method} adapter are all zero, so none of them gets a gradient",
                zeros.len()
            ),
            Effect::None if trained > 0 => {
                format!(
                    "all {} values are zero, while {trained} of {all} {method} adapters were trained",
                    subject.statistics.len
                )
            }
            Effect::None => {
                idle.push(subject);
                continue;
            }
            Effect::Some | Effect::Unknown => continue,
        };
        let names: Vec<&str> = zeros.iter().map(|(_, subject)| subject.name()).collect();
        let evidence = json!({ "method": method, "zero": names, "trained": trained, "adapters": all });
        findings.push(RULE.finding(subject, Severity::Warning, message, evidence));
    }
    if let Some(first) = idle.first().filter(|_| model.is_trained()) {
        let message = match idle.len() {
            1 => "the only adapter was not trained: this factor still has its initial value, zero".to_owned(),
            all => format!("none of {all} adapters was trained: each has a factor with its initial value, zero"),
        };
        findings.push(RULE.finding(first, Severity::Note, message, json!({ "adapters": idle.len() })));
    }
    Ok(findings)
}

/// Factors that scale a layer: zero throughout, or the ones of IA3 beside others that were trained.
fn scales(adapters: &[Adapter<'_, '_>]) -> Vec<Finding> {
    let all = adapters.iter().flat_map(|adapter| &adapter.factors);
    let factors: Vec<(&Factor, &Subject<'_>)> =
        all.filter(|(factor, _)| factor.start == Start::Scale).map(|(factor, subject)| (*factor, *subject)).collect();
    let finding = |(factor, subject): &(&Factor, &Subject<'_>)| {
        let (method, statistics) = (factor.method, &subject.statistics);
        let same = || factors.iter().filter(|(other, _)| other.method == method);
        let trained = same().filter(|(_, other)| !other.statistics.is_constant()).count();
        let (values, all) = (statistics.len, same().count());
        let message = if statistics.is_zero() {
            format!("all {values} values are zero, so the {method} adapter scales its layer to nothing")
        } else if method == "IA3" && statistics.is_constant() && statistics.high == 1.0 && trained > 0 {
            format!(
                "all {values} values are one, as at the start, while {trained} of {all} {method} adapters were trained"
            )
        } else {
            return None;
        };
        let evidence = json!({ "method": method, "trained": trained, "adapters": all });
        Some(RULE.finding(subject, Severity::Warning, message, evidence))
    };
    factors.iter().filter_map(finding).collect()
}
