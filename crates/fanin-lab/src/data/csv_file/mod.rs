//! CSV and TSV tables: one row per line, with the class in one column.

mod class_labels;
mod table;

#[cfg(test)]
mod tests;

use std::path::Path;

pub(super) use table::{Table, parse};

use super::{DataError, gzip};

/// The largest text that is read, after decompression: 512 MiB.
const LARGEST_TEXT: u64 = 1 << 29;

/// Options for reading a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CsvOptions {
    /// The column that holds the class, by name or by number from 1. Defaults to the last column.
    pub label: Option<String>,
    /// Whether the first row contains column names. By default it does if none of its feature cells is a number.
    pub header: Option<bool>,
}

/// Returns the delimiter for a file's extension, ignoring `.gz`: comma for `.csv`, tab for `.tsv`.
pub(super) fn delimiter(path: &Path) -> Option<u8> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    match name.rsplit_once('.')?.1 {
        "csv" => Some(b','),
        "tsv" => Some(b'\t'),
        _ => None,
    }
}

/// Reads a table from a file, plain or gzip-compressed.
pub(super) fn read(path: &Path, delimiter: u8, options: &CsvOptions) -> Result<Table, DataError> {
    parse(path, &gzip::read_whole(path, LARGEST_TEXT)?, delimiter, options)
}
