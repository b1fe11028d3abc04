//! Arguments that name a file, standard input, or a value that a program gives.

use std::convert::Infallible;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use fanin_recipes::Recipe;

use crate::input;

/// The source of a recipe.
#[derive(Clone, Debug)]
pub(crate) enum RecipeSource {
    /// A built-in recipe, a file, or `-` for standard input.
    Named(String),
    /// Given by the program that uses the command as a library.
    Given(Box<Recipe>),
}

impl RecipeSource {
    pub(crate) fn is_standard(&self) -> bool {
        matches!(self, Self::Named(name) if name == input::STANDARD)
    }
}

impl FromStr for RecipeSource {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self::Named(name.to_owned()))
    }
}

/// The source of a list of shapes.
#[derive(Clone, Debug)]
pub(crate) enum ListOfShapes {
    /// A file, or `-` for standard input.
    File(PathBuf),
    /// Given by the program that uses the command as a library.
    Given(String),
}

impl ListOfShapes {
    pub(crate) fn is_standard(&self) -> bool {
        matches!(self, Self::File(path) if input::is_standard(path))
    }

    /// The name in messages.
    pub(crate) fn origin(&self) -> &Path {
        match self {
            Self::File(path) if input::is_standard(path) => Path::new("standard input"),
            Self::File(path) => path,
            Self::Given(_) => Path::new("the list of shapes"),
        }
    }
}

impl From<OsString> for ListOfShapes {
    fn from(path: OsString) -> Self {
        Self::File(path.into())
    }
}
