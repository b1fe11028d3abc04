//! Tests of several paths, and of folders with several files.

use std::fs;

use safetensors::Dtype;

use super::{healthy, json, sick, write_tensors};
use crate::command::{fanin, folder, stderr, stdout};

#[test]
fn one_that_cannot_be_read_does_not_silence_the_others() {
    let folder = folder();
    sick(folder.path());
    healthy(folder.path());
    fs::write(folder.path().join("bad.safetensors"), "no checkpoint at all").expect("written");
    let paths = ["audit", "bad.safetensors", "sick.safetensors", "none.npz", "healthy.safetensors"];
    let run = |more: &[&str]| fanin(folder.path(), &[&paths[..], more].concat());
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(2));
    let (text, told) = (stdout(&output), stderr(&output));
    assert!(text.contains("layers.0.up.weight") && text.contains("healthy.safetensors: fresh"), "{text}");
    assert!(text.lines().last().is_some_and(|line| line.ends_with("; 2 files could not be read")), "{text}");
    let lines: Vec<&str> = told.lines().collect();
    assert!(
        lines.len() == 2 && lines[0].contains("bad.safetensors: ") && lines[1].contains("none.npz cannot be read"),
        "{told}"
    );
    let output = run(&["--json"]);
    let report = json(stdout(&output));
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(report["checkpoints"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        (&report["unreadable"][0]["path"], &report["unreadable"][1]["path"]),
        (&"bad.safetensors".into(), &"none.npz".into())
    );
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(3));
    let log = json(stdout(&run(&["--format", "sarif"])));
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolExecutionNotifications"][0]["level"], "error");
    let page = run(&["--format", "markdown"]);
    assert!(stdout(&page).contains("- **not read**: bad.safetensors: "), "{}", stdout(&page));
}

/// Findings in a file that was not read are neither forgotten nor gone.
#[test]
fn a_baseline_is_not_written_without_all_files() {
    let folder = folder();
    sick(folder.path());
    fs::write(folder.path().join("bad.safetensors"), "no checkpoint at all").expect("written");
    let paths = ["audit", "sick.safetensors", "bad.safetensors"];
    let output = fanin(folder.path(), &[&paths[..], &["--write-baseline", "known.json"]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("known.json was not written"), "{}", stderr(&output));
    assert!(!folder.path().join("known.json").exists());
}

#[test]
fn if_none_can_be_read_there_is_no_report() {
    let folder = folder();
    fs::write(folder.path().join("bad.safetensors"), "no checkpoint at all").expect("written");
    for format in ["text", "json", "sarif", "markdown"] {
        let output = fanin(folder.path(), &["audit", "bad.safetensors", "none.npz", "--format", format]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stdout(&output).is_empty() && stderr(&output).lines().count() == 2, "{}", stderr(&output));
    }
}

#[test]
fn every_file_of_a_folder_is_read_or_named() {
    let folder = folder();
    healthy(folder.path());
    for name in ["tf_model.h5", "model.onnx", "optimizer.pt", "scheduler.pt", "config.json"] {
        let bytes: &[u8] = if name == "tf_model.h5" { b"\x89HDF\r\n\x1a\n\0\0" } else { b"\x08\x07\x12\x07pytorch" };
        fs::write(folder.path().join(name), bytes).expect("written");
    }
    let output = fanin(folder.path(), &["audit", "."]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for part in [
        "did not read model.onnx (is an ONNX file",
        "did not read optimizer.pt, scheduler.pt (is next to healthy.safetensors",
        "did not read tf_model.h5 (is an HDF5 file",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    assert!(!text.contains("config.json"), "{text}");
    let report = json(stdout(&fanin(folder.path(), &["audit", ".", "--json"])));
    assert_eq!(report["checkpoints"][0]["skipped_files"].as_array().map(Vec::len), Some(4));
    fs::write(folder.path().join("cut.safetensors"), [9, 0, 0, 0, 0, 0, 0, 0, b'{']).expect("written");
    let output = fanin(folder.path(), &["audit", "."]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stdout(&output).contains("12 of 12 weights") && stderr(&output).contains("cut.safetensors: "),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_stray_file_beside_an_index_is_named() {
    let folder = folder();
    healthy(folder.path());
    write_tensors(&folder.path().join("model.safetensors"), &[("a.weight", Dtype::U8, &[1], vec![1])]);
    let map: Vec<String> = (0..6)
        .flat_map(|layer| ["up", "down"].map(|part| format!(r#""layers.{layer}.{part}.weight":"healthy.safetensors""#)))
        .collect();
    let index = format!(r#"{{"weight_map":{{{}}}}}"#, map.join(","));
    fs::write(folder.path().join("model.safetensors.index.json"), index).expect("written");
    for path in [".", "model.safetensors.index.json"] {
        let output = fanin(folder.path(), &["audit", path]);
        let told = "did not read model.safetensors (is not named in model.safetensors.index.json)";
        assert!(stdout(&output).contains(told), "{}", stdout(&output));
        assert_eq!(output.status.code(), Some(0));
    }
}
