//! Weights scaled or shaped by the wrong fan.

use fanin_core::Distribution;
use serde_json::json;

use super::rule::AuditRule;
use super::wording::digits;
use crate::judge::{conventions, peers};
use crate::{AuditError, Finding, Model, Progress, Severity, Subject, TrainingStage};

pub(super) static RULE: AuditRule = AuditRule {
    id: "swapped-fans",
    severity: Severity::Warning,
    finds: "weights scaled by the wrong fan, or whose axes are transposed",
    why: "Scaled by the fan-out, a layer that widens weakens its signal and one that narrows amplifies it; depth compounds the \
          effect. A transposed square matrix loads without an error and computes something else.",
    evidence: "Fresh: the standard deviation differs from the declared one, or from the convention that at least three \
               weights and 60 % of all follow, and matches it within 4 standard errors once fan-in and fan-out are \
               swapped, or once the fan-in counts the inputs of all groups of a grouped convolution. Trained: three or \
               more peers of the same role in other layers have one shape, and this weight has the transposed one. \
               Training erases a swapped scale; `scale` and `multiplied` look for its remains. Fans within 2 % of each \
               other cannot be distinguished, and weights whose axes are unknown are skipped.",
    remedy: "State the layout where the fans are computed: [out, in, k...] has fan_in = in * k.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    Ok(match model.stage() {
        TrainingStage::Fresh => {
            let mut findings = forgotten(model);
            let told: Vec<String> = findings.iter().map(|finding| finding.tensor.clone()).collect();
            findings.extend(fresh(model).into_iter().filter(|finding| !told.contains(&finding.tensor)));
            findings
        }
        TrainingStage::Trained | TrainingStage::Undetermined => turned(model),
    })
}

fn fresh(model: &Model<'_>) -> Vec<Finding> {
    let majority = conventions::majority(model);
    let weights: Vec<&Subject<'_>> = conventions::weights(model).collect();
    let mut findings = Vec::new();
    // Where the axes are unknown, either fan may be the right one.
    for subject in weights.iter().copied().filter(|subject| subject.knows_axes()) {
        let (expected, exchanged, whose) = if let Some(declared) = &subject.declared {
            let Some((expected, exchanged)) = declared_scales(subject, &declared.distribution) else { continue };
            (expected, exchanged, "the declared recipe gives".to_owned())
        } else {
            let Some(majority) = majority.as_ref().filter(|majority| !majority.counts_groups(subject, &weights)) else {
                continue;
            };
            let (Some(expected), Some(exchanged)) = (majority.expected(subject), majority.exchanged(subject)) else {
                continue;
            };
            (
                expected,
                exchanged,
                format!("the convention of {} of {} weights gives", majority.followers, majority.weights),
            )
        };
        if conventions::has(subject, expected) || !conventions::has(subject, exchanged) {
            continue;
        }
        let (fan_in, fan_out) = subject.fans();
        let std = subject.statistics.root_mean_square();
        let message = format!(
            "the standard deviation is {}, but {whose} {}: fan-in {fan_in} and fan-out {fan_out} look swapped",
            digits(std, 3),
            digits(expected, 3)
        );
        let evidence = json!({ "std": std, "expected": expected, "fan_in": fan_in, "fan_out": fan_out });
        findings.push(RULE.finding(subject, Severity::Warning, message, evidence));
    }
    findings
}

/// The declared standard deviation, with and without swapped fans. It may depend on either fan; the swapped value
/// nearer to the data is returned.
#[expect(clippy::cast_precision_loss, reason = "no fan is 2^53")]
fn declared_scales(subject: &Subject<'_>, distribution: &Distribution) -> Option<(f64, f64)> {
    let (fan_in, fan_out) = subject.fans();
    let factor = (fan_in as f64 / fan_out.max(1) as f64).sqrt();
    let expected = distribution.std().filter(|std| *std > 0.0 && factor.ln().abs() > 0.02)?;
    let off = |std: f64| (subject.statistics.root_mean_square() / std).ln().abs();
    let exchanged = [expected * factor, expected / factor].into_iter().min_by(|a, b| off(*a).total_cmp(&off(*b)))?;
    Some((expected, exchanged))
}

/// Reports fan-ins that ignore the groups of a convolution.
fn forgotten(model: &Model<'_>) -> Vec<Finding> {
    let Some(majority) = conventions::majority(model) else { return Vec::new() };
    let weights: Vec<&Subject<'_>> = conventions::weights(model).collect();
    let finding = |subject: &&Subject<'_>| {
        let groups = majority.forgotten_groups(subject, &weights)?;
        let (fan_in, expected) = (subject.fans().0, majority.expected(subject)?);
        let std = subject.statistics.root_mean_square();
        let message = format!(
            "the standard deviation is {}, but {} gives {}: the fan forgets the {groups} groups of the convolution, whose fan-in is \
             {fan_in}, not {}",
            digits(std, 3),
            majority.convention.name,
            digits(expected, 3),
            fan_in * groups
        );
        let evidence = json!({ "std": std, "expected": expected, "fan_in": fan_in, "groups": groups });
        Some(RULE.finding(subject, Severity::Warning, message, evidence))
    };
    weights.iter().filter(|subject| subject.declared.is_none()).filter_map(finding).collect()
}

fn turned(model: &Model<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for stack in peers::stacks(model).iter().filter(|stack| stack.members.len() >= 4) {
        for peers::Member { subject, .. } in &stack.members {
            let [first, second] = subject.shape() else { continue };
            let others = || stack.members.iter().filter(|other| !std::ptr::eq(other.subject, *subject));
            let turned = others().filter(|other| other.subject.shape() == [*second, *first]).count();
            if first != second && turned == others().count() {
                let message =
                    format!("the shape is [{first}, {second}], but its {turned} peers have [{second}, {first}]");
                findings.push(RULE.finding(subject, Severity::Warning, message, json!({ "peers": turned })));
            }
        }
    }
    findings
}
