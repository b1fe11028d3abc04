//! The healthy checkpoints: the manifest written by `campaigns/calibration/fetch`, and the tensors of its files.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use fanin_core::{Layout, ParamSpec};
use safetensors::{Dtype, SafeTensors};
use serde_json::Value;

/// A healthy checkpoint.
#[derive(Clone)]
pub(crate) struct Checkpoint {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) package: String,
    pub(crate) path: PathBuf,
    /// The `f32` tensors, sorted by name. Others are counters.
    pub(crate) tensors: Vec<Tensor>,
}

/// An `f32` tensor and the offset of its values in the file.
#[derive(Clone)]
pub(crate) struct Tensor {
    pub(crate) name: String,
    pub(crate) shape: Vec<usize>,
    /// The layout, if the tensor is the weight of a layer.
    pub(crate) layout: Option<Layout>,
    pub(crate) start: u64,
}

impl Tensor {
    pub(crate) fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Returns the parameter as initializers see it; `None` unless it is the weight of a layer.
    pub(crate) fn weight(&self) -> Option<ParamSpec> {
        let layout = self.layout.filter(|_| self.shape.len() >= 2)?;
        ParamSpec::new(&self.name, self.shape.clone()).ok().map(|spec| spec.with_layout(layout))
    }
}

/// Reads all checkpoints of the manifest.
pub(crate) fn read(cache: &Path) -> Result<Vec<Checkpoint>, Box<dyn Error>> {
    let path = cache.join("manifest.json");
    let text =
        fs::read(&path).map_err(|error| format!("{}: {error}; run campaigns/calibration/fetch", path.display()))?;
    let entries: Vec<Value> = serde_json::from_slice(&text)?;
    entries.iter().map(|entry| checkpoint(cache, entry)).collect()
}

fn checkpoint(cache: &Path, entry: &Value) -> Result<Checkpoint, Box<dyn Error>> {
    let text = |key: &str| entry[key].as_str().map(str::to_owned).ok_or_else(|| format!("the manifest lacks '{key}'"));
    let path = cache.join(text("file")?);
    let layouts: BTreeMap<String, String> = serde_json::from_value(entry["layouts"].clone())?;
    let tensors = tensors(&fs::read(&path)?, &layouts)?;
    let package = format!("{} {}", text("package")?, text("version")?);
    Ok(Checkpoint { name: text("name")?, kind: text("kind")?, package, path, tensors })
}

fn tensors(file: &[u8], layouts: &BTreeMap<String, String>) -> Result<Vec<Tensor>, Box<dyn Error>> {
    let (header, metadata) = SafeTensors::read_metadata(file)?;
    let values = u64::try_from(header)? + 8;
    let mut tensors = Vec::new();
    for (name, info) in metadata.tensors().into_iter().filter(|(_, info)| info.dtype == Dtype::F32) {
        let layout = match layouts.get(&name).map(String::as_str) {
            None => Some(Layout::OutIn),
            Some("in_out") => Some(Layout::InOut),
            Some("transposed") => Some(Layout::Transposed),
            Some("none") => None,
            Some(other) => return Err(format!("{name}: no such layout: {other}").into()),
        };
        let start = values + u64::try_from(info.data_offsets.0)?;
        tensors.push(Tensor { name, shape: info.shape.clone(), layout, start });
    }
    tensors.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tensors)
}
