//! Tables as text: one row a line, one column the class.

mod class_labels;
mod table;

#[cfg(test)]
mod tests;

use std::path::Path;

pub(super) use table::{Table, parse};

use super::{DataError, gzip};

/// The most bytes of text that are read, decompressed: 512 MiB.
const LARGEST_TEXT: u64 = 1 << 29;

/// How a table is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CsvOptions {
    /// The column that holds the class, by its name or its number, counted from 1; the last one unless given.
    pub label: Option<String>,
    /// Whether the first row holds the columns' names; unless given, it does if no cell of it but the class is a number.
    pub header: Option<bool>,
}

/// The delimiter of a file by its extension, `.gz` left aside: a comma for `.csv`, a tab for `.tsv`.
pub(super) fn delimiter(path: &Path) -> Option<u8> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    match name.rsplit_once('.')?.1 {
        "csv" => Some(b','),
        "tsv" => Some(b'\t'),
        _ => None,
    }
}

/// Reads a table from a file, plain or compressed by gzip.
pub(super) fn read(path: &Path, delimiter: u8, options: &CsvOptions) -> Result<Table, DataError> {
    parse(path, &gzip::read_whole(path, LARGEST_TEXT)?, delimiter, options)
}
