//! CSV and TSV tables: one row per line, with the class in one column.

mod class_labels;
mod options;
mod table;

#[cfg(test)]
mod tests;

use std::path::Path;

pub use options::CsvOptions;
pub(super) use table::{Table, parse};

use super::{DataError, gzip};

/// The largest text that is read, after decompression: 512 MiB.
const LARGEST_TEXT: u64 = 1 << 29;

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
