//! Parts of messages: lists that may be long, and suggestions for unknown names.

mod first_few;
mod suggestion;

pub use first_few::FirstFew;
pub(crate) use suggestion::{alternatives, plain};
pub use suggestion::{did_you_mean, nearest};
