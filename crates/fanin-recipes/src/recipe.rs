//! A recipe: rules, and the variables that they use.

use std::io;
use std::path::Path;

use crate::error::RecipeError;
use crate::rule::Rule;
use crate::variable::RecipeVariable;
use crate::{shipped, text_file};

/// The longest recipe that is read from a file, in bytes.
const LONGEST: u64 = 64_000_000;

/// How a family of models is initialized: an ordered list of name patterns, each with an initializer. The first rule whose
/// pattern matches a name, and whose condition holds, wins.
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
    pub(crate) rules: Vec<Rule>,
}

impl Recipe {
    /// A recipe that is shipped; [`shipped::names`](crate::names) lists them.
    ///
    /// # Errors
    /// [`RecipeError::UnknownName`], which lists the names.
    pub fn named(name: &str) -> Result<Self, RecipeError> {
        let unknown = || RecipeError::UnknownName { name: name.to_owned(), known: shipped::names().collect() };
        shipped::text(name).ok_or_else(unknown)?.parse()
    }

    /// A recipe from a file.
    ///
    /// # Errors
    /// [`RecipeError::File`] if it cannot be read, is longer than 64 MB or no file; [`RecipeError::In`] with what is wrong in
    /// it.
    pub fn read(path: &Path) -> Result<Self, RecipeError> {
        let refuse = |error: io::Error| RecipeError::File { path: path.to_owned(), reason: error.to_string() };
        let text = text_file::read(path, LONGEST).map_err(refuse)?;
        text.parse().map_err(|source| RecipeError::In { path: path.to_owned(), source: Box::new(source) })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is for, in a line.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Where its numbers come from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What else is worth knowing; may be empty.
    #[must_use]
    pub fn notes(&self) -> &str {
        &self.notes
    }

    /// The variables, in the order in which they are computed.
    #[must_use]
    pub fn variables(&self) -> &[RecipeVariable] {
        &self.variables
    }

    /// The rules, in their order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}
