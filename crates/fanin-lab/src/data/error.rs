//! What goes wrong with data.

use std::io;
use std::path::{Path, PathBuf};

use fanin_core::text::TextError;
use thiserror::Error;

/// Why there is no data set. Each message is one line that names the thing and says what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// A text that is neither the name of a data set nor a path that exists.
    #[error("no data set or file is called {}; the data sets are {}; the path of a file or folder must exist", shown(.name), .known.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The names that there are.
        known: Vec<&'static str>,
    },
    /// A text that does not follow the grammar of arguments.
    #[error("data: {}", one_line(&.0.to_string()))]
    Text(#[from] TextError),
    /// An argument whose value has no meaning.
    #[error("data: {set}: {argument} = {} {reason}", shown(.value))]
    Argument {
        /// The data set or file.
        set: String,
        /// The argument.
        argument: &'static str,
        /// Its value, as written.
        value: String,
        /// What is wrong, and what to give instead.
        reason: &'static str,
    },
    /// A file that could not be opened or read to its end.
    #[error("{file:?} cannot be read: {source}")]
    Read {
        /// The file.
        file: PathBuf,
        /// The system's or the decompressor's own error.
        source: io::Error,
    },
    /// A file that is no data set as a whole.
    #[error("{file:?}: {reason}")]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// A line of a file that is no sample.
    #[error("{file:?}, line {line}: {reason}")]
    Line {
        /// The file.
        file: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// A cell of a file that is no value.
    #[error("{file:?}, line {line}, column {column}: {reason}")]
    Cell {
        /// The file.
        file: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The column: its number, counted from 1, and its name where the file has names.
        column: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// Values that make no data set.
    #[error("data set {}: {reason}", shown(.name))]
    Samples {
        /// The data set.
        name: String,
        /// What is wrong, and what to do.
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

/// A text from outside, as it can stand in a message: in quotes, on one line, not long.
pub(super) fn shown(text: &str) -> String {
    const LENGTH: usize = 60;
    let mut start: String = text.chars().take(LENGTH).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    format!("'{}'", start.escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\""))
}

/// A message of another crate's, which may quote a text from outside as it is.
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
