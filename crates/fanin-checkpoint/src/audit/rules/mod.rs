//! The rules: a file each.

mod absurd_magnitude;
mod all_constant;
mod all_zero;
mod conventions;
mod dead_columns;
mod dead_rows;
mod duplicate_tensor;
mod equal_inputs;
mod equal_neurons;
mod equality;
mod multiplied;
mod near_twins;
mod non_finite;
mod norm_statistics;
mod not_the_recipe;
mod peers;
mod product;
mod rank;
mod scale;
mod smooth;
mod swapped_fans;
mod untrained;

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::subject::Subject;
use super::{AuditError, Finding, Model, Options, Progress, Severity};

/// A rule of the linter: an id, a page, and a decision over statistics.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rule {
    /// The id.
    pub id: &'static str,
    /// The worst that it says.
    pub severity: Severity,
    /// What it finds, in a line.
    pub finds: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// The evidence and its thresholds, and what is never found.
    pub evidence: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// Whether it is asked under `--deep` alone.
    pub deep: bool,
    decide: fn(&Model<'_>, &dyn Progress) -> Result<Vec<Finding>, AuditError>,
}

static RULES: [&Rule; 17] = [
    &non_finite::RULE,
    &absurd_magnitude::RULE,
    &all_zero::RULE,
    &all_constant::RULE,
    &equal_neurons::RULE,
    &equal_inputs::RULE,
    &near_twins::RULE,
    &dead_rows::RULE,
    &dead_columns::RULE,
    &scale::RULE,
    &swapped_fans::RULE,
    &multiplied::RULE,
    &untrained::RULE,
    &not_the_recipe::RULE,
    &duplicate_tensor::RULE,
    &norm_statistics::RULE,
    &rank::RULE,
];

/// Every rule, in the order in which they are listed.
#[must_use]
pub fn rules() -> &'static [&'static Rule] {
    &RULES
}

/// The rule of this id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().iter().find(|rule| rule.id == id).copied()
}

/// The id that differs least from a word, if it does not differ much.
pub(super) fn nearest(word: &str) -> Option<&'static str> {
    let near = rules().iter().map(|rule| (distance(word, rule.id), rule.id));
    near.filter(|(distance, id)| *distance <= id.len() / 3).min().map(|(_, id)| id)
}

/// The single-character edits between two words (Levenshtein 1966).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, right) in b.bytes().enumerate() {
            let replace = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = replace.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// Asks the rules that are wanted, and puts what they find in the order of the tensors.
pub(super) fn ask(model: &Model<'_>, options: &Options, progress: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut findings = Vec::new();
    for rule in rules().iter().filter(|rule| options.selection.asks(rule.id) && (options.deep || !rule.deep)) {
        findings.extend((rule.decide)(model, progress)?);
    }
    let places: HashMap<&str, usize> =
        model.subjects().iter().enumerate().map(|(place, subject)| (subject.name(), place)).collect();
    findings.retain(|finding| options.selection.wants(finding.rule, &finding.tensor));
    // Stable: within a tensor, the order of the rules.
    findings.sort_by_key(|finding| places.get(finding.tensor.as_str()).copied());
    Ok(findings)
}

impl Rule {
    /// A finding of this rule.
    fn finding(&self, subject: &Subject<'_>, severity: Severity, message: String, evidence: Value) -> Finding {
        let evidence = match evidence {
            Value::Object(evidence) => evidence,
            other => Map::from_iter([("value".to_owned(), other)]),
        };
        Finding {
            rule: self.id,
            severity,
            tensor: subject.name().to_owned(),
            file: subject.file().to_owned(),
            message,
            evidence,
        }
    }
}

/// Whether a name is that of a recurrent layer's weight.
pub(super) fn is_recurrent(name: &str) -> bool {
    let name = name.to_lowercase();
    ["lstm", "gru", "rnn", "weight_ih", "weight_hh"].iter().any(|word| name.contains(word))
}

/// The first few of some numbers, as text: `3, 5, 8 and 12 more`.
fn few(numbers: &[usize]) -> String {
    const SHOWN: usize = 4;
    let shown: Vec<String> = numbers.iter().take(SHOWN).map(ToString::to_string).collect();
    match numbers.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// What so many do.
fn is(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// `1 row`, `2 rows`.
fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// A number with so many significant digits, whatever its size.
fn digits(value: f64, significant: usize) -> String {
    let size = value.abs();
    if size == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    if !(1e-3..1e6).contains(&size) {
        return format!("{value:.*e}", significant.saturating_sub(1));
    }
    #[expect(clippy::cast_possible_truncation, reason = "from -3 to 5")]
    let before = size.log10().floor() as i32 + 1;
    let places = i32::try_from(significant).unwrap_or(i32::MAX).saturating_sub(before).max(0);
    format!("{value:.*}", places.unsigned_abs() as usize)
}

#[cfg(test)]
mod tests;
