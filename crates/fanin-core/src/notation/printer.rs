//! The canonical print.

use std::fmt::Display;

use super::argument::{Argument, Counts};
use super::argument_type::{ArgumentType, number_text};
use crate::initializer::Initializer;

/// Prints a call, leaving out the arguments that have their defaults.
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

    /// A number by name, left out if it is its default to the bit.
    #[must_use]
    pub fn number(mut self, name: &str, value: f64, default: f64) -> Self {
        if value.to_bits() != default.to_bits() {
            self.arguments.push(format!("{name} = {}", number_text(value)));
        }
        self
    }

    /// A word by name, left out if it is its default.
    #[must_use]
    pub fn word<T: Copy + Display + PartialEq>(mut self, name: &str, value: T, default: T) -> Self {
        if value != default {
            self.arguments.push(format!("{name} = {value}"));
        }
        self
    }

    /// A declared argument by name, left out if it has its default.
    pub(crate) fn argument<T: ArgumentType>(mut self, argument: &Argument<T>, value: &T) -> Self {
        if !value.is(&argument.default) {
            self.arguments.push(format!("{} = {}", argument.name, value.write()));
        }
        self
    }

    /// A list of counts by name, left out if it is `default`.
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

    /// The text.
    #[must_use]
    pub fn finish(self) -> String {
        if self.arguments.is_empty() {
            return self.name.to_owned();
        }
        format!("{}({})", self.name, self.arguments.join(", "))
    }
}
