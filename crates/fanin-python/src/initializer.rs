//! Initializers in text form.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use fanin_core::{Initializer, text};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::error::invalid;
use crate::number::type_name;

/// An initializer, such as `he_normal(gain = 0.5)`.
///
/// Parameters
/// ----------
/// text : str
///     Its text form; `fanin list initializers` lists the names.
///
/// Raises
/// ------
/// ValueError
///     If the text is not an initializer.
///
/// Examples
/// --------
/// >>> Initializer("normal(std=1e-2)").text
/// 'normal(std = 0.01)'
#[pyclass(frozen, module = "fanin._fanin", name = "Initializer")]
#[derive(Debug)]
pub(crate) struct PyInitializer {
    pub(crate) inner: Arc<dyn Initializer>,
    text: String,
}

impl PyInitializer {
    pub(crate) fn new(inner: Arc<dyn Initializer>) -> Self {
        let text = inner.text().unwrap_or_else(|| format!("{inner:?}"));
        Self { inner, text }
    }

    /// Reads an initializer, or its text form.
    pub(crate) fn read(given: &Bound<'_, PyAny>) -> PyResult<Arc<dyn Initializer>> {
        if let Ok(initializer) = given.cast::<Self>() {
            return Ok(Arc::clone(&initializer.get().inner));
        }
        let text: String = given.extract().map_err(|_| {
            let name = type_name(given);
            PyTypeError::new_err(format!("an initializer must be a str, such as 'he_normal', not {name}"))
        })?;
        Ok(text::parse(&text).map_err(invalid)?.into())
    }
}

#[pymethods]
impl PyInitializer {
    #[new]
    fn parse(text: &Bound<'_, PyAny>) -> PyResult<Self> {
        Self::read(text).map(Self::new)
    }

    /// The canonical text.
    #[getter]
    fn text(&self) -> &str {
        &self.text
    }

    fn __str__(&self) -> &str {
        &self.text
    }

    fn __repr__(&self) -> String {
        format!("Initializer({:?})", self.text)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.text == other.text
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.text.hash(&mut hasher);
        hasher.finish()
    }

    fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, [&self.text])
    }
}
