//! Exceptions: the words of the errors are those of the command.

use std::any::Any;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fanin_core::resolve::ResolveError;
use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::prelude::*;

create_exception!(
    fanin,
    FaninError,
    PyException,
    "Raised when fanin refuses a model, a parameter, a checkpoint or a file.\n\n\
     The message is one line: the problem, and what to do. An argument that is invalid in itself raises `ValueError` or\n\
     `TypeError` instead.\n\n\
     Attributes\n----------\nproblems : tuple of str\n    All problems of the kind in the message, which shows the first \
     few; may be empty."
);

/// The work was refused.
pub(crate) fn refused(error: impl Display) -> PyErr {
    FaninError::new_err(line(&error))
}

/// An argument is invalid in itself.
pub(crate) fn invalid(error: impl Display) -> PyErr {
    PyValueError::new_err(line(&error))
}

/// Rules do not fit a model.
pub(crate) fn unresolved(py: Python<'_>, error: &ResolveError) -> PyErr {
    let problems: Vec<String> = match error {
        ResolveError::Unmatched { parameters, .. } => parameters.clone(),
        ResolveError::Unused { rules } => rules.clone(),
        ResolveError::Refused { refused } => refused.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    let raised = refused(error);
    let problems = pyo3::types::PyTuple::new(py, problems);
    match problems.and_then(|problems| raised.value(py).setattr("problems", problems)) {
        Ok(()) => raised,
        Err(other) => other,
    }
}

/// Runs `work`; a panic, which is a bug, becomes an exception.
pub(crate) fn caught<R>(work: impl FnOnce() -> PyResult<R>) -> PyResult<R> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        Err(FaninError::new_err(format!("internal error: {}; please report it", words(&*panic))))
    })
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown")
}

fn line(error: &impl Display) -> String {
    error.to_string().replace(['\n', '\r', '\t'], " ")
}
