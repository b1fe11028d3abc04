//! Weights scaled, or shaped, by the wrong fan.

use fanin_core::Distribution;
use serde_json::json;

use super::{Rule, conventions, digits, peers};
use crate::audit::{AuditError, Finding, Model, Progress, Severity, Stage, Subject};

pub(super) static RULE: Rule = Rule {
    id: "swapped-fans",
    severity: Severity::Warning,
    finds: "weights whose scale is that of the other fan, or whose axes are the other way round",
    why: "Scaled by the fan-out, a layer that widens makes its signal weaker, one that narrows stronger, and depth multiplies it. \
          Stored the other way round, a square matrix is read without an error and computes something else.",
    evidence: "Fresh: the standard deviation is the declared distribution's, or that of the convention which 60 % of the weights \
               follow, three at the least, with fan-in and fan-out exchanged, within 4 standard errors, and is not that with the fans as \
               they are. Trained: three or more peers of the same name in other layers have one shape, and this one has it the \
               other way round; of a scale exchanged before training nothing is left, after it `scale` and `multiplied` tell. Fans within 2 % of each other are not told apart.",
    remedy: "State the layout where the fans are computed: [out, in, k...] has fan_in = in * k.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    Ok(match model.stage() {
        Stage::Fresh => fresh(model),
        Stage::Trained => turned(model),
    })
}

fn fresh(model: &Model<'_>) -> Vec<Finding> {
    let majority = conventions::majority(model);
    let mut findings = Vec::new();
    for subject in conventions::weights(model) {
        let (expected, exchanged, whose) = if let Some(declared) = &subject.declared {
            let Some((expected, exchanged)) = declared_scales(subject, &declared.distribution) else { continue };
            (expected, exchanged, "the recipe has".to_owned())
        } else {
            let Some(majority) = &majority else { continue };
            let (Some(expected), Some(exchanged)) = (majority.expected(subject), majority.exchanged(subject)) else {
                continue;
            };
            (expected, exchanged, format!("{} of {} weights have", majority.followers, majority.weights))
        };
        if conventions::has(subject, expected) || !conventions::has(subject, exchanged) {
            continue;
        }
        let (fan_in, fan_out) = subject.fans();
        let std = subject.statistics.root_mean_square();
        let message = format!(
            "the standard deviation is {}, where by the convention that {whose} it is {}: that of fan-in {fan_in} and fan-out \
             {fan_out} exchanged",
            digits(std, 4),
            digits(expected, 4)
        );
        let evidence = json!({ "std": std, "expected": expected, "fan_in": fan_in, "fan_out": fan_out });
        findings.push(RULE.finding(subject, Severity::Warning, message, evidence));
    }
    findings
}

/// The standard deviation that a declared distribution has, and that with the fans exchanged, whichever fan it depends on: the one that
/// is nearer to the values.
#[expect(clippy::cast_precision_loss, reason = "no fan is 2^53")]
fn declared_scales(subject: &Subject<'_>, distribution: &Distribution) -> Option<(f64, f64)> {
    let (fan_in, fan_out) = subject.fans();
    let factor = (fan_in as f64 / fan_out.max(1) as f64).sqrt();
    let expected = distribution.std().filter(|std| *std > 0.0 && factor.ln().abs() > 0.02)?;
    let off = |std: f64| (subject.statistics.root_mean_square() / std).ln().abs();
    let exchanged = [expected * factor, expected / factor].into_iter().min_by(|a, b| off(*a).total_cmp(&off(*b)))?;
    Some((expected, exchanged))
}

fn turned(model: &Model<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for group in peers::by_stem(model).values().filter(|group| group.len() >= 4) {
        for subject in group {
            let [first, second] = subject.shape() else { continue };
            let others = || group.iter().filter(|other| other.name() != subject.name());
            let turned = others().filter(|other| other.shape() == [*second, *first]).count();
            if first != second && turned >= 3 && turned == others().count() {
                let message = format!("is [{first}, {second}], where {turned} peers are [{second}, {first}]");
                findings.push(RULE.finding(subject, Severity::Warning, message, json!({ "peers": turned })));
            }
        }
    }
    findings
}
