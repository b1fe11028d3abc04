//! Every initializer that has a text form, and the facts of its page.

mod composition;
mod constants;
mod fans;
mod models;
mod random;
mod structured;

use std::sync::LazyLock;

use super::{Arguments, Call, TextError};
use crate::initializer::Initializer;

/// One initializer of the text form: what lists and pages say of it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The name.
    pub name: &'static str,
    /// Other names of the same.
    pub aliases: &'static [&'static str],
    /// The arguments with their defaults, as they are written; those without a default come first.
    pub arguments: &'static str,
    /// What it is, in a line.
    pub summary: &'static str,
    /// The values, as a formula.
    pub formula: &'static str,
    /// The distribution that the values follow: mean, std, bounds, what depends on what.
    pub distribution: &'static str,
    /// The shapes and axes that it serves, and what it refuses.
    pub shapes: &'static str,
    /// What is refused, by arguments and by parameters.
    pub errors: &'static str,
    /// Where not to use it, or what to know before.
    pub caution: &'static str,
    /// The paper and its equation or section, or that there is none.
    pub source: &'static str,
    /// A text that parses.
    pub example: &'static str,
    build: fn(&mut Arguments) -> Result<Box<dyn Initializer>, TextError>,
}

/// Every initializer of the text form, in the order in which they are listed.
#[must_use]
pub fn catalog() -> &'static [Entry] {
    &ENTRIES
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    [
        &constants::ENTRIES[..],
        &random::ENTRIES,
        &fans::ENTRIES,
        &structured::ENTRIES,
        &models::ENTRIES,
        &composition::ENTRIES,
    ]
    .concat()
});

/// The entry of this name or alias.
#[must_use]
pub fn entry(name: &str) -> Option<&'static Entry> {
    catalog().iter().find(|entry| entry.name == name || entry.aliases.contains(&name))
}

/// Reads an initializer.
///
/// # Errors
/// [`TextError`], which names the word and what there is instead.
pub fn parse(text: &str) -> Result<Box<dyn Initializer>, TextError> {
    build(&Call::parse(text)?)
}

/// Gives a call its meaning.
pub(super) fn build(call: &Call) -> Result<Box<dyn Initializer>, TextError> {
    let Some(entry) = entry(call.name()) else {
        return Err(TextError::UnknownName { name: call.name().to_owned(), hint: hint(call.name()) });
    };
    let mut arguments = call.arguments();
    let initializer = (entry.build)(&mut arguments)?;
    arguments.finish()?;
    Ok(initializer)
}

impl std::str::FromStr for Box<dyn Initializer> {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        parse(text)
    }
}

/// What every entry's `build` gives.
#[expect(clippy::unnecessary_wraps, reason = "an entry whose initializer refuses nothing still may refuse")]
fn boxed<I: Initializer + 'static>(initializer: I) -> Result<Box<dyn Initializer>, TextError> {
    Ok(Box::new(initializer))
}

/// The nearest known name if one is near, else all of them.
fn hint(name: &str) -> String {
    let names = ENTRIES.iter().flat_map(|entry| entry.aliases.iter().copied().chain([entry.name]));
    match nearest(name, names) {
        Some(known) => format!("is it {known}?"),
        None => format!("there are: {}", ENTRIES.iter().map(|entry| entry.name).collect::<Vec<_>>().join(", ")),
    }
}

/// The known name that differs least, if it does not differ much.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.map(|known| (distance(name, known), known));
    near.filter(|(distance, known)| *distance <= 3 && *distance <= known.len() / 2).min().map(|(_, known)| known)
}

