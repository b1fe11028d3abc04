//! Tests the command with damaged and malicious files: exit code 2, one line, bounded memory, and nothing is executed.

#[path = "../../fanin-checkpoint/tests/hostile/files.rs"]
mod files;

use std::path::PathBuf;
use std::process::Command;

use crate::command::{self, folder, stderr, stdout};

/// The address space limit in KiB. A shell sets it for the command only.
const ADDRESS_SPACE: &str = "1500000";

fn fixtures() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "fanin-checkpoint", "tests", "fixtures"].iter().collect()
}

#[test]
fn a_hostile_file_is_refused_in_one_line_and_in_bounded_memory() {
    let folder = folder();
    std::fs::copy(fixtures().join("array.npy"), folder.path().join("array.npy")).expect("a fixture");
    let mut faults = Vec::new();
    for file in files::all() {
        std::fs::write(folder.path().join(file.name), &file.bytes).expect("written");
        // Commands that read only the list of tensors do not notice damaged values.
        let listing = ["explain gpt2 --like", "fill --recipe gpt2 --seed 1 --out filled --like", "diff array.npy"];
        let listing = listing.iter().filter(|_| file.at_once);
        for arguments in ["audit", "audit --deep", "identify"].iter().chain(listing) {
            let output = Command::new("sh")
                .current_dir(folder.path())
                .args(["-c", "ulimit -v \"$1\" && exec \"$2\" $3 \"$4\"", "sh", ADDRESS_SPACE])
                .args([env!("CARGO_BIN_EXE_fanin"), arguments, file.name])
                .output()
                .expect("the command starts");
            let said = stderr(&output);
            let refused = output.status.code() == Some(2) && stdout(&output).is_empty();
            if !refused || said.trim_end().contains('\n') || !said.contains(file.said) || !said.contains(file.name) {
                faults.push(format!("{arguments} {}: {:?} {said}", file.name, output.status));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A recipe with a rule that matches every parameter.
const RECIPE: &str = r#"
name = "any"
title = "Zeros everywhere"
source = "this test"
layout = "oi"

[[rules]]
match = "*"
init = "zeros"
"#;

#[test]
fn every_kind_of_checkpoint_serves_as_the_model() {
    let folder = folder();
    std::fs::write(folder.path().join("any.toml"), RECIPE).expect("written");
    for (file, parameter) in [
        ("state.pt", "fc.weight"),
        ("state.legacy.pt", "fc.weight"),
        ("script.pt", "fc.weight"),
        ("tied.pt", "embed"),
        ("array.npy", "array"),
    ] {
        let path = fixtures().join(file);
        let output = command::fanin(folder.path(), &["explain", "any.toml", "--like", &path.to_string_lossy()]);
        assert_eq!(output.status.code(), Some(0), "{file}: {}", stderr(&output));
        assert!(stdout(&output).contains(parameter), "{file}: {}", stdout(&output));
    }
}
