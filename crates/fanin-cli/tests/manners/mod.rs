//! Tests of general behavior: help, mistakes, pipes, terminals, standard streams.

mod completions;
mod examples;
mod mistakes;
mod pipes;
mod quiet;
mod standard_streams;
#[cfg(target_os = "linux")]
mod terminal;

use std::path::Path;

use crate::command::done;

/// Creates a small model with GPT-2's names in `model.safetensors`, the same model in the folder `model`, one with
/// other values in `other.safetensors`, the `config.json`, and a list of shapes.
fn with_models(folder: &Path) {
    let config =
        r#"{"model_type": "gpt2", "n_embd": 16, "n_head": 2, "n_layer": 12, "vocab_size": 50, "n_positions": 8}"#;
    std::fs::write(folder.join("config.json"), config).expect("written");
    let shapes =
        r#"{"wte.weight": [50, 16], "layers.0.attention.query.weight": [16, 16], "layers.0.mlp.up.weight": [64, 16]}"#;
    std::fs::write(folder.join("shapes.json"), shapes).expect("written");
    for (seed, out) in [("1", "model.safetensors"), ("2", "other.safetensors"), ("1", "model")] {
        done(folder, &["fill", "--config", "config.json", "--seed", seed, "--out", out]);
    }
}
