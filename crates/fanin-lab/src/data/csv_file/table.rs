//! Parsing text into rows of finite numbers and their classes.

use std::path::Path;

use ::csv::{ReaderBuilder, StringRecord, Trim};

use super::super::DataError;
use super::super::error::shown;
use super::class_labels::ClassLabels;
use super::options::CsvOptions;

/// The largest number of values in a table: 2 GiB of `f64`.
const MOST_VALUES: usize = 1 << 28;

/// A parsed table: row-major inputs, one class per row.
#[derive(Debug, PartialEq)]
pub(in super::super) struct Table {
    pub(in super::super) features: usize,
    pub(in super::super) inputs: Vec<f64>,
    pub(in super::super) classes: Vec<String>,
    pub(in super::super) labels: Vec<usize>,
}

/// Parses a table. Comments (`#`) and empty lines are skipped, white space around cells is trimmed, and cells may be
/// quoted.
pub(in super::super) fn parse(
    file: &Path,
    bytes: &[u8],
    delimiter: u8,
    options: &CsvOptions,
) -> Result<Table, DataError> {
    let text = Text::new(file, bytes)?;
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(Trim::All)
        .delimiter(delimiter)
        .from_reader(text.text.as_bytes());
    let mut record = StringRecord::new();
    let mut next = |record: &mut StringRecord| {
        reader.read_record(record).map_err(|error| DataError::file(file, format!("{error}; check the file's quotes")))
    };
    if !next(&mut record)? {
        return Err(DataError::file(file, "no rows; write features and a class on each line"));
    }
    let columns = Columns::of(file, &record, options, delimiter)?;
    let first_line = text.line(place(&record));
    let (mut inputs, mut labels) = (Vec::new(), ClassLabels::default());
    let mut more = if columns.has_header { next(&mut record)? } else { true };
    while more {
        if record.len() != columns.count {
            let (found, count) = (record.len(), columns.count);
            let reason = format!(
                "{found} columns, but line {first_line} has {count}; use the same number of columns on every line"
            );
            return Err(DataError::Line { file: file.to_owned(), line: text.line(place(&record)), reason });
        }
        for (column, cell) in record.iter().enumerate() {
            let refuse = |reason| text.cell(place(&record), columns.text(column), reason);
            if column == columns.label {
                labels.push(cell, place(&record)).map_err(|(_, reason)| refuse(reason))?;
            } else {
                inputs.push(feature(cell).map_err(refuse)?);
            }
        }
        if inputs.len() > MOST_VALUES {
            return Err(DataError::file(file, format!("more than {MOST_VALUES} values; use fewer rows")));
        }
        more = next(&mut record)?;
    }
    if labels.len() == 0 {
        return Err(DataError::file(file, "a header but no rows; write features and a class on each line"));
    }
    let label = columns.text(columns.label);
    let classes = labels.classes().map_err(|(place, reason)| match place {
        Some(place) => text.cell(place, label, reason),
        None => DataError::file(file, format!("column {label}: {reason}")),
    })?;
    Ok(Table { features: columns.count - 1, inputs, classes: classes.names, labels: classes.rows })
}

/// The text of a file, for line numbers in messages.
struct Text<'a> {
    file: &'a Path,
    text: &'a str,
}

impl<'a> Text<'a> {
    fn new(file: &'a Path, bytes: &'a [u8]) -> Result<Self, DataError> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self { file, text: text.strip_prefix('\u{feff}').unwrap_or(text) }),
            Err(error) => {
                let before = bytes.iter().take(error.valid_up_to());
                let line = before.filter(|byte| **byte == b'\n').count() + 1;
                let reason = "not valid UTF-8; save the file as UTF-8".to_owned();
                Err(DataError::Line { file: file.to_owned(), line, reason })
            }
        }
    }

    /// Returns the line, counted from 1, of the record at a position, after empty lines and comments.
    fn line(&self, place: u64) -> usize {
        let start = usize::try_from(place).unwrap_or(usize::MAX);
        let mut rest = self.text.get(start..).unwrap_or("");
        loop {
            rest = rest.trim_start_matches(['\r', '\n']);
            match rest.strip_prefix('#') {
                Some(comment) => rest = comment.find('\n').and_then(|end| comment.get(end..)).unwrap_or(""),
                None => break,
            }
        }
        let before = self.text.len() - rest.len();
        self.text.bytes().take(before).filter(|byte| *byte == b'\n').count() + 1
    }

    fn cell(&self, place: u64, column: String, reason: String) -> DataError {
        DataError::Cell { file: self.file.to_owned(), line: self.line(place), column, reason }
    }
}

/// Returns the position of the reader when it began to look for a record.
fn place(record: &StringRecord) -> u64 {
    record.position().map_or(0, ::csv::Position::byte)
}

/// The columns, as determined by the first row.
struct Columns {
    count: usize,
    label: usize,
    has_header: bool,
    names: Vec<String>,
}

impl Columns {
    fn of(file: &Path, first: &StringRecord, options: &CsvOptions, delimiter: u8) -> Result<Self, DataError> {
        let count = first.len();
        if count < 2 {
            let delimiter = if delimiter == b'\t' { "a tab (.tsv)" } else { "a comma (.csv)" };
            let reason = format!("only one column; separate the features and the class with {delimiter}");
            return Err(DataError::file(file, reason));
        }
        let number = options.label.as_deref().map(str::parse::<usize>);
        let (label, by_name) = match (&options.label, number) {
            (None, _) => (count - 1, false),
            (Some(_), Some(Ok(number))) if (1..=count).contains(&number) => (number - 1, false),
            (Some(label), Some(Ok(_))) => {
                let reason = format!("no column {}; the columns are 1 to {count}", shown(label));
                return Err(DataError::file(file, reason));
            }
            (Some(label), _) => match first.iter().position(|name| name == label) {
                Some(at) if options.header != Some(false) => (at, true),
                _ => {
                    let names: Vec<String> = first.iter().take(8).map(shown).collect();
                    let (label, names) = (shown(label), names.join(", "));
                    let reason = format!("no column named {label}; the first line is {names}; use a name or a number");
                    return Err(DataError::file(file, reason));
                }
            },
        };
        let no_numbers = || {
            let mut features = first.iter().enumerate().filter(|(column, _)| *column != label);
            features.all(|(_, cell)| cell.parse::<f64>().is_err())
        };
        let has_header = by_name || options.header.unwrap_or_else(no_numbers);
        let names = if has_header { first.iter().map(str::to_owned).collect() } else { Vec::new() };
        Ok(Self { count, label, has_header, names })
    }

    /// Formats a column as its number, counted from 1, and its name.
    fn text(&self, column: usize) -> String {
        match self.names.get(column) {
            Some(name) => format!("{} ({})", column + 1, shown(name)),
            None => (column + 1).to_string(),
        }
    }
}

fn feature(cell: &str) -> Result<f64, String> {
    match cell.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) => Err(format!("{} is not a finite number; correct it or remove the row", shown(cell))),
        Err(_) if cell.is_empty() => Err("the cell is empty; add a number or remove the row".to_owned()),
        Err(_) => Err(format!("{} is not a number; use numeric features, or make this the label column", shown(cell))),
    }
}
