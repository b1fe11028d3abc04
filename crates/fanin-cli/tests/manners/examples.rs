//! Tests of help texts and their examples.

use std::path::Path;
use std::process::{Command, Output};

use super::with_models;
use crate::command::{done, folder, stderr, stdout};

const COMMANDS: [&str; 11] =
    ["audit", "compare", "completions", "diff", "explain", "fill", "gain", "identify", "list", "man", "sample"];

fn help(folder: &Path, command: &str, columns: &str) -> Output {
    let mut help = Command::new(env!("CARGO_BIN_EXE_fanin"));
    help.current_dir(folder).args([command, "--help"]).env("COLUMNS", columns).output().expect("the command starts")
}

/// Returns the examples of a help text, as a user would paste them.
fn examples(help: &str) -> Vec<String> {
    let (_, end) = help.rsplit_once("Examples:\n").unwrap_or_else(|| panic!("no examples in\n{help}"));
    end.replace("\\\n", "").lines().map(|line| line.trim().to_owned()).collect()
}

/// Runs both examples of every help text in a shell, with the files that they name.
#[cfg(unix)]
#[test]
fn the_examples_of_every_help_work() {
    let folder = folder();
    with_models(folder.path());
    let path = folder.path();
    let copy = |from: &str, to: &str| {
        std::fs::copy(path.join(from), path.join(to)).expect("copied");
    };
    copy("model.safetensors", "before.safetensors");
    copy("other.safetensors", "after.safetensors");
    copy("model.safetensors", "keras.safetensors");
    std::fs::create_dir(path.join("quantized")).expect("a folder");
    copy("other.safetensors", "quantized/model.safetensors");
    crate::command::fanin(path, &["audit", "model", "--write-baseline", "known.json"]);
    std::fs::rename(path.join("model"), path.join("filled")).expect("renamed");
    let programs = Path::new(env!("CARGO_BIN_EXE_fanin")).parent().expect("a folder");
    for command in COMMANDS {
        let shown = help(path, command, "40");
        let examples = examples(stdout(&shown));
        assert_eq!(examples.len(), 2, "{command}: {examples:?}");
        for example in examples {
            // `fill` writes this model; other commands read it.
            if example.contains("--out model") {
                std::fs::remove_dir_all(path.join("model")).ok();
            } else if !path.join("model").exists() {
                done(path, &["fill", "--config", "config.json", "--seed", "42", "--out", "model"]);
            }
            assert!(example.starts_with(&format!("fanin {command}")), "{example}");
            let output = Command::new("sh")
                .current_dir(path)
                .args(["-c", &example])
                .env("PATH", format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default()))
                .output()
                .expect("a shell starts");
            assert!(
                matches!(output.status.code(), Some(0 | 1)) && stderr(&output).is_empty(),
                "{example}: {}",
                stderr(&output)
            );
        }
    }
}

#[test]
fn help_fits_the_width() {
    let folder = folder();
    for columns in [40, 80, 200] {
        for command in COMMANDS {
            let shown = help(folder.path(), command, &columns.to_string());
            // clap does not wrap the usage line.
            let lines = stdout(&shown).lines().filter(|line| !line.starts_with("Usage: "));
            let wide: Vec<&str> = lines.filter(|line| line.chars().count() > columns.min(100)).collect();
            assert!(wide.is_empty(), "{command} at {columns}: {wide:#?}");
        }
    }
}

#[test]
fn help_is_plain_english_about_every_option() {
    let folder = folder();
    for command in COMMANDS {
        let shown = help(folder.path(), command, "100");
        let text = stdout(&shown);
        for part in ["Usage: fanin", "Options:", "--quiet", "--color <WHEN>", "Examples:"] {
            assert!(text.contains(part), "{part} in {command}\n{text}");
        }
    }
}
