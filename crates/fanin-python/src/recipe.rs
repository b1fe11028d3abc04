//! Recipes: published initializations of whole models.

use std::collections::BTreeMap;
use std::path::PathBuf;

use fanin_recipes::{Recipe, RecipeError};
use pyo3::prelude::*;

use crate::error::{invalid, refused};

/// An initialization recipe for a family of models.
#[pyclass(frozen, subclass, module = "fanin._fanin", name = "Recipe")]
#[derive(Debug)]
pub(crate) struct PyRecipe {
    pub(crate) inner: Recipe,
    text: String,
    settings: BTreeMap<String, f64>,
}

impl PyRecipe {
    fn read(text: String, settings: BTreeMap<String, f64>) -> Result<Self, RecipeError> {
        let inner = text.parse::<Recipe>()?.set_all(settings.iter().map(|(name, value)| (name, *value)))?;
        Ok(Self { inner, text, settings })
    }
}

#[pymethods]
impl PyRecipe {
    /// Creates a recipe from TOML, with the values of its variables.
    #[new]
    #[pyo3(signature = (text, settings = BTreeMap::new()))]
    fn parse(text: String, settings: BTreeMap<String, f64>) -> PyResult<Self> {
        if let Some((name, value)) = settings.iter().find(|(_, value)| !value.is_finite()) {
            return Err(invalid(format!("{name} = {value}: use a finite number")));
        }
        Self::read(text, settings).map_err(invalid)
    }

    /// Returns the TOML of a built-in recipe.
    #[staticmethod]
    fn shipped(name: &str) -> PyResult<String> {
        let known = || RecipeError::UnknownName { name: name.to_owned(), known: fanin_recipes::names().collect() };
        fanin_recipes::text(name).map(str::to_owned).ok_or_else(known).map_err(invalid)
    }

    /// Reads the TOML of a recipe in a file, which must be a recipe.
    #[staticmethod]
    fn file(path: PathBuf) -> PyResult<String> {
        Recipe::read(&path).map_err(refused)?;
        let unreadable = |error| refused(format!("the recipe {} cannot be read: {error}", path.display()));
        fanin_recipes::text_file::read(&path, 64_000_000).map_err(unreadable)
    }

    /// The TOML.
    #[getter]
    fn text(&self) -> &str {
        &self.text
    }

    /// The variables that are set.
    #[getter]
    fn settings(&self) -> BTreeMap<String, f64> {
        self.settings.clone()
    }

    /// The name.
    #[getter]
    fn name(&self) -> &str {
        self.inner.name()
    }

    /// A one-line description.
    #[getter]
    fn title(&self) -> &str {
        self.inner.title()
    }

    /// The publication or code that its numbers are taken from.
    #[getter]
    fn source(&self) -> &str {
        self.inner.source()
    }

    /// The names of its variables.
    #[getter]
    fn variables(&self) -> Vec<String> {
        self.inner.variables().iter().map(|variable| variable.name().to_owned()).collect()
    }
}
