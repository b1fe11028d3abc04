//! Lines on standard error.

use std::fmt::Display;
use std::io::{self, Write};

/// Prints one line on standard error. If that fails, the error is ignored.
pub(crate) fn complain(text: impl Display) {
    let _ = writeln!(io::stderr(), "fanin: {text}");
}
