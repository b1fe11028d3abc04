//! Tests of `fanin list` and `fanin gain`.

use std::process::{Command, Stdio};

use fanin_core::Activation;
use serde_json::Value;

use crate::command::{done, fanin, folder, stderr, stdout};

#[test]
fn lists_name_everything_and_a_closed_pipe_is_no_error() {
    let folder = folder();
    let output = fanin(folder.path(), &["list"]);
    for word in ["he_normal", "kaiming_normal", "leaky_relu", "digits", "CC BY 4.0"] {
        assert!(stdout(&output).contains(word), "{word}");
    }
    for topic in ["initializers", "activations", "data"] {
        let output = fanin(folder.path(), &["list", topic]);
        assert_eq!(output.status.code(), Some(0));
        assert!(stdout(&output).len() < stdout(&fanin(folder.path(), &["list"])).len());
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_fanin"))
        .arg("list")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
}

#[test]
fn gains_are_what_the_library_gives() {
    let folder = folder();
    for (name, activation) in [
        ("relu", Activation::Relu),
        ("leaky_relu(slope=0.2)", Activation::LeakyRelu { slope: 0.2 }),
        ("swish", Activation::Silu),
    ] {
        let gains = activation.gains().unwrap();
        let output = fanin(folder.path(), &["gain", name, "--json"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let value: Value = serde_json::from_str(stdout(&output)).expect("JSON and nothing else");
        let expected = serde_json::json!({
            "activation": activation.to_string(),
            "forward": gains.forward,
            "backward": gains.backward,
            "standardized": gains.standardized,
            "pytorch": gains.pytorch,
        });
        assert_eq!(value, expected);
        let output = fanin(folder.path(), &["gain", name]);
        for word in [gains.forward, gains.backward, gains.standardized].map(|gain| gain.to_string()) {
            assert!(stdout(&output).contains(&word), "{word} in {}", stdout(&output));
        }
        assert_eq!(stdout(&output).contains("none"), gains.pytorch.is_none());
    }
}

#[test]
fn help_and_version_succeed() {
    let folder = folder();
    for arguments in [&["--help"][..], &["--version"], &["compare", "--help"], &["sample", "-h"], &["help", "list"]] {
        let output = fanin(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{arguments:?}");
    }
    assert_eq!(fanin(folder.path(), &[]).status.code(), Some(2));
}

#[test]
fn lists_are_json_too() {
    let folder = folder();
    let json = |arguments: &[&str]| -> Value {
        serde_json::from_str(stdout(&done(folder.path(), arguments))).expect("JSON and nothing else")
    };
    let all = json(&["list", "--json"]);
    let names = |list: &Value| -> Vec<String> {
        let names = list.as_array().into_iter().flatten().filter_map(|item| item["name"].as_str());
        names.map(str::to_owned).collect()
    };
    assert_eq!(names(&all["recipes"]), fanin_recipes::names().collect::<Vec<_>>());
    assert_eq!(names(&all["activations"]), Activation::ALL.map(Activation::name));
    assert!(names(&all["initializers"]).contains(&"he_normal".to_owned()));
    assert!(names(&all["rules"]).contains(&"near-twins".to_owned()));
    assert_eq!(all["data"][0]["license"], "CC BY 4.0");
    let one = json(&["list", "recipes", "--json"]);
    assert_eq!((one.as_object().map(serde_json::Map::len), &one["recipes"]), (Some(1), &all["recipes"]));
}
