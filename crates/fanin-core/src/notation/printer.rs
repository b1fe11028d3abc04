//! The printer of the canonical text form.

use std::fmt::Display;

use super::argument::{Argument, Counts};
use super::argument_type::{ArgumentType, number_text};
use crate::initializer::Initializer;

/// Prints a call without the arguments that equal their defaults.
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
    /// Creates a printer for a call without arguments.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { name, arguments: Vec::new() }
    }

    /// Adds a named number, unless it is bit-identical to its default.
    #[must_use]
    pub fn number(mut self, name: &str, value: f64, default: f64) -> Self {
        if value.to_bits() != default.to_bits() {
            self.arguments.push(format!("{name} = {}", number_text(value)));
        }
        self
    }

    /// Adds a named word, unless it equals its default.
    #[must_use]
    pub fn word<T: Copy + Display + PartialEq>(mut self, name: &str, value: T, default: T) -> Self {
        if value != default {
            self.arguments.push(format!("{name} = {value}"));
        }
        self
    }

    /// Adds a declared argument by name, unless it equals its default.
    pub(crate) fn argument<T: ArgumentType>(mut self, argument: &Argument<T>, value: &T) -> Self {
        if !value.is(&argument.default) {
            self.arguments.push(format!("{} = {}", argument.name, value.write()));
        }
        self
    }

    /// Adds a named list of counts, unless it equals `default`.
    pub(crate) fn counts(mut self, counts: &Counts, values: &[usize], default: &[usize]) -> Self {
        if values != default {
            self.arguments.push(format!("{} = {values:?}", counts.name));
        }
        self
    }

    /// Adds a required argument by position, before any named one.
    pub(crate) fn required<T: ArgumentType>(mut self, value: &T) -> Self {
        self.arguments.push(value.write());
        self
    }

    /// Adds an initializer as a positional argument, before any named one. `None` if it has no text form.
    pub(crate) fn initializer(mut self, initializer: &dyn Initializer) -> Option<Self> {
        self.arguments.push(initializer.text()?);
        Some(self)
    }

    /// Returns the text.
    #[must_use]
    pub fn finish(self) -> String {
        if self.arguments.is_empty() {
            return self.name.to_owned();
        }
        format!("{}({})", self.name, self.arguments.join(", "))
    }
}
