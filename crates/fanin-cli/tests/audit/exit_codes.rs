//! Tests of requests, refusals and exit codes.

use std::fs;

use super::{healthy, json, sick, write};
use crate::command::{fanin, folder, stderr, stdout};

#[test]
fn exit_codes_follow_what_is_asked_for() {
    let folder = folder();
    sick(folder.path());
    healthy(folder.path());
    for (arguments, code) in [
        (&["audit", "sick.safetensors", "--ignore", "non-finite"][..], 0),
        (&["audit", "sick.safetensors", "--ignore", "non-finite", "--fail-on", "warn"], 1),
        (&["audit", "sick.safetensors", "--ignore", "non-finite,equal-neurons", "--fail-on", "warn"], 0),
        (&["audit", "sick.safetensors", "--select", "dead-rows", "--fail-on", "warn"], 0),
        (&["audit", "sick.safetensors", "--ignore", "*:layers.0.*"], 0),
        (&["audit", "sick.safetensors", "--ignore", "dead-rows,*:layers.{0,2}.*", "--fail-on", "warn"], 0),
        (&["audit", "sick.safetensors", "--select", "rank", "--deep", "--fail-on", "warn"], 0),
        (&["audit", "healthy.safetensors", "sick.safetensors"], 1),
        (&["audit", "healthy.safetensors", "--stage", "trained", "--fail-on", "warn"], 1),
        (&["audit", "healthy.safetensors", "--deep", "--threads", "1"], 0),
    ] {
        let output = fanin(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{}{}", stdout(&output), stderr(&output));
    }
}

#[test]
fn a_baseline_hides_what_is_known() {
    let folder = folder();
    sick(folder.path());
    let output = fanin(folder.path(), &["audit", "sick.safetensors", "--write-baseline", "known.json"]);
    assert_eq!(output.status.code(), Some(1));
    let first = fs::read(folder.path().join("known.json")).expect("written");
    fanin(folder.path(), &["audit", "sick.safetensors", "--write-baseline", "known.json"]);
    assert_eq!(fs::read(folder.path().join("known.json")).expect("written"), first);
    let output = fanin(folder.path(), &["audit", "sick.safetensors", "--baseline", "known.json", "--fail-on", "warn"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("the baseline hides 3\n0 errors"), "{}", stdout(&output));
    healthy(folder.path());
    let output = fanin(folder.path(), &["audit", "healthy.safetensors", "--baseline", "known.json", "--json"]);
    let report = json(stdout(&output));
    assert_eq!(
        (report["baseline"]["hidden"].as_u64(), report["baseline"]["gone"].as_array().map(Vec::len)),
        (Some(0), Some(3))
    );
}

#[test]
fn a_recipe_is_held_to() {
    let folder = folder();
    healthy(folder.path());
    let recipe = |init: &str| {
        let text = format!(
            "name = 'own'\ntitle = 'one'\nsource = 'me'\nlayout = 'oi'\nrules = [{{ match = '*', init = '{init}' }}]"
        );
        fs::write(folder.path().join("own.toml"), text).expect("written");
        fanin(folder.path(), &["audit", "healthy.safetensors", "--recipe", "own.toml"])
    };
    assert_eq!(recipe("he_normal").status.code(), Some(0));
    let output = recipe("lecun_normal");
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("is not lecun_normal: the standard deviation"), "{}", stdout(&output));
}

#[test]
fn what_is_wrong_is_one_line_that_says_what_to_do() {
    let folder = folder();
    healthy(folder.path());
    fs::write(folder.path().join("cut.safetensors"), [9, 0, 0, 0, 0, 0, 0, 0, b'{']).expect("written");
    fs::write(folder.path().join("list.json"), "[]").expect("written");
    for (arguments, part) in [
        (&["audit"][..], "<PATH>"),
        (&["audit", "none.safetensors"], "none.safetensors cannot be read"),
        (&["audit", "cut.safetensors"], "cut.safetensors: is truncated"),
        (&["audit", "healthy.safetensors", "--select", "near-twin"], "did you mean 'near-twins'?"),
        (&["audit", "healthy.safetensors", "--ignore", "nothing-of-the-kind"], "unknown rule 'nothing-of-the-kind'"),
        (&["audit", "healthy.safetensors", "--ignore", "scale:["], "invalid pattern '['"),
        (&["audit", "healthy.safetensors", "--select", "rank"], "add --deep"),
        (&["audit", "healthy.safetensors", "--select", "scale,rank:layers.*"], "add --deep"),
        (&["audit", "healthy.safetensors", "--recipe", "gpt2", "--stage", "trained"], "leave out one of them"),
        (&["audit", "healthy.safetensors", "--write-baseline", "healthy.safetensors"], "exists and is not a baseline"),
        (&["audit", "healthy.safetensors", "--write-baseline", "list.json"], "exists and is not a baseline"),
        (&["audit", "healthy.safetensors", "--write-baseline", "."], "exists and is not a baseline"),
        (&["audit", "healthy.safetensors", "--recipe", "gtp2"], "gpt2"),
        (&["audit", "healthy.safetensors", "--recipe", "t5"], "healthy.safetensors: "),
        (&["audit", "healthy.safetensors", "--set", "layers=2"], "--recipe"),
        (&["audit", "healthy.safetensors", "--threads", "0"], "use 1 to 1024 threads"),
        (&["audit", "healthy.safetensors", "--baseline", "none.json"], "none.json cannot be read"),
        (&["audit", "healthy.safetensors", "--baseline", "list.json"], "list.json is not a baseline"),
        (&["audit", "healthy.safetensors", "--fail-on", "note"], "--fail-on"),
        (&["explain", "near-twin"], "did you mean 'near-twins'?"),
    ] {
        let output = fanin(folder.path(), arguments);
        let (code, text) = (output.status.code(), stderr(&output));
        assert!(code == Some(2) && text.contains(part) && text.lines().count() == 1, "{arguments:?}: {code:?} {text}");
        assert!(stdout(&output).is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_recipe_is_asked_whatever_the_evidence_says() {
    let folder = folder();
    // The evidence suggests a trained checkpoint: every row has its own scale.
    write(folder.path(), "scaled.safetensors", |_, values| {
        let mut factor = 0.5;
        for (at, value) in values.iter_mut().enumerate() {
            if at % 32 == 0 {
                factor = if factor > 2.0 { 0.5 } else { factor * 1.3 };
            }
            *value *= factor;
        }
    });
    let text =
        "name = 'own'\ntitle = 'one'\nsource = 'me'\nlayout = 'oi'\nrules = [{ match = '*', init = 'he_normal' }]";
    fs::write(folder.path().join("own.toml"), text).expect("written");
    let output = fanin(folder.path(), &["audit", "scaled.safetensors"]);
    assert!(stdout(&output).starts_with("scaled.safetensors: trained, 0 of 12"), "{}", stdout(&output));
    let output = fanin(folder.path(), &["audit", "scaled.safetensors", "--recipe", "own.toml"]);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    let (first, rest) = stdout(&output).split_once('\n').expect("lines");
    assert!(
        first.starts_with("scaled.safetensors: fresh, because a recipe was declared, but it looks trained: 0 of 12"),
        "{first}"
    );
    assert_eq!(rest.matches("[not-the-recipe]").count(), 12);
}

#[test]
fn a_baseline_overwrites_a_baseline_alone() {
    let folder = folder();
    sick(folder.path());
    let before = fs::read(folder.path().join("sick.safetensors")).expect("a file");
    let output = fanin(folder.path(), &["audit", "sick.safetensors", "--write-baseline", "sick.safetensors"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert_eq!(fs::read(folder.path().join("sick.safetensors")).expect("a file"), before);
    fs::write(folder.path().join("empty.json"), "").expect("written");
    for _ in 0..2 {
        let output = fanin(folder.path(), &["audit", "sick.safetensors", "--write-baseline", "empty.json"]);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    }
}
