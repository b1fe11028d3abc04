//! A fresh checkpoint with the names and shapes of a trained one.

use std::error::Error;
use std::fs;

use fanin_core::param::ParamViewMut;
use fanin_core::{Key, ParamSpec, Seed};
use fanin_recipes::Recipe;
use tempfile::TempDir;

use super::corpus::Checkpoint;
use super::start::Start;

/// The checkpoint and the recipe that filled it.
pub(crate) struct Fresh {
    pub(crate) checkpoint: Checkpoint,
    pub(crate) start: Start,
    pub(crate) recipe: Recipe,
    _folder: TempDir,
}

impl Fresh {
    /// Fills every floating-point tensor that training changes as the recipe of this start says, and resets the counters.
    pub(crate) fn like(trained: &Checkpoint, start: Start, seed: u64) -> Result<Self, Box<dyn Error>> {
        let recipe: Recipe = start.recipe(&trained.tensors).parse()?;
        let params: Vec<ParamSpec> = trained
            .tensors
            .iter()
            .map(|tensor| ParamSpec::new(&tensor.name, tensor.shape.clone()))
            .collect::<Result<_, _>>()?;
        let resolution = recipe.resolve(&params)?;
        let mut bytes = fs::read(&trained.path)?;
        for assignment in resolution.filled() {
            let (param, Some(initializer)) = (assignment.param(), assignment.initializer()) else { continue };
            let tensor = trained.tensors.iter().find(|tensor| tensor.name == param.name()).ok_or("no such tensor")?;
            let mut values = vec![0_f32; param.len()];
            initializer.fill(param, Key::new(Seed(seed), param.name()), ParamViewMut::whole(&mut values))?;
            let start = usize::try_from(tensor.start)?;
            let places = bytes.get_mut(start..).unwrap_or_default().iter_mut();
            places.zip(tensor.element.bytes(&values)).for_each(|(place, value)| *place = value);
        }
        for counter in &trained.counters {
            let range = usize::try_from(counter.start)?..usize::try_from(counter.end)?;
            bytes.get_mut(range).unwrap_or_default().fill(0);
        }
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("model.safetensors");
        fs::write(&path, bytes)?;
        Ok(Self { checkpoint: Checkpoint { path, ..trained.clone() }, start, recipe, _folder: folder })
    }
}
