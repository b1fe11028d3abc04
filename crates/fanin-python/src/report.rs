//! Reports, made and printed by the command.

use std::ffi::OsString;

use fanin_cli::{GivenValues, PrintedReport, ReportError};
use pyo3::prelude::*;

use crate::error::{caught, invalid, refused};
use crate::plan::PyPlan;
use crate::pool;
use crate::recipe::PyRecipe;

/// The printed forms of a report: text, JSON, SARIF, Markdown.
type Printed = (String, String, Option<String>, Option<String>);

/// Runs a command that reports, and returns the report in its printed forms.
///
/// Parameters
/// ----------
/// arguments : list of str
///     The arguments after the name of the program, such as ["audit", "model.safetensors"].
/// recipe : Recipe, optional
///     Stands for the recipe that the arguments name.
/// shapes : str, optional
///     Stands for the file of shapes that the arguments name: the list in JSON.
///
/// Returns
/// -------
/// tuple of (str, str, str or None, str or None)
///     Text, JSON, SARIF, Markdown.
///
/// Raises
/// ------
/// ValueError
///     If an argument is invalid.
/// FaninError
///     If the command refuses the input, or a file cannot be read or written.
#[pyfunction]
#[pyo3(signature = (arguments, recipe = None, shapes = None))]
pub(crate) fn report(
    py: Python<'_>,
    arguments: Vec<OsString>,
    recipe: Option<&Bound<'_, PyRecipe>>,
    shapes: Option<String>,
) -> PyResult<Printed> {
    let words: Vec<OsString> = [OsString::from("fanin")].into_iter().chain(arguments).collect();
    let given = GivenValues { recipe: recipe.map(|recipe| recipe.get().inner.clone()), shapes };
    caught(|| finished(pool::install(py, || fanin_cli::report(&words, given))?))
}

/// Explains the assignments of a plan to a list of shapes in JSON, in the same forms as `report`.
#[pyfunction]
pub(crate) fn explain_plan(py: Python<'_>, plan: &Bound<'_, PyPlan>, shapes: &str) -> PyResult<Printed> {
    let plan = plan.get().inner.clone();
    caught(|| finished(pool::install(py, || fanin_cli::explain_plan(&plan, shapes))?))
}

fn finished(report: Result<PrintedReport, ReportError>) -> PyResult<Printed> {
    match report {
        Ok(PrintedReport { text, json, sarif, markdown }) => Ok((text, json, sarif, markdown)),
        Err(ReportError::Argument(reason)) => Err(invalid(reason)),
        Err(ReportError::Refused(reason)) => Err(refused(reason)),
    }
}
