//! What is wrong with a recipe, or with a recipe for a given model.

use std::path::PathBuf;

use fanin_core::plan::{PatternError, PlanError};
use fanin_core::text::TextError;
use fanin_core::{InitError, param::ShapeError};
use thiserror::Error;

use crate::expression::ExpressionError;

/// Why a recipe cannot be read, or does not fit a model.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecipeError {
    /// No recipe has this name.
    #[error("unknown recipe '{name}'; the recipes are {}", .known.join(", "))]
    UnknownName {
        /// The name.
        name: String,
        /// The names that there are.
        known: Vec<&'static str>,
    },
    /// A file that cannot be read.
    #[error("the recipe {} cannot be read: {reason}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// What is wrong with the recipe in a file.
    #[error("{}: {source}", .path.display())]
    In {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: Box<Self>,
    },
    /// A text that is no TOML, or has not the tables of a recipe.
    #[error("line {line}, column {column}: {reason}")]
    Toml {
        /// The line, counted from 1.
        line: usize,
        /// The character in the line, counted from 1.
        column: usize,
        /// What is wrong, in one line.
        reason: String,
    },
    /// A text that is no recipe.
    #[error("recipe '{recipe}': {reason}")]
    Format {
        /// The recipe.
        recipe: String,
        /// What is wrong, and where.
        reason: String,
    },
    /// A pattern that cannot be read.
    #[error("recipe '{recipe}', rule {rule}: {source}")]
    Pattern {
        /// The recipe.
        recipe: String,
        /// The rule, counted from 1.
        rule: usize,
        /// What is wrong.
        source: PatternError,
    },
    /// An expression that cannot be read or has no value.
    #[error("recipe '{recipe}', {place}: {source}")]
    Expression {
        /// The recipe.
        recipe: String,
        /// The rule or the variable.
        place: String,
        /// What is wrong.
        source: ExpressionError,
    },
    /// An initializer that cannot be read.
    #[error("recipe '{recipe}', {place}: {source}")]
    Initializer {
        /// The recipe.
        recipe: String,
        /// The rule and the parameter.
        place: String,
        /// What is wrong.
        source: Box<TextError>,
    },
    /// A variable was set that the recipe does not have.
    #[error("recipe '{recipe}' has no variable '{name}'; {}", variables_text(.known))]
    UnknownVariable {
        /// The recipe.
        recipe: String,
        /// The name.
        name: String,
        /// The variables that it has.
        known: Vec<String>,
    },
    /// Parameters that no rule matches.
    #[error("no rule of the recipe '{recipe}' matches {}; add a rule for each, or use another recipe", .parameters.join(", "))]
    Unmatched {
        /// The recipe.
        recipe: String,
        /// Their names.
        parameters: Vec<String>,
    },
    /// A shape that no memory could hold.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// Parameters that their initializer refuses.
    #[error("recipe '{recipe}': {}", .refused.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Refused {
        /// The recipe.
        recipe: String,
        /// One error a parameter.
        refused: Vec<InitError>,
    },
    /// The model or an initializer failed while it was filled.
    #[error(transparent)]
    Fill(#[from] PlanError),
}

fn variables_text(known: &[String]) -> String {
    if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) }
}
