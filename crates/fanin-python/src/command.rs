//! The command.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the command `fanin` in this process, which does nothing else, and returns its exit code.
///
/// Parameters
/// ----------
/// arguments : list of str
///     The arguments after the name of the program.
#[pyfunction]
pub(crate) fn run(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    let words = [OsString::from("fanin")].into_iter().chain(arguments);
    let words: Vec<OsString> = words.collect();
    py.detach(|| fanin_cli::run(words))
}
