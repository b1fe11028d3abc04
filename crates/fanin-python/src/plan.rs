//! Plans: name patterns with initializers.

use fanin_core::Plan;
use fanin_core::resolve::Pattern;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyMapping;
use serde::Deserialize;

use crate::error::invalid;
use crate::initializer::PyInitializer;
use crate::number::type_name;

/// An ordered list of name patterns, each with an initializer; the first pattern that matches a name applies.
#[pyclass(frozen, subclass, module = "fanin._fanin", name = "Plan")]
#[derive(Debug)]
pub(crate) struct PyPlan {
    pub(crate) inner: Plan,
    rules: Vec<(String, String)>,
}

/// The TOML form: `[[rules]]` with a pattern and an initializer, as in a recipe.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rules: Vec<RuleTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleTable {
    r#match: String,
    init: String,
}

#[pymethods]
impl PyPlan {
    #[new]
    fn parse(rules: &Bound<'_, PyAny>) -> PyResult<Self> {
        let pairs = match rules.cast::<PyMapping>() {
            Ok(mapping) => mapping.items()?.into_any(),
            Err(_) => rules.clone(),
        };
        let wrong = || {
            PyTypeError::new_err(format!(
                "rules must be a mapping or a sequence of pairs of a pattern and an initializer, not {}",
                type_name(rules)
            ))
        };
        let mut plan = Self { inner: Plan::new(), rules: Vec::new() };
        for pair in pairs.try_iter().map_err(|_| wrong())? {
            let (pattern, init): (String, Bound<'_, PyAny>) = pair?.extract().map_err(|_| wrong())?;
            Pattern::new(&pattern).map_err(invalid)?;
            let number = plan.rules.len() + 1;
            let of_rule = |error: PyErr| match error.is_instance_of::<PyTypeError>(rules.py()) {
                true => error,
                false => invalid(format!("rule {number} '{pattern}': {}", error.value(rules.py()))),
            };
            let initializer = PyInitializer::read(&init).map_err(of_rule)?;
            let text = initializer.text().unwrap_or_default();
            plan.inner = plan.inner.rule(pattern.clone(), initializer);
            plan.rules.push((pattern, text));
        }
        Ok(plan)
    }

    /// Reads the pairs of a pattern and an initializer of a plan in TOML.
    #[staticmethod]
    fn pairs(text: &str) -> PyResult<Vec<(String, String)>> {
        let file: File = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            invalid(format!("line {}: {}", before.matches('\n').count() + 1, error.message()))
        })?;
        Ok(file.rules.into_iter().map(|rule| (rule.r#match, rule.init)).collect())
    }

    /// The rules, in order: pattern and initializer.
    #[getter]
    fn rules(&self) -> Vec<(String, String)> {
        self.rules.clone()
    }
}
