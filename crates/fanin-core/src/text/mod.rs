//! The text form of initialisers and activations: `he_normal`, `normal(std = 0.01)`.
//!
//! The same text serves the command line, recipes, recorded runs and reports.
//!
//! # Grammar
//! ```text
//! call     = name [ "(" [ argument { "," argument } [ "," ] ] ")" ]
//! argument = [ name "=" ] value
//! value    = number | name
//! name     = letter { letter | digit | "_" }
//! number   = what Rust's f64 parser takes: 2, -0.5, 1e-3, inf, -inf (nan parses too, and is refused by name)
//! ```
//! White space is free between tokens. Arguments without a name come first, in the order in which the initialiser declares
//! them. An argument that is left out has its default.
//!
//! # Canonical print
//! One initialiser has one canonical text: the shortest name that describes it, the arguments that have no default by their
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

mod call;
mod catalogue;
mod error;
mod print;

pub use call::{Arguments, Call};
pub(crate) use catalogue::nearest;
pub use catalogue::{Entry, catalogue, parse};
pub use error::TextError;
pub use print::Printer;
