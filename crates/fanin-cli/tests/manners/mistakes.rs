//! Tests of mistakes: one line on standard error with the problem, the value and what to do, and exit code 2.

use super::with_models;
use crate::command::{fanin, folder, stderr, stdout};

#[test]
fn a_mistake_is_one_line_that_helps() {
    let folder = folder();
    with_models(folder.path());
    for (arguments, expected) in [
        // Missing arguments.
        (&["audit"][..], "missing <PATH>...; see `fanin audit --help`"),
        (&["gain"], "missing <ACTIVATION>; see `fanin gain --help`"),
        (&["diff", "a.safetensors"], "missing <B>; see `fanin diff --help`"),
        (&["sample", "--init", "normal"], "missing --shape <N,N,...> and --out <FILE>; see `fanin sample --help`"),
        (
            &["fill", "--seed", "1", "--out", "x"],
            "missing one of --like <PATH>, --shapes <FILE>, --config <FILE>; see `fanin fill --help`",
        ),
        (
            &["fill"],
            "missing --seed <N>, --out <PATH> and one of --like <PATH>, --shapes <FILE>, --config <FILE>; see `fanin \
             fill --help`",
        ),
        (
            &["fill", "--seed", "1", "--out", "x", "--like", "model"],
            "missing --recipe <NAME|FILE>; see `fanin fill --help`",
        ),
        (&["list", "--color"], "--color <WHEN> has no value; the values are auto, always, never"),
        // Unknown names.
        (&["lits"], "unknown command 'lits'; did you mean 'list'? the commands are compare, sample, fill, "),
        (&["list", "--jsno"], "unknown option '--jsno'; did you mean '--json'? see `fanin list --help`"),
        (&["audit", "m", "--preset", "article"], "unknown option '--preset'; "),
        (
            &["list", "recipe"],
            "unknown value 'recipe' for [TOPIC]; did you mean 'recipes'? the values are initializers, ",
        ),
        (&["list", "rules", "more"], "unknown argument 'more'; see `fanin list --help`"),
        (&["compare", "--preset", "artcle"], "did you mean 'article'? the values are digits, article, deep, lab"),
        (&["audit", "m", "--format", "jsn"], "did you mean 'json'? the values are text, json, sarif, markdown"),
        (
            &["compare", "--optimizer", "sdg"],
            "unknown optimizer 'sdg'; did you mean 'sgd'? the optimizers are sgd and adam",
        ),
        (&["compare", "--activation", "gleu"], "gelu"),
        (&["compare", "--data", "mons"], "did you mean 'moons'?"),
        (&["compare", "--init", "he_norml"], "he_normal"),
        (&["explain", "gpt-2"], "did you mean 'gpt2'? "),
        (&["explain", "GPT2"], "did you mean 'gpt2'? "),
        (&["explain", "he"], "did you mean 'he_normal' or 'he_uniform'? "),
        (&["explain", "kaiming"], "did you mean 'kaiming_normal' or 'kaiming_uniform'? "),
        (&["explain", "near_twins"], "did you mean 'near-twins'? "),
        (
            &["explain", "nothing-of-the-kind"],
            "'nothing-of-the-kind' is not an initializer, activation, recipe or audit rule; see",
        ),
        (
            &["fill", "--recipe", "gpt-2", "--shapes", "shapes.json", "--seed", "1", "--out", "x"],
            "did you mean 'gpt2'? ",
        ),
        (&["audit", "model", "--recipe", "lama"], "unknown recipe 'lama'; did you mean 'llama'? the recipes are "),
        (&["audit", "model", "--ignore", "dead-row"], "did you mean 'dead-rows'? "),
        (&["explain", "gpt2", "--like", "model", "--set", "layer=2"], "layers"),
        // Invalid values.
        (&["audit", "m", "--threads", "none"], "invalid value 'none' for --threads <N>: use 1 to 1024 threads"),
        (
            &["sample", "--init", "normal", "--shape", "4", "--out", "x.bin"],
            "x.bin: unknown file format; use .safetensors or .npy",
        ),
        (&["fill", "--seed", "1", "--seed", "2"], "--seed <N> is given twice; use it once"),
        (
            &["explain", "gpt2", "--like", "a", "--shapes", "b"],
            "--like <PATH> cannot be used with --shapes <FILE>; use only one of them",
        ),
        (
            &["identify", "model", "--select", "nobody.*"],
            "--select 'nobody.*' matches no tensor; use a pattern such as '*.weight'",
        ),
    ] {
        let output = fanin(folder.path(), arguments);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.starts_with("fanin: ") && text.contains(expected), "{arguments:?}: {text}");
        assert_eq!(text.lines().count(), 1, "{arguments:?}: {text}");
        assert!(stdout(&output).is_empty(), "{arguments:?}");
    }
}
