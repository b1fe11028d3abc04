//! Running statistics that were never updated, or that no data can produce.

use serde_json::json;

use super::rule::AuditRule;
use super::wording::{digits, few, is};
use crate::judge::keras;
use crate::{AuditError, Finding, Model, Progress, Severity, Subject, TensorKind};

pub(super) static RULE: AuditRule = AuditRule {
    id: "norm-statistics",
    severity: Severity::Error,
    finds: "running statistics of a normalization layer that training never updated, or variances that are negative or zero",
    why: "In evaluation mode the layer normalizes by these statistics. Initial ones do not match the outputs seen in training; the \
          square root of a negative variance is NaN; a variance of zero multiplies its channel by up to 1 / sqrt(epsilon), about 300.",
    evidence: "Error: a running variance below zero. Warning: a running variance that is zero in every channel; in a \
               trained checkpoint, a layer whose running variance is 1 and running mean 0 in every channel (the \
               message includes the batch count if the file has one). Note: single channels of a trained checkpoint \
               whose variance is zero, because they are dead. Initial statistics are correct in a fresh checkpoint. \
               Infinite and NaN values are reported by non-finite. No threshold depends on chance.",
    remedy: "Run batches through the network in training mode before saving it. Look for a layer that was frozen, replaced, or \
             kept in evaluation mode, and for a variance computed in half precision.",
    deep: false,
    decide,
};

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut findings = Vec::new();
    for variance in model.of(TensorKind::RunningVariance).filter(|variance| variance.statistics.is_sound()) {
        findings.extend(match variance.statistics.low {
            low if low < 0.0 => Some(negative(variance)?),
            0.0 => zero(model, variance)?,
            _ if model.is_trained() => initial(model, variance)?,
            _ => None,
        });
    }
    Ok(findings)
}

/// The channels whose variance passes a test.
fn channels(variance: &Subject<'_>, test: impl Fn(f64) -> bool) -> Result<Vec<usize>, AuditError> {
    let data = variance.data()?;
    let mut values = vec![0.0; data.len()];
    data.read_f64(0, &mut values);
    Ok(values.iter().enumerate().filter(|(_, value)| test(**value)).map(|(channel, _)| channel).collect())
}

fn negative(variance: &Subject<'_>) -> Result<Finding, AuditError> {
    let channels = channels(variance, |value| value < 0.0)?;
    let (count, all, low) = (channels.len(), variance.statistics.len, f64::from(variance.statistics.low));
    let message = format!(
        "{count} of {all} running variances {} negative, down to {} (channel {})",
        is(count),
        digits(low, 3),
        few(&channels)
    );
    Ok(RULE.finding(variance, Severity::Error, message, json!({ "channels": channels, "low": low })))
}

fn zero(model: &Model<'_>, variance: &Subject<'_>) -> Result<Option<Finding>, AuditError> {
    let all = variance.statistics.len;
    if variance.statistics.is_zero() {
        let message = format!("the running variance is zero in all {all} channels");
        return Ok(Some(RULE.finding(variance, Severity::Warning, message, json!({ "channels": all }))));
    }
    if !model.is_trained() {
        return Ok(None);
    }
    let channels = channels(variance, |value| value == 0.0)?;
    let count = channels.len();
    let message = format!("{count} of {all} running variances {} zero: dead channels {}", is(count), few(&channels));
    Ok(Some(RULE.finding(variance, Severity::Note, message, json!({ "channels": channels }))))
}

/// Statistics that still have their initial values.
fn initial(model: &Model<'_>, variance: &Subject<'_>) -> Result<Option<Finding>, AuditError> {
    let is = |subject: &Subject<'_>, value: f32| subject.statistics.is_constant() && subject.statistics.high == value;
    if !is(variance, 1.0) || !mean(model, variance).is_some_and(|mean| is(mean, 0.0)) {
        return Ok(None);
    }
    let batches = batches(model, variance)?;
    let told = batches.map_or_else(String::new, |batches| format!("; {batches} batches counted"));
    let message = format!("the running mean is 0 and the running variance 1 in every channel{told}");
    let evidence = json!({ "channels": variance.statistics.len, "batches": batches });
    Ok(Some(RULE.finding(variance, Severity::Warning, message, evidence)))
}

/// The running mean that belongs to a running variance.
fn mean<'m, 'a>(model: &'m Model<'a>, variance: &Subject<'_>) -> Option<&'m Subject<'a>> {
    const PAIRS: [(&str, &str); 5] = [
        ("running_var", "running_mean"),
        ("moving_variance", "moving_mean"),
        ("moving_variance:0", "moving_mean:0"),
        ("moving_var", "moving_mean"),
        ("var", "mean"),
    ];
    let named = |(from, to): &(&str, &str)| Some(format!("{}{to}", variance.name().strip_suffix(from)?));
    let names = PAIRS.iter().filter_map(named).chain(keras::before(variance.name()));
    names.into_iter().find_map(|name| model.named(&name).filter(|mean| mean.kind() == TensorKind::RunningMean))
}

/// The batch count that PyTorch stores with the statistics.
fn batches(model: &Model<'_>, variance: &Subject<'_>) -> Result<Option<i64>, AuditError> {
    let name = variance.name().strip_suffix("running_var").map(|stem| format!("{stem}num_batches_tracked"));
    let checkpoint = model.checkpoint();
    let Some(tensor) = name.and_then(|name| checkpoint.tensors().iter().find(|tensor| tensor.name() == name)) else {
        return Ok(None);
    };
    let data = checkpoint.load(tensor)?;
    Ok(<[u8; 8]>::try_from(data.bytes()).ok().map(i64::from_le_bytes))
}
