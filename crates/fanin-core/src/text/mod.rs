//! The text form of initializers and activations: `he_normal`, `normal(std = 0.01)`.
//!
//! The command line, recipes, recorded runs and reports all use this form.
//!
//! # Grammar
//! ```text
//! call     = name [ "(" [ argument { "," argument } [ "," ] ] ")" ]
//! argument = [ name "=" ] value
//! value    = number | name | call | "[" [ value { "," value } [ "," ] ] "]"
//! name     = letter { letter | digit | "_" }
//! number   = what Rust's f64 parser takes: 2, -0.5, 1e-3, inf, -inf (nan parses too, and is refused by name)
//! ```
//! Initializers composed of others take them as arguments, as nested calls: `scaled(orthogonal, gain = 0.5)`.
//! Whitespace between tokens is ignored. Positional arguments come first, in declared order. Omitted arguments have
//! their defaults. A lone positional number is an error if it may stand for several arguments: `normal(0.02)` must say
//! `mean` or `std`.
//!
//! # Canonical form
//! Every initializer has one canonical text: the shortest name that describes it, required arguments by position, then
//! arguments that differ from their defaults by name, in declared order. Numbers are in Rust's shortest form that reads
//! back to the same bits; separators are `, ` and ` = `. `parse(print(x))` equals `x`, and `print(parse(t))` is the
//! canonical form of `t`.
//!
//! ```
//! use fanin_core::text;
//!
//! let initializer = text::parse("variance_scaling(mode=fan_in, scale=2, distribution=normal)")?;
//! assert_eq!(initializer.text().as_deref(), Some("he_normal"));
//! # Ok::<(), text::TextError>(())
//! ```

#[cfg(test)]
mod tests;

use crate::initializer::Initializer;
use crate::initializers;
pub use crate::notation::{Arguments, Call, Elsewhere, Entry, Printer, TextError};

/// Returns the entries of all initializers with a text form, in listing order.
#[must_use]
pub fn catalog() -> &'static [&'static Entry] {
    initializers::catalog().entries()
}

/// Returns the entry with this name or alias.
#[must_use]
pub fn entry(name: &str) -> Option<&'static Entry> {
    initializers::catalog().entry(name)
}

/// Parses an initializer.
///
/// # Errors
/// [`TextError`], which names the invalid word and what to write instead.
pub fn parse(text: &str) -> Result<Box<dyn Initializer>, TextError> {
    initializers::catalog().parse(text)
}

/// Returns the initializers that an unknown name may stand for, best first; empty if there are none. Recognizes names
/// from other libraries, prefixes and misspellings.
///
/// ```
/// use fanin_core::text::suggestions;
///
/// assert_eq!(suggestions("kaiming"), ["he_normal", "he_uniform"]);
/// assert_eq!(suggestions("trunc_normal_"), ["truncated_normal"]);
/// assert_eq!(suggestions("he_norml"), ["he_normal"]);
/// ```
#[must_use]
pub fn suggestions(name: &str) -> Vec<&'static str> {
    initializers::catalog().suggestions(name)
}

impl std::str::FromStr for Box<dyn Initializer> {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        parse(text)
    }
}
