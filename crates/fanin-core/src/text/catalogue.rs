//! Every initialiser that has a text form.

use super::{Arguments, Call, TextError};
use crate::initializer::Initializer;
use crate::initializers::{Constant, Normal, Ones, Orthogonal, TruncatedNormal, Uniform, VarianceScaling, Zeros};

/// One initialiser of the text form.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The name.
    pub name: &'static str,
    /// Other names of the same.
    pub aliases: &'static [&'static str],
    /// The arguments with their defaults, as they are written.
    pub arguments: &'static str,
    /// What it is, in a line.
    pub summary: &'static str,
    build: fn(&mut Arguments) -> Result<Box<dyn Initializer>, TextError>,
}

/// Every initialiser of the text form, in the order in which they are listed.
#[must_use]
pub fn catalogue() -> &'static [Entry] {
    &ENTRIES
}

/// Reads an initialiser.
///
/// # Errors
/// [`TextError`], which names the word and what there is instead.
pub fn parse(text: &str) -> Result<Box<dyn Initializer>, TextError> {
    let call = Call::parse(text)?;
    let named = |entry: &&Entry| entry.name == call.name() || entry.aliases.contains(&call.name());
    let Some(entry) = ENTRIES.iter().find(named) else {
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
#[expect(clippy::unnecessary_wraps, reason = "an entry whose initialiser refuses nothing still may refuse")]
fn boxed<I: Initializer + 'static>(initializer: I) -> Result<Box<dyn Initializer>, TextError> {
    Ok(Box::new(initializer))
}

static ENTRIES: [Entry; 14] = [
    Entry {
        name: "zeros",
        aliases: &[],
        arguments: "",
        summary: "every weight 0: a hidden layer that starts so is one neuron",
        build: |_| boxed(Zeros),
    },
    Entry { name: "ones", aliases: &[], arguments: "", summary: "every weight 1", build: |_| boxed(Ones) },
    Entry {
        name: "constant",
        aliases: &[],
        arguments: "value",
        summary: "every weight the same value",
        build: |arguments| boxed(Constant::new(arguments.required("value")?)?),
    },
    Entry {
        name: "uniform",
        aliases: &[],
        arguments: "low = 0, high = 1",
        summary: "uniform on [low, high)",
        build: |arguments| boxed(Uniform::new(arguments.number("low", 0.0)?, arguments.number("high", 1.0)?)?),
    },
    Entry {
        name: "normal",
        aliases: &["gaussian"],
        arguments: "mean = 0, std = 1",
        summary: "normal",
        build: |arguments| boxed(Normal::new(arguments.number("mean", 0.0)?, arguments.number("std", 1.0)?)?),
    },
    Entry {
        name: "truncated_normal",
        aliases: &[],
        arguments: "mean = 0, std = 1, low = -2, high = 2, corrected = true",
        summary: "normal, cut at low and high sigma; corrected: std is that of the values after the cut",
        build: |arguments| boxed(TruncatedNormal::from_arguments(arguments)?),
    },
    Entry {
        name: "variance_scaling",
        aliases: &[],
        arguments: "scale = 1, gain = 1, mode = fan_in, distribution = truncated_normal",
        summary: "variance gain^2 * scale / n; mode fan_in, fan_out, fan_avg or fan_geo_avg is n; \
                  distribution uniform, normal or truncated_normal",
        build: |arguments| boxed(VarianceScaling::from_arguments(arguments)?),
    },
    Entry {
        name: "glorot_normal",
        aliases: &["xavier_normal"],
        arguments: "gain = 1",
        summary: "normal of variance gain^2 * 2 / (fan_in + fan_out); for tanh and other odd activations",
        build: |arguments| boxed(VarianceScaling::glorot_normal().gain_from(arguments)?),
    },
    Entry {
        name: "glorot_uniform",
        aliases: &["xavier_uniform"],
        arguments: "gain = 1",
        summary: "uniform of variance gain^2 * 2 / (fan_in + fan_out)",
        build: |arguments| boxed(VarianceScaling::glorot_uniform().gain_from(arguments)?),
    },
    Entry {
        name: "he_normal",
        aliases: &["kaiming_normal"],
        arguments: "gain = 1, mode = fan_in",
        summary: "normal of variance gain^2 * 2 / fan_in; for ReLU",
        build: |arguments| boxed(VarianceScaling::he_normal().gain_and_mode_from(arguments)?),
    },
    Entry {
        name: "he_uniform",
        aliases: &["kaiming_uniform"],
        arguments: "gain = 1, mode = fan_in",
        summary: "uniform of variance gain^2 * 2 / fan_in",
        build: |arguments| boxed(VarianceScaling::he_uniform().gain_and_mode_from(arguments)?),
    },
    Entry {
        name: "lecun_normal",
        aliases: &[],
        arguments: "gain = 1",
        summary: "normal of variance gain^2 / fan_in; for SELU",
        build: |arguments| boxed(VarianceScaling::lecun_normal().gain_from(arguments)?),
    },
    Entry {
        name: "lecun_uniform",
        aliases: &[],
        arguments: "gain = 1",
        summary: "uniform of variance gain^2 / fan_in",
        build: |arguments| boxed(VarianceScaling::lecun_uniform().gain_from(arguments)?),
    },
    Entry {
        name: "orthogonal",
        aliases: &[],
        arguments: "gain = 1",
        summary: "gain times a matrix with orthonormal rows, or columns where they are fewer; uniform by Haar's measure",
        build: |arguments| boxed(Orthogonal::from_arguments(arguments)?),
    },
];

/// The nearest known name if one is near, else all of them.
fn hint(name: &str) -> String {
    let names = || ENTRIES.iter().flat_map(|entry| entry.aliases.iter().copied().chain([entry.name]));
    let nearest = names().map(|known| (distance(name, known), known)).min();
    match nearest {
        Some((distance, known)) if distance <= 3 && distance < known.len() / 2 => format!("is it {known}?"),
        _ => format!("there are: {}", ENTRIES.map(|entry| entry.name).join(", ")),
    }
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

    #[test]
    fn every_entry_and_alias_parses_and_round_trips() {
        for entry in catalogue() {
            for name in entry.aliases.iter().chain([&entry.name]) {
                let text = if entry.arguments == "value" { format!("{name}(0.5)") } else { (*name).to_owned() };
                let printed = parse(&text).unwrap().text().unwrap();
                assert_eq!(parse(&printed).unwrap().text().unwrap(), printed, "{text}");
            }
        }
    }

    #[test]
    fn declared_arguments_are_the_defaults() {
        for entry in catalogue().iter().filter(|entry| entry.arguments.contains('=')) {
            let spelled = parse(&format!("{}({})", entry.name, entry.arguments)).unwrap();
            assert_eq!(spelled.text(), parse(entry.name).unwrap().text(), "{}", entry.name);
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
        ] {
            let message = parse(text).unwrap_err().to_string();
            assert!(message.contains(words), "{text}: {message}");
        }
    }
}
