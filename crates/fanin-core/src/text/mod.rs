//! The text form of initializers and activations: `he_normal`, `normal(std = 0.01)`.
//!
//! The same text serves the command line, recipes, recorded runs and reports.
//!
//! # Grammar
//! ```text
//! call     = name [ "(" [ argument { "," argument } [ "," ] ] ")" ]
//! argument = [ name "=" ] value
//! value    = number | name | call | "[" [ value { "," value } [ "," ] ] "]"
//! name     = letter { letter | digit | "_" }
//! number   = what Rust's f64 parser takes: 2, -0.5, 1e-3, inf, -inf (nan parses too, and is refused by name)
//! ```
//! An initializer that is made of others takes them as arguments, calls inside calls: `scaled(orthogonal, gain = 0.5)`. White
//! space is free between tokens. Arguments without a name come first, in the order in which the initializer declares
//! them. An argument that is left out has its default. A lone number without a name is refused where it may stand for several
//! arguments: `normal(0.02)` must say `mean` or `std`.
//!
//! # Canonical print
//! One initializer has one canonical text: the shortest name that describes it, the arguments that have no default by their
//! place, then those that differ from their defaults by name, in declared order, numbers in Rust's shortest form that reads
//! back to the same bits, `, ` and ` = ` between. `parse(print(x))` is equal to `x`, and `print(parse(t))` is the canonical form of `t`.
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
pub use crate::notation::{Arguments, Call, Elsewhere, Entry, Printer, TextError, did_you_mean, nearest};

/// Every initializer of the text form, in the order in which they are listed.
#[must_use]
pub fn catalog() -> &'static [&'static Entry] {
    initializers::catalog().entries()
}

/// The entry of a name or alias.
#[must_use]
pub fn entry(name: &str) -> Option<&'static Entry> {
    initializers::catalog().entry(name)
}

/// Parses an initializer.
///
/// # Errors
/// [`TextError`], which names the word at fault and what to write instead.
pub fn parse(text: &str) -> Result<Box<dyn Initializer>, TextError> {
    initializers::catalog().parse(text)
}

/// The initializers that an unknown name may mean, best first; empty if nothing is near. Names of other libraries count, and so do
/// beginnings and misspellings.
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
