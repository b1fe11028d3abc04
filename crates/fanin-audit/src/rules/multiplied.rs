//! Weights that were multiplied by the ratio of two conventions.

use fanin_core::values::Dtype;
use rayon::prelude::*;
use serde_json::json;

use super::product::{Product, Told, Wholes};
use super::rule::AuditRule;
use crate::{AuditError, Finding, Model, Progress, Severity, Subject};

pub(super) static RULE: AuditRule = AuditRule {
    id: "multiplied",
    severity: Severity::Warning,
    finds: "weights of a trained checkpoint that were multiplied by sqrt 2, sqrt 3, sqrt 6 or the square root of their fan \
            ratio",
    why: "Two initialization conventions differ by such a factor. Applied by mistake to a trained layer, in a conversion or a \
          merge, it makes the layer too large or too small by that factor. Training never multiplies a whole layer.",
    evidence: "Rounding leaves traces: multiplying by m 2^k, 1 < m < 2, and rounding reaches only one in m of the \
               values whose significand is at least m. A weight is reported if all of its values, or a sample of \
               16384, can result from a multiplication by the factor, or a division by its inverse, at the precision \
               of the values. The probability that n values pass by chance is m^-n. Multiplied by the number of \
               variants tried and the number of weights in the file, it must be below 0.001 for a warning and below \
               0.1 for a note. Three or more weights with the same factor are notes, because an exporter probably \
               applied it, and so is every finding if the stage is undetermined. A factor cannot be distinguished from the same factor times a power of two. A power of two \
               alone leaves no trace, and neither does a product that was later rounded to fewer bits or trained \
               further. Skipped: 64-bit and 8-bit weights, and weights that look freshly initialized, because \
               initializers multiply too.",
    remedy: "Check what the code that wrote the file multiplies by. If the factor is intended, as when an exporter folds it \
             into the weights, ignore the finding there.",
    deep: false,
    decide,
};

/// The expected number of false warnings in a checkpoint.
const WARNED: f64 = 1e-3;
/// The expected number of false notes in a checkpoint.
const NOTED: f64 = 0.1;
/// This many weights with the same factor are attributed to an exporter.
const STACK: usize = 3;

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    if model.is_fresh() {
        return Ok(Vec::new());
    }
    // Weights that `untrained` reports are skipped: initializers multiply too.
    let is_found = |subject: &Subject<'_>| subject.noise.is_noise() && !subject.noise.known.is_empty();
    let is_asked = |subject: &&Subject<'_>| subject.is_layer() && subject.statistics.is_sound() && !is_found(subject);
    let weights: Vec<&Subject<'_>> = model.subjects().iter().filter(is_asked).collect();
    #[expect(clippy::cast_precision_loss, reason = "a count of tensors")]
    let count = weights.len() as f64;
    let mut found: Vec<(Finding, f64)> = weights.into_par_iter().filter_map(|subject| judged(subject, count)).collect();
    // An exporter that folds a factor into weights does so for a whole stack.
    let factors: Vec<f64> = found.iter().map(|(_, factor)| factor.log2().rem_euclid(1.0)).collect();
    for ((finding, _), factor) in found.iter_mut().zip(&factors) {
        if factors.iter().filter(|other| (*other - factor).abs() < 1e-9).count() >= STACK {
            finding.severity = Severity::Note;
        }
    }
    // If the stage is undetermined, an initializer may have multiplied.
    if !model.is_trained() {
        for (finding, _) in &mut found {
            finding.severity = Severity::Note;
        }
    }
    Ok(found.into_iter().map(|(finding, _)| finding).collect())
}

/// Returns the finding and the factor.
fn judged(subject: &Subject<'_>, weights: f64) -> Option<(Finding, f64)> {
    // Scaled 8-bit values are products by construction.
    if matches!(subject.element().dtype(), None | Some(Dtype::F64)) {
        return None;
    }
    let values = Wholes::of(&subject.statistics.sample);
    let factors = factors(subject, values.bits());
    #[expect(clippy::cast_precision_loss, reason = "a few dozen")]
    let tries = factors.iter().map(|(.., ways)| ways.len()).sum::<usize>() as f64 * weights;
    let told = factors.iter().filter_map(|(name, factor, ways)| {
        let told = ways.iter().filter_map(|way| way.tell(&values));
        told.min_by(by_chance).map(|told| (told, name, factor))
    });
    let (told, name, factor) = told.min_by(|a, b| by_chance(&a.0, &b.0))?;
    let expected = told.log_chance + tries.ln();
    let severity = match expected {
        _ if expected < WARNED.ln() => Severity::Warning,
        _ if expected < NOTED.ln() => Severity::Note,
        _ => return None,
    };
    let magnitude = told.log_chance / std::f64::consts::LN_10;
    let message = format!(
        "was multiplied by {name} = {factor:.4}, up to a power of two: all {} informative values are rounded products; by chance \
         with probability 1e{magnitude:.0}",
        told.values
    );
    let evidence = json!({ "factor": factor, "values": told.values, "log10_chance": magnitude });
    Some((RULE.finding(subject, severity, message, evidence), *factor))
}

fn by_chance(a: &Told, b: &Told) -> std::cmp::Ordering {
    a.log_chance.total_cmp(&b.log_chance)
}

/// The factors, each with the ways to multiply by it. Factors that differ by a power of two count as one.
fn factors(subject: &Subject<'_>, bits: u32) -> Vec<(String, f64, Vec<Product>)> {
    let mut factors = vec![
        ("sqrt 6".to_owned(), 6.0_f64.sqrt()),
        ("1 / sqrt 6".to_owned(), 1.0 / 6.0_f64.sqrt()),
        ("sqrt 2".to_owned(), 2.0_f64.sqrt()),
        ("sqrt 3".to_owned(), 3.0_f64.sqrt()),
        ("1 / sqrt 3".to_owned(), 1.0 / 3.0_f64.sqrt()),
    ];
    // Both ratios are tried.
    if let Some((inputs, outputs)) = subject.ends().filter(|(inputs, outputs)| *inputs > 0 && *outputs > 0) {
        #[expect(clippy::cast_precision_loss, reason = "no axis is 2^53")]
        let ratio = (inputs as f64 / outputs as f64).sqrt();
        factors.push((format!("the square root of its fan ratio, sqrt({inputs} / {outputs})"), ratio));
        factors.push((format!("the square root of its fan ratio, sqrt({outputs} / {inputs})"), 1.0 / ratio));
    }
    let mut seen: Vec<f64> = Vec::new();
    factors.retain(|(_, factor)| {
        let power = factor.log2().rem_euclid(1.0);
        let new = power.is_finite() && seen.iter().all(|other| (power - other).abs() > 1e-9);
        seen.push(power);
        new
    });
    let factors = factors.into_iter().map(|(name, factor)| (name, factor, Product::ways(factor, bits)));
    factors.filter(|(.., ways)| !ways.is_empty()).collect()
}
