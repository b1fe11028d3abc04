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
//! them. An argument that is left out has its default.
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

mod arguments;
mod call;
mod catalog;
mod error;
mod print;

pub use arguments::Arguments;
pub use call::Call;
pub(crate) use catalog::nearest;
pub use catalog::{Entry, catalog, entry, parse};
pub use error::TextError;
pub use print::Printer;
