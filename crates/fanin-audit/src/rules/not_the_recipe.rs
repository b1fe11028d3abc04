//! Tensors of a fresh checkpoint that do not follow the declared recipe.

use fanin_core::Distribution;
use fanin_core::values::Dtype;
use serde_json::json;

use super::rule::AuditRule;
use super::wording::digits;
use crate::judge::Declared;
use crate::judge::deviations::two_sided;
use crate::judge::kolmogorov_smirnov;
use crate::{AuditError, Finding, Model, Progress, Severity, Side, Subject};

pub(super) static RULE: AuditRule = AuditRule {
    id: "not-the-recipe",
    severity: Severity::Error,
    finds: "tensors of a fresh checkpoint that do not follow the declared recipe",
    why: "The model does not start as documented: a rule was missed, fans were swapped, a variance was used as a standard \
          deviation, or a default was left in place.",
    evidence: "Checked with --recipe in fresh checkpoints. Constants must be exact in the tensor's type. No value may lie \
               outside the bounds of the distribution. Mean and standard deviation must match within their sampling error, and \
               so must the distribution function (Kolmogorov-Smirnov on a sample). The probability of any false finding in a \
               checkpoint is below 0.0001: each test of m tensors uses 0.0001 / (3 m). Orthonormal weights are checked by the \
               norms of their vectors. Initializers that state no distribution are skipped.",
    remedy: "Run `fanin explain RECIPE --like FILE`, which lists what each tensor should have and by which rule.",
    deep: false,
    decide,
};

/// The probability of any false finding in a checkpoint.
const FAMILY: f64 = 1e-4;

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    if model.is_trained() {
        return Ok(Vec::new());
    }
    let alpha = FAMILY / (3.0 * model.tensors);
    let finding = |subject: &Subject<'_>| {
        let declared = subject.declared.as_ref()?;
        let (reason, p) = fault(subject, &declared.distribution, alpha)?;
        let Declared { initializer, distribution } = declared;
        let message = format!("is not {initializer}: {reason}");
        let statistics = &subject.statistics;
        let evidence = json!({
            "initializer": initializer, "distribution_mean": distribution.mean(), "distribution_std": distribution.std(), "mean": statistics.mean(),
            "std": statistics.std(), "p": p, "alpha": alpha, "values": statistics.len,
        });
        Some(RULE.finding(subject, Severity::Error, message, evidence))
    };
    Ok(model.subjects().iter().filter_map(finding).collect())
}

/// Describes the fault and gives its probability under the distribution, 0 if it is impossible.
fn fault(subject: &Subject<'_>, distribution: &Distribution, alpha: f64) -> Option<(String, f64)> {
    let statistics = &subject.statistics;
    if statistics.len == 0 || statistics.non_finite > 0 {
        return None;
    }
    let rounding = precision(subject.element().dtype()?);
    let (low, high) = (f64::from(statistics.low), f64::from(statistics.high));
    match distribution {
        Distribution::Unstated | Distribution::Fixed => return None,
        Distribution::Constant(value) => {
            let room = rounding * value.abs();
            let off = |end: f64| (end - value).abs() > room;
            return (off(low) || off(high)).then(|| (format!("values lie in [{low}, {high}]"), 0.0));
        }
        Distribution::Orthonormal { gain, rows, columns } => {
            return orthonormal(subject, *gain, *rows, *columns, rounding);
        }
        _ => {}
    }
    if let Some((least, most)) = distribution.bounds() {
        let room = rounding * least.abs().max(most.abs());
        if low < least - room || high > most + room {
            return Some((
                format!(
                    "values lie in [{}, {}], outside [{}, {}]",
                    digits(low, 6),
                    digits(high, 6),
                    digits(least, 6),
                    digits(most, 6)
                ),
                0.0,
            ));
        }
    }
    if let (Some(mean), Some(std)) = (distribution.mean(), distribution.std())
        && let Some(fault) = moments(subject, mean, std, rounding, alpha)
    {
        return Some(fault);
    }
    distribution.cdf(0.0)?;
    let sample = &statistics.sample;
    let distance = kolmogorov_smirnov::distance_of_sample(sample, |x| distribution.cdf(x).unwrap_or(0.0));
    // A 16-bit value represents all values that round to it, which allows a distance up to its share of the
    // distribution.
    let distance = (distance - rounding).max(0.0);
    #[allow(clippy::cast_precision_loss, reason = "a sample is far smaller than 2^52")]
    let count = sample.len() as f64;
    let p = kolmogorov_smirnov::p_value(distance, count);
    let smooth =
        !matches!(distribution, Distribution::Sparse { .. } | Distribution::Mixture(_) | Distribution::Parts(_));
    (smooth && p < alpha).then(|| (format!("the distribution differs (distance {distance:.4}, p = {p:.1e})"), p))
}

/// Compares mean and standard deviation with their sampling errors. The error of the latter uses the fourth moment of the sample,
/// or of a normal distribution if the sample is small.
#[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 elements")]
fn moments(subject: &Subject<'_>, mean: f64, std: f64, rounding: f64, alpha: f64) -> Option<(String, f64)> {
    let statistics = &subject.statistics;
    let len = statistics.len as f64;
    if std == 0.0 {
        return None;
    }
    let found =
        (statistics.mean(), (statistics.squares / len - 2.0 * mean * statistics.mean() + mean * mean).max(0.0).sqrt());
    let p = two_sided(((found.0 - mean).abs() - rounding * mean.abs()).max(0.0) * len.sqrt() / std);
    if p < alpha {
        return Some((format!("the mean is {}, not {} (p = {p:.1e})", digits(found.0, 4), digits(mean, 4)), p));
    }
    let fourth = |value: &f32| ((f64::from(*value) - mean) / std).powi(4);
    let sampled = statistics.sample.iter().map(fourth).sum::<f64>() / statistics.sample.len().max(1) as f64;
    let kurtosis = if len < 1000.0 { sampled.max(3.0) } else { sampled.max(1.8) };
    // The squared ratio is close to normal with this variance, accurate in the tails from a few dozen values on.
    let ratio = found.1 / std;
    let z = ((ratio * ratio - 1.0).abs() - 2.0 * rounding).max(0.0) * (len / (kurtosis - 1.0)).sqrt();
    let p = two_sided(z);
    (p < alpha && len >= 30.0)
        .then(|| (format!("the standard deviation is {}, not {} (p = {p:.1e})", digits(found.1, 5), digits(std, 5)), p))
}

/// Checks that the vectors along the shorter side have the gain as their norm.
fn orthonormal(subject: &Subject<'_>, gain: f64, rows: usize, columns: usize, rounding: f64) -> Option<(String, f64)> {
    let grid = subject.grid();
    if (grid.rows, grid.columns) != (rows, columns) {
        return None;
    }
    let lines = subject.lines(if rows <= columns { Side::Rows } else { Side::Columns })?;
    let room = gain * (1e-4 + rounding);
    let off = lines.squares.iter().map(|square| square.sqrt()).find(|norm| (norm - gain).abs() > room)?;
    Some((format!("a vector has norm {}, not {}", digits(off, 6), digits(gain, 6)), 0.0))
}

/// The relative rounding error of an element type.
fn precision(dtype: Dtype) -> f64 {
    match dtype {
        Dtype::F64 | Dtype::F32 => 6e-8,
        Dtype::F16 => 4.9e-4,
        Dtype::BF16 => 4e-3,
    }
}
