//! A fresh checkpoint with the names and shapes of a trained one.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;

use fanin_core::param::ParamViewMut;
use fanin_core::{Key, Layout, ParamSpec, Seed};
use fanin_recipes::Recipe;
use tempfile::TempDir;

use super::corpus::{Checkpoint, Tensor};

/// The checkpoint and the recipe that filled it.
pub(crate) struct Fresh {
    pub(crate) checkpoint: Checkpoint,
    pub(crate) recipe: Recipe,
    _folder: TempDir,
}

/// Names of vectors that start at one.
const ONES: [&str; 7] = ["*weight", "*gamma", "*scale", "*running_var", "*variance", "*w_0", "*w_2"];

impl Fresh {
    /// Fills every weight with this initializer, gains and running variances with ones, and all else with zeros;
    /// tensors other than `f32` stay unchanged.
    pub(crate) fn like(trained: &Checkpoint, initializer: &str, seed: u64) -> Result<Self, Box<dyn Error>> {
        let recipe: Recipe = recipe(&trained.tensors, initializer)?.parse()?;
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
            let places = bytes.get_mut(start..).unwrap_or_default().as_chunks_mut::<4>().0;
            places.iter_mut().zip(values).for_each(|(place, value)| *place = value.to_le_bytes());
        }
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("model.safetensors");
        fs::write(&path, bytes)?;
        Ok(Self { checkpoint: Checkpoint { path, ..trained.clone() }, recipe, _folder: folder })
    }
}

fn recipe(tensors: &[Tensor], initializer: &str) -> Result<String, Box<dyn Error>> {
    let mut text = "name = \"fresh\"\ntitle = \"A fresh checkpoint\"\nsource = \"the calibration\"\n".to_owned();
    for (layout, short) in [(Layout::OutIn, "oi"), (Layout::InOut, "io"), (Layout::Transposed, "transposed")] {
        let weights =
            tensors.iter().filter(|tensor| tensor.weight().and_then(|weight| weight.layout()) == Some(layout));
        let names: Vec<String> = weights.map(|tensor| toml::Value::from(tensor.name.as_str()).to_string()).collect();
        if !names.is_empty() {
            write!(
                text,
                "[[rules]]\nmatch = [{}]\nlayout = \"{short}\"\ninit = \"{initializer}\"\n",
                names.join(", ")
            )?;
        }
    }
    // Embedding tables and products that name their own axes, laid out as the names and shapes alone would suggest.
    write!(text, "[[rules]]\nmatch = \"*\"\nwhen = \"rank > 1\"\nlayout = \"oi\"\ninit = \"{initializer}\"\n")?;
    write!(text, "[[rules]]\nmatch = {}\ninit = \"ones\"\n", toml::Value::from(ONES.to_vec()))?;
    write!(text, "[[rules]]\nmatch = \"*\"\ninit = \"zeros\"\n")?;
    Ok(text)
}
