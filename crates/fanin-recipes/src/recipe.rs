//! Recipes: rules and their variables.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use fanin_core::resolve::RuleSet;

use crate::error::RecipeError;
use crate::recipe_rule::RecipeRule;
use crate::variable::RecipeVariable;
use crate::{shipped, text_file};

/// The maximum size of a recipe file in bytes.
const LONGEST: u64 = 64_000_000;

/// An initialization recipe for a family of models: an ordered list of name patterns, each with an initializer. The
/// first rule whose pattern matches a name and whose condition holds applies.
///
/// ```
/// use fanin_recipes::Recipe;
///
/// let recipe: Recipe = r#"
///     name = "tiny"
///     title = "A small perceptron"
///     source = "Glorot & Bengio 2010, equation 16"
///     layout = "oi"
///
///     [[rules]]
///     match = "*.weight"
///     init = "glorot_uniform"
///
///     [[rules]]
///     match = "*.bias"
///     role = "bias"
///     init = "zeros"
/// "#
/// .parse()?;
/// assert_eq!(recipe.name(), "tiny");
/// # Ok::<(), fanin_recipes::RecipeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Recipe {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) source: String,
    pub(crate) notes: String,
    pub(crate) variables: Vec<RecipeVariable>,
    pub(crate) rules: RuleSet<RecipeRule>,
    /// The variables that are set.
    pub(crate) settings: BTreeMap<String, f64>,
}

impl Recipe {
    /// Returns a built-in recipe; [`shipped::names`](crate::names) lists them.
    ///
    /// # Errors
    /// [`RecipeError::UnknownName`], which lists the names.
    pub fn named(name: &str) -> Result<Self, RecipeError> {
        let unknown = || RecipeError::UnknownName { name: name.to_owned(), known: shipped::names().collect() };
        shipped::text(name).ok_or_else(unknown)?.parse()
    }

    /// Reads a recipe from a file.
    ///
    /// # Errors
    /// [`RecipeError::File`] if the path is not a regular file, cannot be read or is larger than 64 MB;
    /// [`RecipeError::In`] if the contents are invalid.
    pub fn read(path: &Path) -> Result<Self, RecipeError> {
        let refuse = |error: io::Error| RecipeError::File { path: path.to_owned(), reason: error.to_string() };
        let text = text_file::read(path, LONGEST).map_err(refuse)?;
        text.parse().map_err(|source| RecipeError::In { path: path.to_owned(), source: Box::new(source) })
    }

    /// Sets a variable instead of deriving its value from the shapes.
    ///
    /// ```
    /// use fanin_recipes::Recipe;
    ///
    /// let recipe = Recipe::named("gpt2")?.set("layers", 12.0)?;
    /// let error = recipe.set("depth", 12.0).unwrap_err().to_string();
    /// assert!(error.contains("no variable 'depth'; it has layers"));
    /// # Ok::<(), fanin_recipes::RecipeError>(())
    /// ```
    ///
    /// # Errors
    /// [`RecipeError::UnknownVariable`], which lists the variables.
    pub fn set(mut self, variable: &str, value: f64) -> Result<Self, RecipeError> {
        if self.variables.iter().all(|known| known.name() != variable) {
            let known = self.variables.iter().map(|variable| variable.name.clone()).collect();
            return Err(RecipeError::UnknownVariable { recipe: self.name, name: variable.to_owned(), known });
        }
        self.settings.insert(variable.to_owned(), value);
        Ok(self)
    }

    /// Sets several variables, each like [`Recipe::set`].
    ///
    /// # Errors
    /// [`RecipeError::UnknownVariable`] for the first unknown variable.
    pub fn set_all<N: AsRef<str>>(self, settings: impl IntoIterator<Item = (N, f64)>) -> Result<Self, RecipeError> {
        settings.into_iter().try_fold(self, |recipe, (variable, value)| recipe.set(variable.as_ref(), value))
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns a one-line description.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns the publication or code that its numbers are taken from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Returns additional notes; may be empty.
    #[must_use]
    pub fn notes(&self) -> &str {
        &self.notes
    }

    /// Returns the variables, in order of evaluation.
    #[must_use]
    pub fn variables(&self) -> &[RecipeVariable] {
        &self.variables
    }

    /// Returns the rules, in order.
    #[must_use]
    pub fn rules(&self) -> &[RecipeRule] {
        self.rules.rules()
    }
}
