//! Weights of a trained checkpoint that look freshly initialized.

use serde_json::json;

use super::rule::AuditRule;
use super::wording::{counted, digits};
use crate::judge::adapter::{self, Start};
use crate::judge::noise::scales::Known;
use crate::{AuditError, Finding, Model, Progress, Severity, Subject, TensorKind};

pub(super) static RULE: AuditRule = AuditRule {
    id: "untrained",
    severity: Severity::Warning,
    finds: "weights of a trained checkpoint that look freshly initialized",
    why: "The layer was re-created after training, was never reached by a gradient, or was lost and re-initialized when the \
          checkpoint was loaded.",
    evidence: "The values look like independent noise: normal, uniform, or normal truncated at two standard deviations \
               (Kolmogorov-Smirnov, p >= 0.001), and their mean, their fourth moment and the norms and sums of rows \
               and columns match those of independent values (six deviations whose squares sum to at most 24; p = \
               0.0005). Warning if the scale also matches that of a known initializer (given by the fans or a round \
               number) within 4 standard errors. Note if it does not, because weight decay shrinks weights that no \
               gradient reaches; for embedding tables; and if there are so few values that the scale may match by \
               chance (normal distributions below about 5000 values). Weights of fewer than 200 values, and embedding \
               tables of an unknown scale, are skipped. Adapter factors that start at random may be frozen by design: \
               one note covers all of them.",
    remedy: "Load the layer from the checkpoint in which it was trained, train it, or remove it from the file if it is unused.",
    deep: false,
    decide,
};

/// The largest probability that a scale matches a known one by chance.
const CHANCE: f64 = 0.3;

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    if !model.is_trained() {
        return Ok(Vec::new());
    }
    let tables = |subject: &&Subject<'_>| subject.kind() == TensorKind::Weight || !subject.noise.known.is_empty();
    let weights =
        model.subjects().iter().filter(|subject| matches!(subject.kind(), TensorKind::Weight | TensorKind::Embedding));
    let drawn = weights.filter(|subject| subject.noise.is_noise()).filter(tables);
    let (frozen, others): (Vec<&Subject<'_>>, Vec<&Subject<'_>>) = drawn.partition(|subject| may_stay(subject.name()));
    Ok(factors(model, &frozen).into_iter().chain(others.into_iter().map(finding)).collect())
}

/// Whether a tensor is a factor of an adapter that some methods never train.
fn may_stay(name: &str) -> bool {
    adapter::factor_of(name).is_some_and(|(factor, _)| matches!(factor.start, Start::Random | Start::Shared))
}

/// Builds one note for all adapter factors that look freshly initialized.
fn factors(model: &Model<'_>, frozen: &[&Subject<'_>]) -> Option<Finding> {
    let first = frozen.first()?;
    let all = model.subjects().iter().filter(|subject| may_stay(subject.name())).count();
    let message = format!(
        "{} of {} {} untrained: frozen by design, as in LoRA-FA and VeRA, or barely trained",
        frozen.len(),
        counted(all, "random adapter factor"),
        if frozen.len() == 1 { "looks" } else { "look" }
    );
    let names: Vec<&str> = frozen.iter().take(16).map(|subject| subject.name()).collect();
    Some(RULE.finding(
        first,
        Severity::Note,
        message,
        json!({ "frozen": frozen.len(), "factors": all, "first": names }),
    ))
}

fn finding(subject: &Subject<'_>) -> Finding {
    let noise = &subject.noise;
    let weak = subject.kind() == TensorKind::Embedding || noise.chance > CHANCE;
    let (severity, scale) = match noise.known.first() {
        Some(Known { name, .. }) if weak => (Severity::Note, format!("its scale matches {name}")),
        Some(Known { name, .. }) => (Severity::Warning, format!("its scale matches {name}")),
        None => (Severity::Note, "its scale matches no known initializer".to_owned()),
    };
    let message = format!(
        "looks freshly initialized: independent {} values with standard deviation {}; {scale}",
        noise.family,
        digits(noise.std, 3)
    );
    let evidence = json!({
        "distribution": noise.family.to_string(), "std": noise.std, "std_error": noise.error, "ks_p": noise.fit,
        "dispersion": { "row_norms": noise.dispersion[0], "row_sums": noise.dispersion[1],
            "column_norms": noise.dispersion[2], "column_sums": noise.dispersion[3] },
        "chance": noise.chance, "matches": noise.known.iter().map(|known| known.name).collect::<Vec<_>>(), "values": subject.statistics.len,
    });
    RULE.finding(subject, severity, message, evidence)
}
