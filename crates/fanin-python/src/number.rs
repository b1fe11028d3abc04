//! Whole numbers from Python: seeds and axis lengths.

use fanin_core::Seed;
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::error::invalid;

/// Reads a seed: an integer from 0 to 2^64 - 1, also numpy's.
pub(crate) fn seed(given: &Bound<'_, PyAny>) -> PyResult<Seed> {
    let of_range = |error: PyErr| match error.is_instance_of::<PyOverflowError>(given.py()) {
        true => invalid(format!("seed {given}: use a whole number from 0 to {}", u64::MAX)),
        false => PyTypeError::new_err(format!("the seed must be an integer, not {}", type_name(given))),
    };
    given.extract().map(Seed).map_err(of_range)
}

/// Reads a whole number, which `what` names.
pub(crate) fn whole(given: &Bound<'_, PyAny>, what: &str) -> PyResult<usize> {
    given.extract().map_err(|error: PyErr| match error.is_instance_of::<PyOverflowError>(given.py()) {
        true => invalid(format!("{what} {given}: use a whole number of 0 or more")),
        false => PyTypeError::new_err(format!("{what} must be an integer, not {}", type_name(given))),
    })
}

/// Reads a sequence of lengths, starts or counts, which `what` names.
pub(crate) fn lengths(given: &Bound<'_, PyAny>, what: &str) -> PyResult<Vec<usize>> {
    let wrong = || PyTypeError::new_err(format!("{what} must be a sequence of integers, not {}", type_name(given)));
    if given.is_instance_of::<PyString>() {
        return Err(wrong());
    }
    let length = |number: Bound<'_, PyAny>| {
        number.extract::<usize>().map_err(|error| match error.is_instance_of::<PyOverflowError>(given.py()) {
            true => invalid(format!("{what} {given}: use whole numbers of 0 or more")),
            false => wrong(),
        })
    };
    given.try_iter().map_err(|_| wrong())?.map(|number| length(number?)).collect()
}

/// Returns the name of a value's type, for messages.
pub(crate) fn type_name(given: &Bound<'_, PyAny>) -> String {
    given.get_type().name().map_or_else(|_| "an unknown type".to_owned(), |name| name.to_string())
}
