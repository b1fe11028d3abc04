//! The healthy checkpoints: the manifest written by `campaigns/calibration/fetch`, and the tensors of its files.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use fanin_core::{Layout, ParamSpec};
use safetensors::{Dtype, SafeTensors};
use serde_json::Value;

use super::element::Element;

/// The purpose of a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Set {
    /// Thresholds were set on these.
    Tuning,
    /// No threshold was set on these.
    HeldOut,
}

impl Set {
    pub(crate) const ALL: [Self; 2] = [Self::Tuning, Self::HeldOut];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tuning => "tuning",
            Self::HeldOut => "held-out",
        }
    }
}

/// A healthy checkpoint.
#[derive(Clone)]
pub(crate) struct Checkpoint {
    pub(crate) name: String,
    pub(crate) set: Set,
    pub(crate) kind: String,
    pub(crate) package: String,
    pub(crate) path: PathBuf,
    /// The floating-point tensors, sorted by name.
    pub(crate) tensors: Vec<Tensor>,
    /// The byte ranges of integer tensors, which are counters and indices.
    pub(crate) counters: Vec<Range<u64>>,
}

/// A floating-point tensor and the offset of its values in the file.
#[derive(Clone)]
pub(crate) struct Tensor {
    pub(crate) name: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) element: Element,
    /// The layout, if the tensor is the weight of a layer.
    pub(crate) layout: Option<Layout>,
    /// The input axis; a depthwise weight has none.
    pub(crate) in_axis: Option<usize>,
    /// Whether no training changes it, as the basis of a transform.
    pub(crate) fixed: bool,
    pub(crate) start: u64,
}

impl Tensor {
    pub(crate) fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it is large enough for the targets of the held-out set to apply.
    pub(crate) fn is_large(&self) -> bool {
        self.len() >= LARGE
    }

    /// Returns the parameter as initializers see it; `None` unless it is the weight of a layer.
    pub(crate) fn weight(&self) -> Option<ParamSpec> {
        let layout = self.layout.filter(|_| self.shape.len() >= 2)?;
        ParamSpec::new(&self.name, self.shape.clone()).ok().map(|spec| spec.with_layout(layout))
    }
}

/// The number of values of a large tensor.
pub(crate) const LARGE: usize = 1024;

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
    let (tensors, counters) = tensors(&fs::read(&path)?, &layouts)?;
    let package = format!("{} {}", text("package")?, text("version")?);
    let set = text("set")?;
    let set = Set::ALL.into_iter().find(|known| known.name() == set).ok_or_else(|| format!("no such set: {set}"))?;
    Ok(Checkpoint { name: text("name")?, set, kind: text("kind")?, package, path, tensors, counters })
}

type Tensors = (Vec<Tensor>, Vec<Range<u64>>);

fn tensors(file: &[u8], layouts: &BTreeMap<String, String>) -> Result<Tensors, Box<dyn Error>> {
    let (header, metadata) = SafeTensors::read_metadata(file)?;
    let values = u64::try_from(header)? + 8;
    let (mut tensors, mut counters) = (Vec::new(), Vec::new());
    for (name, info) in metadata.tensors() {
        let (start, end) = (values + u64::try_from(info.data_offsets.0)?, values + u64::try_from(info.data_offsets.1)?);
        let element = match info.dtype {
            Dtype::F16 => Element::F16,
            Dtype::F32 => Element::F32,
            Dtype::F64 => Element::F64,
            _ => {
                counters.push(start..end);
                continue;
            }
        };
        let rank = info.shape.len();
        let of = |layout: Layout| (Some(layout), layout.in_axis(rank));
        let (layout, in_axis) = match layouts.get(&name).map(String::as_str) {
            None => of(Layout::OutIn),
            Some("in_out") => of(Layout::InOut),
            Some("transposed") => of(Layout::Transposed),
            Some("out_in_last") => of(Layout::KernelOutIn),
            // Outputs and fan-in are those of this layout.
            Some("ohwi") => (Some(Layout::OutIn), rank.checked_sub(1)),
            Some("depthwise") => (Some(Layout::InOut), None),
            Some("none" | "fixed") => (None, None),
            Some(other) => return Err(format!("{name}: no such layout: {other}").into()),
        };
        let fixed = layouts.get(&name).is_some_and(|layout| layout == "fixed");
        tensors.push(Tensor { name, shape: info.shape.clone(), element, layout, in_axis, fixed, start });
    }
    tensors.sort_by(|a, b| a.name.cmp(&b.name));
    Ok((tensors, counters))
}
