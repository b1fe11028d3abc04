//! The initializer of each parameter of a model, by a plan or a recipe.

use std::sync::Arc;

use fanin_core::ParamSpec;
use fanin_core::resolve::{Assignment, Rules};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::error::{caught, unresolved};
use crate::initializer::PyInitializer;
use crate::number::type_name;
use crate::param::PyParam;
use crate::plan::PyPlan;
use crate::recipe::PyRecipe;

/// The initializer of one parameter, and its origin.
#[pyclass(frozen, module = "fanin._fanin", name = "Assignment")]
#[derive(Debug)]
pub(crate) struct PyAssignment {
    inner: Assignment,
}

#[pymethods]
impl PyAssignment {
    /// The parameter as its initializer sees it, with the role, layout and fans that the rule states.
    #[getter]
    fn param(&self) -> PyParam {
        PyParam::new(self.inner.param().clone())
    }

    /// The initializer; None if the parameter is left unchanged.
    #[getter]
    fn initializer(&self) -> Option<PyInitializer> {
        self.inner.initializer().map(|initializer| PyInitializer::new(Arc::clone(initializer)))
    }

    /// Where the values come from, in words: `by rule 2 '*.weight'`.
    #[getter]
    fn origin(&self) -> String {
        self.inner.origin().to_string()
    }

    /// The number of the rule, from 1, if a rule fills the parameter.
    #[getter]
    fn rule(&self) -> Option<usize> {
        self.inner.rule().map(|rule| rule + 1)
    }

    /// The pattern that matched.
    #[getter]
    fn pattern(&self) -> Option<&str> {
        self.inner.pattern()
    }

    /// The rule's reason.
    #[getter]
    fn reason(&self) -> Option<&str> {
        self.inner.reason()
    }

    /// The factor of the learning rate.
    #[getter]
    fn learning_rate(&self) -> f64 {
        self.inner.learning_rate()
    }

    /// The mean of the distribution, if it is stated.
    #[getter]
    fn mean(&self) -> Option<f64> {
        self.inner.distribution().mean()
    }

    /// The standard deviation of the distribution, if it is stated.
    #[getter]
    fn std(&self) -> Option<f64> {
        self.inner.distribution().std()
    }

    fn __repr__(&self) -> String {
        format!("<Assignment of '{}': {}>", self.inner.name(), self.inner)
    }
}

/// Returns the rules of a plan or a recipe.
pub(crate) fn rules(given: &Bound<'_, PyAny>) -> PyResult<Arc<dyn Rules>> {
    if let Ok(plan) = given.cast::<PyPlan>() {
        return Ok(Arc::new(plan.get().inner.clone()));
    }
    if let Ok(recipe) = given.cast::<PyRecipe>() {
        return Ok(Arc::new(recipe.get().inner.clone()));
    }
    Err(PyTypeError::new_err(format!("rules must be a Plan or a Recipe, not {}", type_name(given))))
}

/// Assigns an initializer to each parameter of a model, in order, without drawing a value.
///
/// Parameters
/// ----------
/// rules : Plan or Recipe
/// params : sequence of Param
/// strict : bool
///     If False, parameters without a rule are left unchanged, and rules without a parameter are ignored.
///
/// Returns
/// -------
/// list of Assignment
///
/// Raises
/// ------
/// FaninError
///     If parameters have no rule, rules of a plan have no parameter, or initializers refuse parameters. `problems`
///     lists all of a kind.
#[pyfunction]
#[pyo3(signature = (rules, params, *, strict = true))]
pub(crate) fn resolve(
    py: Python<'_>,
    #[pyo3(from_py_with = rules)] rules: Arc<dyn Rules>,
    params: Vec<Bound<'_, PyParam>>,
    strict: bool,
) -> PyResult<Vec<PyAssignment>> {
    let params: Vec<ParamSpec> = params.iter().map(|param| param.get().inner.clone()).collect();
    let resolved = || {
        let mut draft = rules.draft(&params)?;
        if !strict {
            for (place, param) in
                params.iter().enumerate().filter(|(place, _)| draft.is_unmatched(*place)).collect::<Vec<_>>()
            {
                draft.set(place, Assignment::left(param.clone()));
            }
            draft = draft.with_unused(Vec::new());
        }
        draft.finish()
    };
    caught(|| {
        let resolution = py.detach(resolved).map_err(|error| unresolved(py, &error))?;
        Ok(resolution.into_assignments().into_iter().map(|inner| PyAssignment { inner }).collect())
    })
}
