//! Tests of the output of `fanin diff`.

use crate::command::{fanin, folder, stderr, stdout};
use serde_json::Value;

fn sample(folder: &std::path::Path, out: &str, arguments: &[&str]) {
    let output = fanin(folder, &[&["sample", "--layout", "oi", "--out", out], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn the_same_is_told_in_a_line_with_code_0() {
    let folder = folder();
    sample(folder.path(), "a.safetensors", &["--init", "he_normal", "--shape", "64,8"]);
    sample(folder.path(), "b.safetensors", &["--init", "he_normal", "--shape", "64,8"]);
    let output = fanin(folder.path(), &["diff", "a.safetensors", "b.safetensors"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stdout(&output), "1 tensor: 1 equal\n");
    assert!(stderr(&output).is_empty());
}

#[test]
fn what_differs_is_told_with_code_1() {
    let folder = folder();
    sample(folder.path(), "a.safetensors", &["--init", "he_normal", "--shape", "64,8"]);
    sample(folder.path(), "b.safetensors", &["--init", "he_normal", "--shape", "64,8", "--seed", "3"]);
    sample(folder.path(), "c.safetensors", &["--init", "he_normal", "--shape", "64,8", "--dtype", "f16"]);
    sample(folder.path(), "d.safetensors", &["--init", "he_normal", "--shape", "64,8", "--name", "other"]);
    for (b, words) in [
        ("b.safetensors", &["weight", "drawn anew: exactly fanin's he_normal, seed 3", "same", "1 drawn anew"][..]),
        ("c.safetensors", &["f32 to f16, equal up to rounding", "1 rounded"]),
        ("d.safetensors", &["only in the first", "only in the second", "2 tensors: 1 only in a, 1 only in b"]),
    ] {
        let output = fanin(folder.path(), &["diff", "a.safetensors", b]);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        for word in words {
            assert!(stdout(&output).contains(word), "{word} in\n{}", stdout(&output));
        }
        assert!(stderr(&output).is_empty());
    }
}

#[test]
fn json_has_every_tensor() {
    let folder = folder();
    sample(folder.path(), "a.safetensors", &["--init", "he_normal", "--shape", "64,8"]);
    sample(folder.path(), "b.safetensors", &["--init", "zeros", "--shape", "64,8"]);
    let output = fanin(folder.path(), &["diff", "a.safetensors", "b.safetensors", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let value: Value = serde_json::from_str(stdout(&output)).expect("JSON and nothing else");
    assert_eq!(value["equal"], false);
    let tensor = &value["tensors"][0];
    assert_eq!((&tensor["outcome"], &tensor["initializer"]), (&"drawn_anew".into(), &"zeros".into()));
    assert_eq!(tensor["change"]["differing"], 512);
    assert!(tensor["change"]["relative"].as_f64().is_some_and(|relative| (relative - 1.0).abs() < 1e-12));
    let output = fanin(folder.path(), &["diff", "a.safetensors", "a.safetensors", "--json"]);
    assert_eq!(output.status.code(), Some(0));
    let value: Value = serde_json::from_str(stdout(&output)).expect("JSON and nothing else");
    assert_eq!((&value["equal"], &value["tensors"][0]["outcome"]), (&true.into(), &"equal".into()));
}

#[test]
fn wrong_input_is_one_line_with_code_2() {
    let folder = folder();
    sample(folder.path(), "a.safetensors", &["--init", "he_normal", "--shape", "64,8"]);
    for arguments in [
        &["diff", "a.safetensors", "nothing.safetensors"][..],
        &["diff", "nothing.safetensors", "a.safetensors"],
        &["diff", "a.safetensors"],
        &["diff", "a.safetensors", "a.safetensors", "--select", "nobody"],
        &["diff", "a.safetensors", "a.safetensors", "--layout", "x"],
    ] {
        let output = fanin(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(stderr(&output).lines().count(), 1, "{arguments:?}: {}", stderr(&output));
        assert!(stdout(&output).is_empty());
    }
}

#[test]
fn two_arrays_are_compared_whatever_they_are_called() {
    let folder = folder();
    let sampled = |out: &str, seed: &str| {
        sample(folder.path(), out, &["--init", "he_normal", "--shape", "64,8", "--seed", seed]);
    };
    sampled("before.npy", "1");
    sampled("after.npy", "1");
    sampled("other.npy", "2");
    let output = fanin(folder.path(), &["diff", "before.npy", "after.npy"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), "1 tensor: 1 equal\n"));
    let output = fanin(folder.path(), &["diff", "before.npy", "other.npy"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("drawn anew: he_normal"), "{}", stdout(&output));
}
