//! Tests of the output of `fanin identify`.

use crate::command::{fanin, folder, stderr, stdout};
use serde_json::Value;

fn sample(folder: &std::path::Path, arguments: &[&str]) {
    let output = fanin(folder, &[&["sample"], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn own_values_are_recognized_and_others_named() {
    let folder = folder();
    let shape = ["--shape", "64,8", "--layout", "oi", "--out", "w.safetensors"];
    sample(folder.path(), &[&["--init", "he_normal", "--seed", "42", "--name", "fc.weight"], &shape[..]].concat());
    let output = fanin(folder.path(), &["identify", "w.safetensors"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    for words in ["fc.weight [64, 8] f32", "exactly fanin's he_normal, seed 42", "fan_in 8, fan_out 64", "1 tensor"] {
        assert!(text.contains(words), "{words} in\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() < 100), "{text}");
    // If the seed is not among those tried, the distribution is still identified.
    let output = fanin(folder.path(), &["identify", "w.safetensors", "--seed", "7", "--top", "3"]);
    let text = stdout(&output);
    assert!(text.contains("\n    he_normal\n") && text.contains("1. he_normal: log-likelihood"), "{text}");
    assert!(text.contains("nats below"), "{text}");
    // With the other axis order, the fans are swapped.
    let output = fanin(folder.path(), &["identify", "w.safetensors", "--seed", "7", "--layout", "io"]);
    assert!(stdout(&output).contains("he_normal(mode = fan_out)"), "{}", stdout(&output));
    assert!(stdout(&output).contains("he_normal if the axes are swapped"));
    let output = fanin(folder.path(), &["identify", "w.safetensors", "--seed", "7", "--layout-of", "fc.*=io"]);
    assert!(stdout(&output).contains("he_normal(mode = fan_out)"), "{}", stdout(&output));
}

#[test]
fn conv1d_turns_the_axes_of_its_weights() {
    let folder = folder();
    let name = ["--name", "h.0.attn.c_attn.weight", "--shape", "30,90", "--layout", "io", "--seed", "500"];
    sample(folder.path(), &[&["--init", "lecun_normal", "--out", "w.safetensors"], &name[..]].concat());
    let output = fanin(folder.path(), &["identify", "w.safetensors", "--conv1d"]);
    assert!(stdout(&output).contains("\n    lecun_normal\n"), "{}", stdout(&output));
}

#[test]
fn one_more_initializer_is_compared_with() {
    let folder = folder();
    let init = ["--init", "glorot_uniform(gain = 0.6)", "--shape", "40,80", "--layout", "oi", "--seed", "500"];
    sample(folder.path(), &[&init[..], &["--out", "w.safetensors"]].concat());
    let alone = fanin(folder.path(), &["identify", "w.safetensors"]);
    assert!(stdout(&alone).contains("uniform(low = -0.13"), "{}", stdout(&alone));
    let output = fanin(folder.path(), &["identify", "w.safetensors", "--init", "glorot_uniform(gain = 0.6)"]);
    assert!(stdout(&output).contains("\n    glorot_uniform(gain = 0.6)\n"), "{}", stdout(&output));
}

#[test]
fn json_has_every_candidate() {
    let folder = folder();
    let init = ["--init", "normal(std = 0.02)", "--shape", "40,80", "--dtype", "bf16", "--seed", "500"];
    sample(folder.path(), &[&init[..], &["--out", "w.safetensors"]].concat());
    let output = fanin(folder.path(), &["identify", "w.safetensors", "--json"]);
    let value: Value = serde_json::from_str(stdout(&output)).expect("JSON and nothing else");
    let tensor = &value["tensors"][0];
    assert_eq!(tensor["verdict"], "known");
    assert_eq!(tensor["summary"], "normal(std = 0.02)");
    assert_eq!((&tensor["fan_in"], &tensor["fan_out"]), (&80.into(), &40.into()));
    let candidates = tensor["candidates"].as_array().expect("candidates");
    assert_eq!(candidates[0]["initializer"], "normal(std = 0.02)");
    assert!(candidates.len() > 5 && candidates[0]["probability"].as_f64().is_some_and(|p| p > 1e-4));
    let below: Vec<f64> = candidates.iter().filter_map(|one| one["nats_below_best"].as_f64()).collect();
    assert!(below.len() == candidates.len() && below.is_sorted(), "{below:?}");
}

#[test]
fn wrong_input_is_one_line() {
    let folder = folder();
    sample(folder.path(), &["--init", "normal", "--shape", "4,4", "--out", "w.safetensors"]);
    std::fs::write(folder.path().join("bad.safetensors"), b"no").expect("written");
    for (arguments, words) in [
        (&["identify", "nothing.safetensors"][..], "nothing.safetensors"),
        (&["identify", "bad.safetensors"], "bad.safetensors"),
        (&["identify", "w.safetensors", "--layout", "ox"], "unknown layout 'ox'"),
        (&["identify", "w.safetensors", "--layout", "fc.*=ho"], "--layout fc.*=ho: unknown layout 'ho'"),
        (&["identify", "w.safetensors", "--layout", "io", "--layout", "oi"], "--layout oi: io is already set"),
        (&["identify", "w.safetensors", "--init", "he_norml"], "did you mean 'he_normal'?"),
        (&["identify", "w.safetensors", "--select", "a["], "a["),
        (&["identify", "w.safetensors", "--select", "b.*"], "--select"),
        (&["identify"], "PATH"),
    ] {
        let output = fanin(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let text = stderr(&output);
        assert!(text.contains(words) && text.lines().count() == 1, "{arguments:?}: {text}");
        assert!(stdout(&output).is_empty());
    }
}
