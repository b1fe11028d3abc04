//! Weights of a trained checkpoint that an initializer could have made.

use serde_json::json;

use super::{Rule, digits};
use crate::audit::noise::scales::Known;
use crate::audit::{AuditError, Finding, Kind, Model, Progress, Severity, Subject};

pub(super) static RULE: Rule = Rule {
    id: "untrained",
    severity: Severity::Warning,
    finds: "weights of a trained checkpoint that look as an initializer left them",
    why: "The layer was made anew after training, was never reached by a gradient, or was lost and filled when the checkpoint \
          was loaded.",
    evidence: "The values are independent noise: their distribution is normal, uniform, or normal cut at two standard \
               deviations (Kolmogorov-Smirnov, p >= 0.001), and their mean, their fourth moment and the norms and sums of \
               rows and of columns are those of independent values (six deviations, whose squares sum to 24 at the most; p = \
               0.0005). Warning where the scale is \
               that of a known initializer too, by the fans or a round number, within 4 standard errors; note where it is not, for \
               weight decay shrinks what no gradient reaches; note too for tables, and where there are so few values that their \
               scale may be a known one by chance (normal distributions below some 5000 values). Weights below 200 values, and tables at \
               an unknown scale, are left alone.",
    remedy: "Load the layer from where it was trained, train it, or, if it is not used, remove it from the file.",
    deep: false,
    decide,
};

/// The greatest probability that a scale is a known one by chance.
const CHANCE: f64 = 0.3;

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    if !model.is_trained() {
        return Ok(Vec::new());
    }
    let tables = |subject: &&Subject<'_>| subject.kind() == Kind::Weight || !subject.noise.known.is_empty();
    let weights = model.subjects().iter().filter(|subject| matches!(subject.kind(), Kind::Weight | Kind::Embedding));
    Ok(weights.filter(|subject| subject.noise.is_noise()).filter(tables).map(finding).collect())
}

fn finding(subject: &Subject<'_>) -> Finding {
    let noise = &subject.noise;
    let weak = subject.kind() == Kind::Embedding || noise.chance > CHANCE;
    let (severity, scale) = match noise.known.first() {
        Some(Known { name, .. }) if weak => (Severity::Note, format!("the scale is that of {name}")),
        Some(Known { name, .. }) => (Severity::Warning, format!("the scale is that of {name}")),
        None => (Severity::Note, "the scale is that of no known initializer".to_owned()),
    };
    let message = format!(
        "looks untrained: independent {} values of standard deviation {}; {scale}",
        noise.family,
        digits(noise.std, 4)
    );
    let evidence = json!({
        "distribution": noise.family.to_string(), "std": noise.std, "std_error": noise.error, "ks_p": noise.fit,
        "dispersion": { "row_norms": noise.dispersion[0], "row_sums": noise.dispersion[1],
            "column_norms": noise.dispersion[2], "column_sums": noise.dispersion[3] },
        "chance": noise.chance, "matches": noise.known.iter().map(|known| &known.name).collect::<Vec<_>>(), "values": subject.statistics.len,
    });
    RULE.finding(subject, severity, message, evidence)
}