/// The number of single-character edits between two words (Levenshtein 1966).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.chars().enumerate() {
            let replace = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = replace.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.chars().count()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The arguments that have no default, as an example of the entry has them.
    fn smallest(entry: &Entry) -> String {
        if entry.arguments.is_empty() || !entry.example.contains('(') {
            entry.name.to_owned()
        } else {
            entry.example.to_owned()
        }
    }

    #[test]
    fn every_entry_and_alias_parses_and_round_trips() {
        for entry in catalog() {
            for name in entry.aliases.iter().chain([&entry.name]) {
                let text = smallest(entry).replacen(entry.name, name, 1);
                let printed = parse(&text).unwrap().text().unwrap();
                assert_eq!(parse(&printed).unwrap().text().unwrap(), printed, "{text}");
            }
            let printed = parse(entry.example).unwrap().text().unwrap();
            assert_eq!(parse(&printed).unwrap().text().unwrap(), printed, "{}", entry.example);
        }
    }

    #[test]
    fn the_table_of_neighbors_has_every_entry() {
        let table = include_str!("../../../INITIALIZERS.md");
        for entry in catalog() {
            for name in entry.aliases.iter().chain([&entry.name]).filter(|name| !alike(name)) {
                let first = |row: &str| row.split('|').nth(1).is_some_and(|cell| cell.contains(&format!("`{name}`")));
                assert!(table.lines().any(first), "INITIALIZERS.md has no row of {name}");
            }
        }
    }

    /// Names that the neighbors' columns have already.
    fn alike(name: &str) -> bool {
        name.starts_with("xavier_") || name.starts_with("kaiming_")
    }

    #[test]
    fn pages_are_whole_and_names_are_unique() {
        let mut names = std::collections::HashSet::new();
        for entry in catalog() {
            for name in entry.aliases.iter().chain([&entry.name]) {
                assert!(names.insert(*name), "{name} twice");
            }
            let &Entry { summary, formula, distribution, shapes, errors, caution, source, example, .. } = entry;
            for text in [summary, formula, distribution, shapes, errors, caution, source, example] {
                assert!(!text.is_empty() && text.trim() == text, "{}: '{text}'", entry.name);
            }
            assert!(entry.example.starts_with(entry.name), "{}", entry.example);
        }
    }

    /// Cut at the commas outside of lists.
    fn split(arguments: &str) -> Vec<String> {
        let mut depth = 0;
        let cut = |c: char| {
            depth += i32::from(c == '[') - i32::from(c == ']');
            c == ',' && depth == 0
        };
        arguments.split(cut).map(|argument| argument.trim().to_owned()).collect()
    }

    #[test]
    fn declared_arguments_are_the_defaults() {
        for entry in catalog().iter().filter(|entry| entry.arguments.contains('=')) {
            // Those without a default are given a value of their kind.
            let given = |argument: &str| match argument.trim() {
                "inner" | "first" | "second" | "mask" => "eye".to_owned(),
                "fraction" | "low" => "0.25".to_owned(),
                other => other.to_owned(),
            };
            let arguments = split(entry.arguments);
            let spelled: Vec<String> =
                arguments.iter().map(|argument| given(argument)).filter(|a| a != "...").collect();
            let bare: Vec<String> = arguments
                .iter()
                .filter(|argument| !argument.contains('='))
                .map(|argument| given(argument))
                .filter(|a| a != "...")
                .collect();
            let text =
                |arguments: &[String]| parse(&format!("{}({})", entry.name, arguments.join(", "))).unwrap().text();
            assert_eq!(text(&spelled), text(&bare), "{}", entry.name);
        }
    }

    #[test]
    fn one_canonical_print() {
        for (text, canonical) in [
            ("normal( std=0.010 )", "normal(std = 0.01)"),
            ("normal(0, 1)", "normal"),
            ("gaussian(1, 2)", "normal(mean = 1, std = 2)"),
            ("constant(value = 0.1)", "constant(0.1)"),
            ("xavier_uniform(gain = 2)", "glorot_uniform(gain = 2)"),
            ("kaiming_normal(mode = fan_out)", "he_normal(mode = fan_out)"),
            ("variance_scaling(scale = 2, mode = fan_out)", "variance_scaling(scale = 2, mode = fan_out)"),
            ("variance_scaling(scale = 1, mode = fan_avg, distribution = uniform)", "glorot_uniform"),
            ("variance_scaling(distribution = normal)", "lecun_normal"),
            ("truncated_normal(low = -inf, high = 3)", "truncated_normal(low = -inf, high = 3)"),
            ("truncated_normal(std = 0.02, corrected = false)", "truncated_normal(std = 0.02, corrected = false)"),
            ("uniform(-1)", "uniform(low = -1)"),
            (
                "truncated_normal(std = .02, bounds = absolute, corrected = false)",
                "truncated_normal(std = 0.02, corrected = false, bounds = absolute)",
            ),
            ("variance_scaling(scale = 0.3333333333333333, distribution = uniform)", "fan_in_uniform"),
            ("identity()", "eye"),
            ("scaled( eye(), gain=0.5 )", "scaled(eye, gain = 0.5)"),
            ("masked(normal(0, 0.5), bernoulli(p = 0.1))", "masked(normal(std = 0.5), bernoulli(0.1))"),
            ("packed(he_normal(), parts = [4,1,1,], axis = 0)", "packed(he_normal, parts = [4, 1, 1], axis = 0)"),
            ("packed(glorot_uniform, [1, 1, 1])", "packed(glorot_uniform)"),
            ("lstm_gates(glorot_uniform)", "packed(glorot_uniform, parts = [1, 1, 1, 1])"),
            ("per_slice(zeros, ones, zeros)", "per_slice(zeros, ones, zeros)"),
            ("embedding", "embedding(normal)"),
            ("sum(eye, scaled(normal, 0.1))", "sum(eye, scaled(normal, gain = 0.1))"),
        ] {
            assert_eq!(parse(text).unwrap().text().unwrap(), canonical);
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, words) in [
            ("he_norml", "is it he_normal?"),
            ("kaiming", "there are: zeros"),
            ("normal(std = -1)", "std = -1"),
            ("normal(std = nan)", "std = NaN"),
            ("normal(mean = inf)", "mean = inf"),
            ("normal(sd = 1)", "no argument 'sd'; its arguments are mean, std"),
            ("zeros(1)", "it takes none"),
            ("constant", "value is missing"),
            ("uniform(2, 1)", "low = 2"),
            ("truncated_normal(low = 2, high = 2)", "low = 2"),
            ("variance_scaling(mode = fan)", "fan_geo_avg"),
            ("variance_scaling(scale = 0)", "scale = 0"),
            ("scaled", "inner is missing"),
            ("scaled(0.5)", "inner = 0.5 is not an initializer"),
            ("scaled(normal(std = -1))", "std = -1"),
            ("scaled(nrmal)", "is it normal?"),
            ("normal(std = zeros())", "std = zeros() is not a number"),
            ("scaled(eye, gain = -1)", "gain = -1"),
            ("packed(eye, parts = 3)", "a list of whole numbers"),
            ("packed(eye, parts = [1, 0])", "[1, 0]"),
            ("packed(eye, parts = [])", "[]"),
            ("packed(eye, repeat = 0)", "repeat = 0"),
            ("packed(eye, axis = left)", "axis = left"),
            ("per_slice(eye, zeros, parts = [1])", "one size for each"),
            ("sparse(1.5)", "fraction = 1.5"),
            ("siren(omega = 0)", "omega = 0"),
            ("log_uniform(0, 1)", "low = 0"),
            ("log_uniform(2, 1)", "low < high"),
            ("block_diagonal(eye, blocks = 0)", "blocks = 0"),
            ("lstm_bias(order = fogi)", "ifgo, iofg, igfo"),
            ("truncated_normal(std = 2, bounds = absolute, low = -1, high = 1)", "give a smaller std"),
            ("truncated_normal(3, std = 0, bounds = absolute)", "mean = 3"),
        ] {
            let message = parse(text).unwrap_err().to_string();
            assert!(message.contains(words), "{text}: {message}");
        }
    }
}
