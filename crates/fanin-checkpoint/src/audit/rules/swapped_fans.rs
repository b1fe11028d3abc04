//! Weights scaled, or shaped, by the wrong fan.

use serde_json::json;

use super::{Rule, peers};
use crate::audit::noise::scales::Fan;
use crate::audit::{AuditError, Finding, Kind, Model, Progress, Severity, Stage, Subject};

pub(super) static RULE: Rule = Rule {
    id: "swapped-fans",
    severity: Severity::Warning,
    finds: "weights whose scale is that of the other fan, or whose axes are the other way round",
    why: "Scaled by the fan-out, a layer that widens makes its signal weaker, one that narrows stronger, and depth multiplies it. \
          Stored the other way round, a square matrix is read without an error and computes something else.",
    evidence: "Fresh: the standard deviation is the declared law's, or that of the convention which most weights of the \
               checkpoint follow, with fan-in and fan-out exchanged, within 4 standard errors, and is not that with the fans as \
               they are. Trained: three or more peers of the same name in other layers have one shape, and this one has it the \
               other way round. Fans within 2 % of each other are not told apart.",
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
    let weights: Vec<&Subject<'_>> =
        model.of(Kind::Weight).filter(|subject| subject.noise.is_noise() && unequal(subject)).collect();
    // Matches of one fan alone: what both or neither explain says nothing.
    let by = |subject: &Subject<'_>, fan: Fan| {
        let has = |fan| subject.noise.known.iter().any(|known| known.by == fan);
        has(fan) && !has(Fan::Both) && !has(Fan::Neither) && !has(if fan == Fan::In { Fan::Out } else { Fan::In })
    };
    let inward = weights.iter().filter(|subject| by(subject, Fan::In)).count();
    let outward = weights.iter().filter(|subject| by(subject, Fan::Out)).count();
    let mut findings = Vec::new();
    for subject in weights {
        let (fan_in, fan_out) = subject.fans();
        #[expect(clippy::cast_precision_loss, reason = "no fan is 2^53")]
        let factor = (fan_in as f64 / fan_out as f64).sqrt();
        let finding = |wanted: f64, whose: &str| {
            let message = format!(
                "the standard deviation is {:.5}, where {whose} {wanted:.5}: fan-in {fan_in} and fan-out {fan_out} are exchanged",
                subject.noise.std
            );
            let evidence =
                json!({ "std": subject.noise.std, "expected": wanted, "fan_in": fan_in, "fan_out": fan_out });
            RULE.finding(subject, Severity::Warning, message, evidence)
        };
        let near = |wanted: f64| (subject.noise.std / wanted - 1.0).abs() <= 4.0 * subject.noise.error;
        if let Some(wanted) = subject.declared.as_ref().and_then(|declared| declared.law.std()) {
            if !near(wanted) && (near(wanted * factor) || near(wanted / factor)) {
                findings.push(finding(wanted, "the recipe has"));
            }
        } else if inward >= 3 && inward >= 4 * outward && by(subject, Fan::Out) {
            findings.push(finding(subject.noise.std / factor, "most weights would have"));
        } else if outward >= 3 && outward >= 4 * inward && by(subject, Fan::In) {
            findings.push(finding(subject.noise.std * factor, "most weights would have"));
        }
    }
    findings
}

/// Whether the fans can be told apart.
#[expect(clippy::cast_precision_loss, reason = "no fan is 2^53")]
fn unequal(subject: &Subject<'_>) -> bool {
    let (fan_in, fan_out) = subject.fans();
    (fan_in as f64 / fan_out.max(1) as f64).ln().abs() > 0.02
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
