//! The notation `name(argument, name = argument)`: grammar, arguments and catalog entries.
//!
//! Independent of any particular initializer or activation: the caller passes the catalog in. [`crate::text`] documents
//! the grammar.

mod argument;
mod argument_type;
mod arguments;
mod call;
mod catalog;
mod entry;
mod error;
mod inner;
mod printer;
mod suggestion;

pub(crate) use argument::{Argument, Counts, Required};
pub(crate) use argument_type::{ArgumentType, words};
pub use arguments::Arguments;
pub use call::Call;
pub(crate) use call::Value;
pub(crate) use catalog::Catalog;
pub(crate) use entry::boxed;
pub use entry::{Elsewhere, Entry};
pub use error::TextError;
pub(crate) use inner::{Inner, Inners};
pub use printer::Printer;
