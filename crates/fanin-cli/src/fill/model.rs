//! The model to fill: its tensors, and its recipe with all variables set.

use std::path::{Path, PathBuf};

use fanin_checkpoint::config::{self, ConfiguredModel};
use fanin_checkpoint::listing::Entry;
use fanin_core::values::Dtype;
use fanin_recipes::Recipe;

use crate::arguments::{FillArguments, ListOfShapes, RecipeSource};
use crate::failure::Failure;
use crate::{input, model, recipe, settings};

pub(super) struct Model {
    pub(super) entries: Vec<Entry>,
    pub(super) recipe: Recipe,
    /// The element type of all floats, if requested or stated by the configuration.
    pub(super) dtype: Option<Dtype>,
    /// The text of the configuration.
    pub(super) config: Option<Vec<u8>>,
}

impl Model {
    pub(super) fn read(arguments: &FillArguments) -> Result<Self, Failure> {
        let given = settings::read(&arguments.set)?;
        let is_standard = |path: &Option<PathBuf>| path.as_deref().is_some_and(input::is_standard);
        input::refuse_two(&[
            ("--recipe", arguments.recipe.as_ref().is_some_and(RecipeSource::is_standard)),
            ("--shapes", arguments.shapes.as_ref().is_some_and(ListOfShapes::is_standard)),
            ("--config", is_standard(&arguments.config)),
        ])?;
        if let Some(path) = &arguments.config {
            let (model, text) = configured(path)?;
            let dtype = match arguments.dtype {
                Some(dtype) => Some(dtype),
                None => model.dtype().map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?,
            };
            let recipe = arguments.recipe.as_ref().map_or_else(|| recipe::read(model.recipe), recipe::of)?;
            // The configuration sets the variables of the family's recipe; another recipe may lack some of them.
            let asked = |name: &str| recipe.variables().iter().any(|variable| variable.name() == name);
            let configured = model.settings.into_iter().filter(|(name, _)| asked(name));
            let configured: Vec<_> = configured.map(|(name, value)| (name.to_owned(), value)).collect();
            let recipe = recipe.set_all(configured).and_then(|recipe| recipe.set_all(given)).map_err(Failure::usage)?;
            let config = Some(text.into_bytes());
            return Ok(Self { entries: model.entries, recipe, dtype, config });
        }
        let Some(entries) = model::entries(arguments.like.as_deref(), arguments.shapes.as_ref())? else {
            return Err(Failure::usage("missing --like, --shapes or --config; see `fanin fill --help`"));
        };
        let Some(recipe) = &arguments.recipe else {
            return Err(Failure::usage("missing --recipe; see `fanin fill --help`"));
        };
        let recipe = recipe::of(recipe)?.set_all(given).map_err(Failure::usage)?;
        Ok(Self { entries, recipe, dtype: arguments.dtype, config: None })
    }
}

/// Reads the model described by a configuration, and the text of the configuration.
fn configured(path: &Path) -> Result<(ConfiguredModel, String), Failure> {
    if !input::is_standard(path) {
        return config::read(path).map_err(Failure::usage);
    }
    let text = input::standard()?;
    let model = config::parse(&text).map_err(|error| Failure::usage(format!("standard input: {error}")))?;
    Ok((model, text))
}
