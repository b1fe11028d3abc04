//! Short texts from a file or standard input.

use std::io::{self, Read};
use std::path::Path;

use crate::failure::Failure;

/// The path that stands for standard input or standard output.
pub(crate) const STANDARD: &str = "-";

/// The maximum length of a text from standard input, in bytes.
const LONGEST: u64 = 512_000_000;

/// Whether a path stands for standard input or standard output.
pub(crate) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == STANDARD
}

/// Reads all of standard input.
pub(crate) fn standard() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let refuse = |reason: String| Failure::usage(format!("standard input cannot be read: {reason}"));
    io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| refuse(error.to_string()))?;
    if bytes.len() as u64 > LONGEST {
        return Err(refuse(format!("it is larger than {} MB", LONGEST / 1_000_000)));
    }
    String::from_utf8(bytes).map_err(|_| refuse("it is not UTF-8 text".to_owned()))
}

/// Rejects several options that read standard input, because it can be read only once.
pub(crate) fn refuse_two(options: &[(&str, bool)]) -> Result<(), Failure> {
    let named: Vec<&str> = options.iter().filter(|(_, is_standard)| *is_standard).map(|(name, _)| *name).collect();
    match named.as_slice() {
        [first, second, ..] => {
            Err(Failure::usage(format!("{first} and {second} both read standard input; use a file for one of them")))
        }
        _ => Ok(()),
    }
}
