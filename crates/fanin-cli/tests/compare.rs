//! Tests of `fanin compare`.

use fanin_lab::record::RunRecord;
use serde_json::Value;

use crate::command::{entries, fanin, folder, stderr, stdout};

/// The arguments of a short comparison.
const SHORT: [&str; 9] = ["compare", "--data", "xor", "--hidden", "3,2", "--steps", "20", "--seeds", "2"];

#[test]
fn a_comparison_writes_its_three_files_and_a_table() {
    let folder = folder();
    let output = fanin(folder.path(), &SHORT);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(entries(&folder.path().join("fanin-out")), ["picture.png", "picture.svg", "run.json"]);
    let text = stdout(&output);
    for word in ["zeros", "glorot_normal", "verdict", "logistic regression", "frozen", "2-3-2-1"] {
        assert!(text.contains(word), "{word} in\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "colors through a pipe");
    let run = std::fs::read_to_string(folder.path().join("fanin-out/run.json")).expect("run.json");
    let run = RunRecord::from_json(&run).expect("a record");
    assert_eq!((run.lanes.len(), run.control.len()), (10, 4));
}

#[test]
fn json_is_alone_on_standard_output() {
    let folder = folder();
    let output = fanin(folder.path(), &[&SHORT[..], &["--json", "--backend", "candle", "--dtype", "f64"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let value: Value = serde_json::from_str(stdout(&output)).expect("JSON and nothing else");
    let lanes = value["lanes"].as_array().expect("lanes");
    assert_eq!(lanes.len(), 10);
    let zeros = &lanes[0];
    assert_eq!(zeros["initializer"], "zeros");
    assert_eq!(zeros["seed"], 0);
    assert_eq!(zeros["distinct_neurons"], serde_json::json!([1, 1]));
    assert_eq!(zeros["hidden_neurons"], serde_json::json!([3, 2]));
    assert_eq!(zeros["verdict"], "frozen");
    assert!(zeros["final_loss"].is_f64() && zeros["accuracy"].is_f64() && zeros["saturated"].is_f64());
}

#[test]
fn the_same_command_gives_the_same_bytes_whatever_the_threads() {
    let folder = folder();
    for (out, threads) in [("a", "1"), ("b", "2"), ("c", "7")] {
        let output = fanin(folder.path(), &[&SHORT[..], &["--out", out, "--threads", threads]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    for file in ["run.json", "picture.svg", "picture.png"] {
        let bytes = |out: &str| std::fs::read(folder.path().join(out).join(file)).expect("a file");
        assert!(bytes("a") == bytes("b") && bytes("a") == bytes("c"), "{file}");
    }
}

#[test]
fn every_flag_is_heard() {
    let folder = folder();
    let output = fanin(
        folder.path(),
        &[
            "compare",
            "--data",
            "moons(n = 60)",
            "--widths",
            "2,4,3,1",
            "--activation",
            "relu,tanh",
            "--init",
            "zeros,uniform(-1, 1)",
            "--init",
            "he_normal",
            "--backend",
            "candle",
            "--dtype",
            "f64",
            "--steps",
            "7",
            "--rate",
            "0.25",
            "--optimizer",
            "sgd(momentum = 0.5)",
            "--batch",
            "16",
            "--seeds",
            "3,9",
            "--out",
            "here",
        ],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let run = std::fs::read_to_string(folder.path().join("here/run.json")).expect("run.json");
    let asked = RunRecord::from_json(&run).expect("a record").arguments;
    assert_eq!(asked.widths, [2, 4, 3, 1]);
    assert_eq!(asked.activations, ["relu", "tanh"]);
    assert_eq!(asked.initializers, ["zeros", "uniform(low = -1)", "he_normal"]);
    assert_eq!((asked.backend.as_str(), asked.dtype.as_str()), ("candle", "f64"));
    assert_eq!(asked.optimizer, "sgd(rate = 0.25, momentum = 0.5)");
    assert_eq!((asked.batch, asked.steps, asked.seeds), (Some(16), 7, vec![3, 9]));
}
