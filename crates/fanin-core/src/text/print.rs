//! The canonical print.

use std::fmt::Display;

use crate::initializer::Initializer;

/// Prints a call with the arguments that differ from their defaults.
///
/// ```
/// use fanin_core::text::Printer;
///
/// let text = Printer::new("normal").number("mean", 0.0, 0.0).number("std", 0.01, 1.0).finish();
/// assert_eq!(text, "normal(std = 0.01)");
/// ```
#[derive(Clone, Debug)]
pub struct Printer {
    name: &'static str,
    arguments: Vec<String>,
}

impl Printer {
    /// A call without arguments yet.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { name, arguments: Vec::new() }
    }

    /// A number, left out if it is its default to the bit.
    #[must_use]
    pub fn number(mut self, name: &str, value: f64, default: f64) -> Self {
        if value.to_bits() != default.to_bits() {
            self.arguments.push(format!("{name} = {}", number_text(value)));
        }
        self
    }

    /// A number that has no default, by its place: such arguments come first.
    #[must_use]
    pub fn required(mut self, value: f64) -> Self {
        self.arguments.push(number_text(value));
        self
    }

    /// A word or a flag, left out if it is its default.
    #[must_use]
    pub fn word<T: Copy + Display + PartialEq>(mut self, name: &str, value: T, default: T) -> Self {
        if value != default {
            self.arguments.push(format!("{name} = {value}"));
        }
        self
    }

    /// An initializer, by its place: such arguments come first. `None` if it has no text.
    #[must_use]
    pub fn initializer(mut self, initializer: &dyn Initializer) -> Option<Self> {
        self.arguments.push(initializer.text()?);
        Some(self)
    }

    /// A list of counts, left out if it is its default.
    #[must_use]
    pub fn counts(mut self, name: &str, values: &[usize], default: &[usize]) -> Self {
        if values != default {
            self.arguments.push(format!("{name} = {values:?}"));
        }
        self
    }

    /// The text.
    #[must_use]
    pub fn finish(self) -> String {
        if self.arguments.is_empty() {
            return self.name.to_owned();
        }
        format!("{}({})", self.name, self.arguments.join(", "))
    }
}

/// The shorter of the plain and the scientific form; both read back to the same bits.
fn number_text(value: f64) -> String {
    let (plain, scientific) = (format!("{value}"), format!("{value:e}"));
    if scientific.len() < plain.len() { scientific } else { plain }
}

#[cfg(test)]
mod tests {
    use super::number_text;

    #[test]
    fn numbers_read_back_to_the_same_bits() {
        for value in [0.0, -0.0, 0.1, 1e-300, 5e-324, f64::MAX, 1.0 / 3.0, f64::INFINITY, f64::NEG_INFINITY, 1e21] {
            let text = number_text(value);
            assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(value.to_bits()), "{text}");
        }
        assert_eq!(number_text(1e-300), "1e-300");
        assert_eq!(number_text(0.01), "0.01");
    }
}
