//! Weights that the checkpoint stores twice.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::json;

use super::rule::AuditRule;
use super::wording::few;
use crate::judge::expert_weight::ExpertWeight;
use crate::judge::{copies, numbers};
use crate::{AuditError, Finding, Model, Progress, Severity, Subject, TensorKind};

pub(super) static RULE: AuditRule = AuditRule {
    id: "duplicate-tensor",
    severity: Severity::Warning,
    finds: "weights that are byte-identical to another tensor of the checkpoint",
    why: "Two layers with the same values were copied, or drawn from the same key, so the values of one layer are \
          missing. Tied weights that are stored twice waste memory and diverge if only one copy is trained.",
    evidence: "Same type, shape and bytes, found by hash and confirmed byte by byte. Warning if the names differ only \
               in a number, as in a stack of layers. Note otherwise, and if the numbers merely count the tensors of \
               the file. Equal experts are one finding per layer: a note if all are equal, as after upcycling a dense \
               model, otherwise a warning. Biases, gains, statistics, buffers and constants are skipped, and so are \
               tensors that a PyTorch file stores once under two names. A submodel that is stored again under another \
               name is left to training-state.",
    remedy: "If the weights are tied, store them once. If not, check how the layer was created or saved.",
    deep: false,
    decide,
};

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let counted = counted(model);
    let (mut findings, mut copied) = (Vec::new(), BTreeMap::new());
    let copies = copies::of(model)?;
    for group in copies.equal() {
        let group = group.iter().copied().filter(|subject| !copies.holds(subject.name()));
        let (experts, others): (Vec<_>, Vec<_>) =
            group.map(|subject| (subject, ExpertWeight::of(subject))).partition(|(_, of)| of.is_some());
        // Equal experts of a layer are one finding, even if they also equal a dense layer.
        let mut layers: BTreeMap<String, Vec<(&Subject<'_>, ExpertWeight)>> = BTreeMap::new();
        for (subject, of) in experts {
            let Some(of) = of else { continue };
            layers.entry(of.layer.clone()).or_default().push((subject, of));
        }
        let upcycled = layers.values().any(|experts| experts.len() > 1);
        let others = others.into_iter().map(|(subject, _)| subject);
        let mut left: Vec<&Subject<'_>> = if upcycled { Vec::new() } else { others.collect() };
        for (layer, experts) in layers {
            left.extend(experts.first().map(|(subject, _)| *subject));
            if experts.len() > 1 {
                copied.entry(layer).or_insert_with(Vec::new).push(experts);
            }
        }
        let Some((first, rest)) = left.split_first() else { continue };
        findings.extend(rest.iter().map(|copy| finding(first, copy, &counted)));
    }
    findings.extend(copied.iter().filter_map(|(layer, weights)| of_experts(model, layer, weights)));
    Ok(findings)
}

/// Names whose numbers merely count the tensors of the file. Exporters that name tensors this way store a shared tensor
/// under two numbers.
fn counted<'a>(model: &Model<'a>) -> HashSet<&'a str> {
    let names: Vec<&str> =
        model.subjects().iter().filter(|of| of.kind() == TensorKind::Weight).map(Subject::name).collect();
    names.iter().zip(numbers::places(&names)).filter(|(_, place)| place.is_counted).map(|(name, _)| *name).collect()
}

fn finding(first: &Subject<'_>, copy: &Subject<'_>, counted: &HashSet<&str>) -> Finding {
    let same_but_for_numbers = numbers::skeleton(first.name()) == numbers::skeleton(copy.name());
    let peer = same_but_for_numbers && !counted.contains(copy.name());
    let severity = if peer { Severity::Warning } else { Severity::Note };
    let place = match first.part() {
        Some(part) if first.name() == copy.name() => part.to_string(),
        Some(part) => format!("{part} of {}", first.name()),
        None => first.name().to_owned(),
    };
    let message = format!("holds the same bytes as {place}");
    RULE.finding(copy, severity, message, json!({ "same_as": first.name(), "values": copy.statistics.len }))
}

/// Reports the equal experts of a layer in one finding, on its first tensor. If all are equal, the model was upcycled
/// from a dense one.
fn of_experts(model: &Model<'_>, layer: &str, weights: &[Vec<(&Subject<'_>, ExpertWeight)>]) -> Option<Finding> {
    let all: BTreeSet<usize> = model
        .subjects()
        .iter()
        .filter_map(ExpertWeight::of)
        .filter(|of| of.layer == layer)
        .map(|of| of.expert)
        .collect();
    let upcycled = weights.iter().all(|experts| experts.len() == all.len());
    let mut names: Vec<&str> = weights.iter().flatten().map(|(_, of)| of.weight.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let experts = weights.iter().max_by_key(|experts| experts.len())?;
    let numbers: Vec<usize> = experts.iter().map(|(_, of)| of.expert).collect();
    let (first, _) = weights.iter().flatten().min_by_key(|(_, of)| (of.expert, of.weight.as_str()))?;
    let (severity, message) = match upcycled {
        true => (Severity::Note, format!("all {} experts are equal, as after upcycling a dense model", all.len())),
        false => (Severity::Warning, format!("experts {} of {} hold the same bytes", few(&numbers), all.len())),
    };
    let message = if names.len() > 1 { format!("{message}, in {}", names.join(", ")) } else { message };
    let evidence = json!({ "layer": layer, "experts": numbers, "of": all.len(), "weights": names });
    let mut finding = RULE.finding(first, severity, message, evidence);
    finding.part = None;
    Some(finding)
}
