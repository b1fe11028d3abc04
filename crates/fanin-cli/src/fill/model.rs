//! The model that was asked for: its tensors, its recipe, and what the recipe is told.

use std::collections::BTreeMap;
use std::path::Path;

use fanin_checkpoint::config;
use fanin_checkpoint::listing::{self, Entry};
use fanin_core::values::Dtype;
use fanin_recipes::{Recipe, RecipeError};

use crate::arguments::FillArguments;
use crate::failure::Failure;
use crate::settings;

pub(super) struct Model {
    pub(super) entries: Vec<Entry>,
    pub(super) recipe: Recipe,
    pub(super) settings: BTreeMap<String, f64>,
    /// The element type of all floats, where one is asked for or the configuration states one.
    pub(super) dtype: Option<Dtype>,
    /// The text of the configuration that it comes from.
    pub(super) config: Option<Vec<u8>>,
}

impl Model {
    pub(super) fn read(arguments: &FillArguments) -> Result<Self, Failure> {
        let given = settings::read(&arguments.set)?;
        if let Some(path) = &arguments.config {
            let (model, text) = config::read(path).map_err(Failure::usage)?;
            let dtype = match arguments.dtype {
                Some(dtype) => Some(dtype),
                None => model.dtype().map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?,
            };
            let recipe = recipe(arguments.recipe.as_deref().unwrap_or(model.recipe))?;
            // The configuration speaks of the family's recipe; another is told what it asks for.
            let asked = |name: &str| recipe.variables().iter().any(|variable| variable.name() == name);
            let configured = model.settings.into_iter().filter(|(name, _)| asked(name));
            let mut settings: BTreeMap<_, _> = configured.map(|(name, value)| (name.to_owned(), value)).collect();
            settings.extend(given);
            let config = Some(text.into_bytes());
            return Ok(Self { entries: model.entries, recipe, settings, dtype, config });
        }
        let entries = match (&arguments.like, &arguments.shapes) {
            (Some(path), _) => listing::entries_of_checkpoint(path),
            (None, Some(path)) => listing::entries_of_shapes(path),
            (None, None) => return Err(Failure::usage("give --like, --shapes or --config; see --help")),
        };
        let Some(name) = &arguments.recipe else { return Err(Failure::usage("give --recipe; see --help")) };
        let (entries, recipe) = (entries.map_err(Failure::usage)?, recipe(name)?);
        Ok(Self { entries, recipe, settings: given, dtype: arguments.dtype, config: None })
    }
}

/// A file, or a name that is shipped.
fn recipe(name: &str) -> Result<Recipe, Failure> {
    let path = Path::new(name);
    let is_file = path.extension().is_some_and(|extension| extension == "toml");
    let recipe = if is_file { Recipe::read(path) } else { Recipe::named(name) };
    recipe.map_err(|error| match error {
        RecipeError::UnknownName { .. } => Failure::usage(format!("{error}; a recipe of your own is a .toml file")),
        error => Failure::usage(error),
    })
}
