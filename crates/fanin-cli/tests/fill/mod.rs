//! Tests of `fanin fill`.

#[cfg(unix)]
mod interrupted;
mod refusals;
mod shards;
mod summary;
mod values;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

use crate::command::{folder, stderr};

const LLAMA: &str = r#"{"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 32,
    "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 100}"#;

/// Creates a folder with a `config.json`.
fn with_config(text: &str) -> tempfile::TempDir {
    let folder = folder();
    fs::write(folder.path().join("config.json"), text).expect("written");
    folder
}

/// Returns every file in a folder, including hidden ones.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let file = |entry: fs::DirEntry| {
        (entry.file_name().into_string().expect("UTF-8"), fs::read(entry.path()).expect("it is read"))
    };
    fs::read_dir(folder).expect("a folder").map(|entry| file(entry.expect("an entry"))).collect()
}

fn fill<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["fill", "--config", "config.json", "--seed", "42", "--out", out][..], more].concat()
}

#[track_caller]
fn done(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
}
