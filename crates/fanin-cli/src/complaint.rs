//! Lines on standard error.

use std::fmt::Display;
use std::io::{self, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};

use crate::styled::styled;

/// The program's name, which starts each line.
const NAME: &str = "fanin:";

/// Prints a note or a warning in one line on standard error. If that fails, the error is ignored.
pub(crate) fn complain(text: impl Display) {
    line(Style::new().bold(), text);
}

/// Prints the error that ends the command, like [`complain`].
pub(crate) fn complain_of_failure(text: impl Display) {
    line(AnsiColor::Red.on_default().bold(), text);
}

fn line(style: Style, text: impl Display) {
    let _ = writeln!(AutoStream::auto(io::stderr().lock()), "{} {text}", styled(NAME, style));
}
