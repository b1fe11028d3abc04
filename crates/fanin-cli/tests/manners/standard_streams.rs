//! Tests of `-`: standard input and standard output instead of a file.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::with_models;
use crate::command::{done, fanin, folder, stderr, stdout};

const RECIPE: &str =
    "name = 'own'\ntitle = 'one'\nsource = 'me'\nlayout = 'oi'\nrules = [{ match = '*', init = 'normal(std = 0.5)' }]";

/// Runs the command with the text on standard input.
fn fed(folder: &Path, arguments: &[&str], text: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fanin"))
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // The command may end without reading all of it.
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).ok();
    child.wait_with_output().expect("the command ends")
}

#[test]
fn a_sample_goes_to_standard_output() {
    let folder = folder();
    let sample = ["sample", "--init", "he_normal", "--layout", "oi", "--shape", "16,8", "--out"];
    for (out, format) in [("w.safetensors", "safetensors"), ("w.npy", "npy")] {
        done(folder.path(), &[&sample[..], &[out]].concat());
        let piped = done(folder.path(), &[&sample[..], &["-", "--format", format]].concat());
        assert!(piped.stdout == std::fs::read(folder.path().join(out)).expect("a file"), "{format}");
        assert!(stderr(&piped).is_empty());
    }
    let piped = done(folder.path(), &[&sample[..], &["-"]].concat());
    assert!(piped.stdout == std::fs::read(folder.path().join("w.safetensors")).expect("a file"));
}

#[test]
fn recipes_shapes_and_configurations_come_from_standard_input() {
    let folder = folder();
    with_models(folder.path());
    std::fs::write(folder.path().join("own.toml"), RECIPE).expect("written");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("a file");
    let (shapes, config) = (read("shapes.json"), read("config.json"));
    for (file, piped, text) in [
        (&["explain", "own.toml"][..], &["explain", "-"][..], RECIPE),
        (&["explain", "own.toml", "--shapes", "shapes.json"], &["explain", "-", "--shapes", "shapes.json"], RECIPE),
        (&["explain", "own.toml", "--shapes", "shapes.json"], &["explain", "own.toml", "--shapes", "-"], &shapes),
    ] {
        let output = fed(folder.path(), piped, text);
        assert_eq!(output.status.code(), Some(0), "{piped:?}: {}", stderr(&output));
        assert_eq!(stdout(&output), stdout(&done(folder.path(), file)), "{piped:?}");
    }
    for (model, recipe, text) in [
        (&["--shapes", "shapes.json"][..], &["--recipe", "-"][..], RECIPE),
        (&["--shapes", "-"], &["--recipe", "own.toml"], &shapes),
        (&["--config", "-"], &[], &config),
    ] {
        let whole = ["fill", "--seed", "1", "--out", "piped.safetensors", "--force"];
        let output = fed(folder.path(), &[&whole[..], model, recipe].concat(), text);
        assert_eq!(output.status.code(), Some(0), "{model:?}: {}", stderr(&output));
    }
    let same = fanin(folder.path(), &["diff", "model.safetensors", "piped.safetensors"]);
    assert_eq!(same.status.code(), Some(0), "{}", stdout(&same));
    let audit = fed(folder.path(), &["audit", "model.safetensors", "--recipe", "-", "--json"], RECIPE);
    assert!(stdout(&audit).contains("not-the-recipe"), "{}{}", stdout(&audit), stderr(&audit));
}

#[test]
fn baselines_pass_through_pipes() {
    let folder = folder();
    with_models(folder.path());
    let audit = ["audit", "model.safetensors", "--stage", "trained"];
    let written = fanin(folder.path(), &[&audit[..], &["--write-baseline", "-"]].concat());
    let baseline: Value = serde_json::from_str(stdout(&written)).expect("a baseline and nothing else");
    assert!(baseline["findings"].as_array().is_some_and(|findings| !findings.is_empty()), "{baseline}");
    let hidden = fed(folder.path(), &[&audit[..], &["--baseline", "-"]].concat(), stdout(&written));
    assert!(stdout(&hidden).contains("the baseline hides "), "{}{}", stdout(&hidden), stderr(&hidden));
    assert!(stdout(&hidden).contains("\n0 errors, 0 warnings, 0 notes"), "{}", stdout(&hidden));
}

#[test]
fn gains_are_read_line_by_line() {
    let folder = folder();
    let output = fed(folder.path(), &["gain", "-", "--json"], "relu\n\nleaky_relu(slope = 0.2)\n");
    let gains: Value = serde_json::from_str(stdout(&output)).expect("JSON");
    assert_eq!(
        gains[0],
        serde_json::from_str::<Value>(stdout(&done(folder.path(), &["gain", "relu", "--json"]))).unwrap()
    );
    assert_eq!(gains[1]["activation"], "leaky_relu(slope = 0.2)");
    let output = fed(folder.path(), &["gain", "-"], "relu\ntanh\n");
    assert!(stdout(&output).contains("relu: ") && stdout(&output).contains("tanh: "), "{}", stdout(&output));
}

#[test]
fn a_value_that_cannot_be_piped_is_a_one_line_error() {
    let folder = folder();
    with_models(folder.path());
    for (arguments, text, expected) in [
        (&["explain", "-", "--shapes", "-"][..], "", "NAME and --shapes both read standard input"),
        (
            &["audit", "model", "--recipe", "-", "--baseline", "-"],
            "",
            "--recipe and --baseline both read standard input",
        ),
        (
            &["fill", "--config", "config.json", "--seed", "1", "--out", "-"],
            "",
            "a checkpoint cannot be written to standard output",
        ),
        (&["explain", "gpt2", "--like", "-"], "", "a checkpoint cannot be read from standard input (-); use a file"),
        (
            &["fill", "--recipe", "gpt2", "--like", "-", "--seed", "1", "--out", "x"],
            "",
            "a checkpoint cannot be read from standard input (-); use a file",
        ),
        (&["explain", "-"], "name = = 3", "standard input: line 1, column 8: "),
        (&["explain", "gpt2", "--shapes", "-"], "[1]", "standard input: is "),
        (&["fill", "--config", "-", "--seed", "1", "--out", "x"], "{", "standard input: is "),
        (&["audit", "model", "--baseline", "-"], "[]", "standard input is "),
        (&["gain", "-"], "gleu", "gelu"),
    ] {
        let output = fed(folder.path(), arguments, text);
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains(expected) && told.lines().count() == 1, "{arguments:?}: {told}");
        assert!(stdout(&output).is_empty(), "{arguments:?}");
    }
}
