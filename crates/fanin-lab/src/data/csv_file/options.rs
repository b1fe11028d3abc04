//! Options for reading a table.

/// Options for reading a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CsvOptions {
    /// The column that holds the class, by name or by number from 1. Defaults to the last column.
    pub label: Option<String>,
    /// Whether the first row contains column names. By default it does if none of its feature cells is a number.
    pub header: Option<bool>,
}
