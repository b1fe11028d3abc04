//! Errors of recipes.

use std::path::PathBuf;

use fanin_core::message::did_you_mean;
use fanin_core::resolve::{PatternError, ResolveError};
use fanin_core::text::TextError;
use thiserror::Error;

use crate::expression::ExpressionError;

/// An error in a recipe, or from evaluating a rule for a parameter: the source of
/// [`ResolveError::FrontEnd`](fanin_core::resolve::ResolveError::FrontEnd).
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecipeError {
    /// The recipe name is unknown.
    #[error("unknown recipe '{name}'; {}the recipes are {}", did_you_mean(.name, .known.iter().copied()), .known.join(", "))]
    UnknownName {
        /// The name.
        name: String,
        /// The known names.
        known: Vec<&'static str>,
    },
    /// A file could not be read.
    #[error("the recipe {} cannot be read: {reason}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        reason: String,
    },
    /// A recipe in a file is invalid.
    #[error("{}: {source}", .path.display())]
    In {
        /// The file.
        path: PathBuf,
        /// The problem.
        source: Box<Self>,
    },
    /// The text is not valid TOML, or lacks the tables of a recipe.
    #[error("line {line}, column {column}: {reason}")]
    Toml {
        /// The line, counted from 1.
        line: usize,
        /// The character in the line, counted from 1.
        column: usize,
        /// The problem, in one line.
        reason: String,
    },
    /// The text is not a valid recipe.
    #[error("recipe '{recipe}': {reason}")]
    Format {
        /// The recipe.
        recipe: String,
        /// The problem and its location.
        reason: String,
    },
    /// A pattern is invalid.
    #[error("recipe '{recipe}', rule {rule}: {source}")]
    Pattern {
        /// The recipe.
        recipe: String,
        /// The rule, counted from 1.
        rule: usize,
        /// The problem.
        source: PatternError,
    },
    /// An expression is invalid or cannot be evaluated.
    #[error("recipe '{recipe}', {place}: {source}")]
    Expression {
        /// The recipe.
        recipe: String,
        /// The rule or the variable.
        place: String,
        /// The problem.
        source: ExpressionError,
    },
    /// An initializer is invalid.
    #[error("recipe '{recipe}', {place}: {source}")]
    Initializer {
        /// The recipe.
        recipe: String,
        /// The rule and the parameter.
        place: String,
        /// The problem.
        source: Box<TextError>,
    },
    /// A variable was set that the recipe does not have.
    #[error("recipe '{recipe}' has no variable '{name}'; {}{}", did_you_mean(.name, .known.iter().map(String::as_str)), variables_text(.known))]
    UnknownVariable {
        /// The recipe.
        recipe: String,
        /// The name.
        name: String,
        /// The recipe's variables.
        known: Vec<String>,
    },
}

impl From<RecipeError> for ResolveError {
    fn from(error: RecipeError) -> Self {
        Self::FrontEnd(Box::new(error))
    }
}

fn variables_text(known: &[String]) -> String {
    if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) }
}
