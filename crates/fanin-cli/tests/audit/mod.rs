//! Tests of `fanin audit`: reports, exit codes, baselines.

mod exit_codes;
mod reports;
mod several;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fanin_core::{InitializerExt, Layout, ParamSpec, Seed, text};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde_json::Value;

/// Writes twelve layers filled by `he_normal`; `change` may inject faults.
fn write(folder: &Path, name: &str, change: impl Fn(&str, &mut Vec<f32>)) {
    let mut tensors: BTreeMap<String, ([usize; 2], Vec<u8>)> = BTreeMap::new();
    let he = text::parse("he_normal").expect("an initializer");
    for layer in 0..6 {
        for (part, shape) in [("up", [128, 64]), ("down", [64, 128])] {
            let name = format!("layers.{layer}.{part}.weight");
            let param = ParamSpec::new(&name, shape).expect("a shape").with_layout(Layout::OutIn);
            let mut values: Vec<f32> = he.sample(&param, Seed(7)).expect("values");
            change(&name, &mut values);
            tensors.insert(name, (shape, values.iter().flat_map(|value| value.to_le_bytes()).collect()));
        }
    }
    let views = tensors.iter().map(|(name, (shape, bytes))| {
        (name.as_str(), TensorView::new(Dtype::F32, shape.to_vec(), bytes).expect("a tensor"))
    });
    fs::write(folder.join(name), safetensors::serialize(views, None).expect("bytes")).expect("written");
}

fn healthy(folder: &Path) {
    write(folder, "healthy.safetensors", |_, _| ());
}

/// Writes a checkpoint with an error, a warning and a note.
fn sick(folder: &Path) {
    write(folder, "sick.safetensors", |name, values| match name {
        "layers.0.up.weight" => values[3] = f32::NAN,
        "layers.2.up.weight" => values.copy_within(0..64, 64),
        "layers.4.up.weight" => values[..64].fill(0.0),
        _ => (),
    });
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON and nothing else")
}

/// Writes a file with these tensors.
fn write_tensors(path: &Path, tensors: &[(&str, Dtype, &[usize], Vec<u8>)]) {
    let views = tensors
        .iter()
        .map(|(name, dtype, shape, bytes)| (*name, TensorView::new(*dtype, shape.to_vec(), bytes).expect("a tensor")));
    fs::write(path, safetensors::serialize(views, None).expect("bytes")).expect("written");
}
