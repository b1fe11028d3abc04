//! Weights that were multiplied by a factor by which initializers differ.

use fanin_core::values::Dtype;
use rayon::prelude::*;
use serde_json::json;

use super::Rule;
use super::product::{Product, Told, Wholes};
use crate::audit::{AuditError, Finding, Model, Progress, Severity, Side, Subject};
use crate::reading::ElementType;

pub(super) static RULE: Rule = Rule {
    id: "multiplied",
    severity: Severity::Warning,
    finds: "weights of a trained checkpoint that were multiplied by sqrt 2, 3 or 6, or by the root of their fans' ratio",
    why: "Two conventions of initialization differ by such a factor. Applied to a layer that was trained without it, in a conversion or \
          a merge, it makes the layer as much too large or too small; training itself multiplies a whole layer by nothing.",
    evidence: "Rounding. Of the values whose leading part is above m, products by m 2^k, 1 < m < 2, round to one in m; the others \
               are products by it of nothing. Found are weights of which every value, of 16384 at the most, is one that a product by \
               the factor rounds to, or a division by its inverse, in the precision that the values have. By chance n of them \
               are so with a probability of m^-n; times the ways that are tried and the weights of the file it is below 0.001, or 0.1 \
               for a note; a note too where three weights or more have the same factor, which an exporter means. A factor is not told from the same times a power of two, and a power of two leaves no trace; nor \
               does a product that was rounded to fewer bits, or trained, after. Weights of 64 bits and those that an \
               initializer made, which multiplies too, are left alone.",
    remedy: "Look at what the code that wrote the file multiplies. Where it is meant, as a factor that an exporter moved into the \
             weights, ignore the finding there.",
    deep: false,
    decide,
};

/// In a healthy checkpoint fewer findings than this are expected.
const WARNED: f64 = 1e-3;
/// And notes.
const NOTED: f64 = 0.1;
/// As many weights with one factor are taken for what an exporter means.
const STACK: usize = 3;

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    if !model.is_trained() {
        return Ok(Vec::new());
    }
    // What `untrained` finds is left to it: an initializer multiplies too.
    let is_found = |subject: &Subject<'_>| subject.noise.is_noise() && !subject.noise.known.is_empty();
    let is_asked = |subject: &&Subject<'_>| subject.is_layer() && subject.statistics.is_sound() && !is_found(subject);
    let weights: Vec<&Subject<'_>> = model.subjects().iter().filter(is_asked).collect();
    #[expect(clippy::cast_precision_loss, reason = "a count of tensors")]
    let count = weights.len() as f64;
    let mut found: Vec<(Finding, f64)> = weights.into_par_iter().filter_map(|subject| judged(subject, count)).collect();
    // An exporter that moves a factor into weights moves it into a whole stack.
    let factors: Vec<f64> = found.iter().map(|(_, factor)| factor.log2().rem_euclid(1.0)).collect();
    for ((finding, _), factor) in found.iter_mut().zip(&factors) {
        if factors.iter().filter(|other| (*other - factor).abs() < 1e-9).count() >= STACK {
            finding.severity = Severity::Note;
        }
    }
    Ok(found.into_iter().map(|(finding, _)| finding).collect())
}

/// The finding and the factor.
fn judged(subject: &Subject<'_>, weights: f64) -> Option<(Finding, f64)> {
    if subject.element() == ElementType::Float(Dtype::F64) {
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
        "was multiplied by {name} = {factor:.4}, or that times a power of two: all {} values that could tell are products by it, by \
         chance with a probability of 1e{magnitude:.0}",
        told.values
    );
    let evidence = json!({ "factor": factor, "values": told.values, "log10_chance": magnitude });
    Some((RULE.finding(subject, severity, message, evidence), *factor))
}

fn by_chance(a: &Told, b: &Told) -> std::cmp::Ordering {
    a.log_chance.total_cmp(&b.log_chance)
}

/// The factors, each with the ways to multiply by it. Those that differ by a power of two are one.
fn factors(subject: &Subject<'_>, bits: u32) -> Vec<(String, f64, Vec<Product>)> {
    let mut factors = vec![
        ("sqrt 6".to_owned(), 6.0_f64.sqrt()),
        ("1 / sqrt 6".to_owned(), 1.0 / 6.0_f64.sqrt()),
        ("sqrt 2".to_owned(), 2.0_f64.sqrt()),
        ("sqrt 3".to_owned(), 3.0_f64.sqrt()),
        ("1 / sqrt 3".to_owned(), 1.0 / 3.0_f64.sqrt()),
    ];
    if let Some((inputs, outputs)) = ends(subject) {
        #[expect(clippy::cast_precision_loss, reason = "no axis is 2^53")]
        let ratio = (inputs as f64 / outputs as f64).sqrt();
        factors.push((format!("the root of its fans' ratio, sqrt({inputs} / {outputs})"), ratio));
        factors.push((format!("the root of its fans' ratio, sqrt({outputs} / {inputs})"), 1.0 / ratio));
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

/// The lengths of the axes of inputs and of outputs, or of outputs and inputs: both ratios are tried.
fn ends(subject: &Subject<'_>) -> Option<(usize, usize)> {
    let ((Side::Rows, [outputs, inputs, ..]) | (Side::Columns, [.., inputs, outputs])) =
        (subject.neurons(), subject.shape())
    else {
        return None;
    };
    (*inputs > 0 && *outputs > 0).then_some((*inputs, *outputs))
}
