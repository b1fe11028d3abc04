//! Errors of data sets.

use std::io;
use std::path::{Path, PathBuf};

use fanin_core::message::did_you_mean;
use fanin_core::text::TextError;
use thiserror::Error;

/// An error from loading data. Each message is one line that names the problem and says what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// A text that is neither a built-in name nor an existing path.
    #[error("unknown data set or file {}; {}the data sets are {}; the path of a file or folder must exist", shown(.name), did_you_mean(.name, .known.iter().copied()), .known.join(", "))]
    Unknown {
        /// The requested name.
        name: String,
        /// The known names.
        known: Vec<&'static str>,
    },
    /// A text that does not match the grammar of arguments.
    #[error("data: {}", one_line(&.0.to_string()))]
    Text(#[from] TextError),
    /// An argument with an invalid value.
    #[error("data: {set}: {argument} = {} {reason}", shown(.value))]
    Argument {
        /// The data set or file.
        set: String,
        /// The argument.
        argument: &'static str,
        /// The value, as written.
        value: String,
        /// The problem, and the valid values.
        reason: &'static str,
    },
    /// A file that could not be opened or read.
    #[error("{file:?} cannot be read: {source}")]
    Read {
        /// The file.
        file: PathBuf,
        /// The error of the system or the decompressor.
        source: io::Error,
    },
    /// A file that is not a valid data set.
    #[error("{file:?}: {reason}")]
    File {
        /// The file.
        file: PathBuf,
        /// The problem, and what to do.
        reason: String,
    },
    /// A line that is not a valid sample.
    #[error("{file:?}, line {line}: {reason}")]
    Line {
        /// The file.
        file: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The problem, and what to do.
        reason: String,
    },
    /// A cell that is not a valid value.
    #[error("{file:?}, line {line}, column {column}: {reason}")]
    Cell {
        /// The file.
        file: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The column: its number, counted from 1, and its name if the file has names.
        column: String,
        /// The problem, and what to do.
        reason: String,
    },
    /// Values that do not form a data set.
    #[error("data set {}: {reason}", shown(.name))]
    Samples {
        /// The data set.
        name: String,
        /// The problem, and what to do.
        reason: String,
    },
}

impl DataError {
    pub(super) fn read(file: &Path, source: io::Error) -> Self {
        Self::Read { file: file.to_owned(), source }
    }

    pub(super) fn file(file: &Path, reason: impl Into<String>) -> Self {
        Self::File { file: file.to_owned(), reason: reason.into() }
    }

    pub(super) fn samples(name: &str, reason: impl Into<String>) -> Self {
        Self::Samples { name: name.to_owned(), reason: reason.into() }
    }
}

/// Quotes external text for a message: in quotes, on one line, shortened.
pub(super) fn shown(text: &str) -> String {
    const LENGTH: usize = 60;
    let mut start: String = text.chars().take(LENGTH).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    format!("'{}'", start.escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\""))
}

/// Puts the message of another crate, which may quote external text, on one line.
fn one_line(message: &str) -> String {
    message.chars().flat_map(|c| if c.is_control() { c.escape_debug().collect() } else { vec![c] }).collect()
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_text_from_outside_stays_on_one_short_line() {
        assert_eq!(shown("a\nb\t\u{1b}[0m"), "'a\\nb\\t\\u{1b}[0m'");
        assert_eq!(shown("it's é"), "'it's é'");
        let long = shown(&"é".repeat(1000));
        assert_eq!(long.chars().count(), 63);
        assert!(long.ends_with("…'"));
    }
}
