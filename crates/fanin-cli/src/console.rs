//! Standard output and standard error: colors, width, notes and progress. Knows nothing about the content.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::complaint::complain;
use crate::failure::Failure;
use crate::report::Report;

/// The assumed width of a terminal that does not report one.
const USUAL_WIDTH: usize = 80;

/// The narrowest width that text is wrapped to.
const NARROWEST: usize = 20;

/// Output settings: width and verbosity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Console {
    quiet: bool,
    width: Option<usize>,
}

impl Console {
    pub(crate) fn new(quiet: bool) -> Self {
        let width = io::stdout().is_terminal().then(|| terminal_width().unwrap_or(USUAL_WIDTH).max(NARROWEST));
        Self { quiet, width }
    }

    /// No output but results, of any width.
    pub(crate) fn silent() -> Self {
        Self { quiet: true, width: None }
    }

    /// Prints the result of a command for people, or as JSON.
    pub(crate) fn show(self, report: &impl Report, json: bool) -> Result<(), Failure> {
        if json { print_bytes(report.json()?.as_bytes()) } else { print(&report.text(self.width)) }
    }

    /// The width to which text must fit. `None` for a pipe or a file, where lines can be of any length.
    pub(crate) fn width(self) -> Option<usize> {
        self.width
    }

    /// Prints a summary of the work done, unless `--quiet` is given.
    pub(crate) fn report(self, text: &str) -> Result<(), Failure> {
        if self.quiet { Ok(()) } else { print(text) }
    }

    /// Prints a note on standard error, unless `--quiet` is given.
    pub(crate) fn note(self, text: impl Display) {
        if !self.quiet {
            complain(text);
        }
    }

    /// Creates a progress bar on standard error. It is hidden by `--quiet` and outside a terminal.
    pub(crate) fn progress(self, length: u64, template: &str) -> ProgressBar {
        let bar = if self.quiet { ProgressBar::hidden() } else { ProgressBar::new(length) };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar
    }
}

/// Prints a result. Escape sequences are removed if colors are off.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    write(&mut AutoStream::auto(io::stdout().lock()), text.as_bytes())
}

/// Whether text on standard output is colored.
pub(crate) fn is_colored() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Prints a result as JSON.
pub(crate) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    print_bytes(json_text(value)?.as_bytes())
}

/// Formats a result as JSON.
pub(crate) fn json_text(value: &impl Serialize) -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(value).map_err(Failure::internal)? + "\n")
}

/// Prints raw bytes.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    write(&mut io::stdout().lock(), bytes)
}

/// Returns the width of the terminal attached to any standard stream, or else `COLUMNS`.
pub(crate) fn terminal_width() -> Option<usize> {
    let reported = terminal_size::terminal_size().map(|(terminal_size::Width(width), _)| usize::from(width));
    let stated = || std::env::var("COLUMNS").ok()?.parse().ok();
    reported.or_else(stated).filter(|width| *width > 0)
}

/// Sets whether all further output is colored.
pub(crate) fn set_color(choice: clap::ColorChoice) {
    match choice {
        clap::ColorChoice::Auto => ColorChoice::Auto,
        clap::ColorChoice::Always => ColorChoice::Always,
        clap::ColorChoice::Never => ColorChoice::Never,
    }
    .write_global();
}

fn write(out: &mut impl Write, bytes: &[u8]) -> Result<(), Failure> {
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| Failure::output(&error))
}
