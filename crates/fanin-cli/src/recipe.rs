//! Reads the recipe given by an option: a built-in one by name, a file, or standard input.

use std::path::Path;

use fanin_recipes::{Recipe, RecipeError};

use crate::arguments::RecipeSource;
use crate::failure::Failure;
use crate::input;

/// Reads a recipe, unless it is given.
pub(crate) fn of(source: &RecipeSource) -> Result<Recipe, Failure> {
    match source {
        RecipeSource::Named(name) => read(name),
        RecipeSource::Given(recipe) => Ok((**recipe).clone()),
    }
}

/// Reads a recipe.
pub(crate) fn read(name: &str) -> Result<Recipe, Failure> {
    if name == input::STANDARD {
        return input::standard()?.parse().map_err(|error| Failure::usage(format!("standard input: {error}")));
    }
    let recipe = if is_file(name) { Recipe::read(Path::new(name)) } else { Recipe::named(name) };
    recipe.map_err(|error| match error {
        RecipeError::UnknownName { .. } => Failure::usage(format!("{error}, or use a .toml file")),
        error => Failure::usage(error),
    })
}

/// Whether the argument is a file: recipe names have no extension.
pub(crate) fn is_file(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "toml")
}
