//! Tests of reports on a terminal of a given width, simulated by util-linux's `script`.

use std::path::Path;
use std::process::Command;

use super::with_models;
use crate::command::{done, fanin, folder, stderr, stdout};

/// Runs a command line on a terminal with this many columns and returns the output.
fn on_terminal(folder: &Path, columns: usize, variables: &[(&str, &str)], arguments: &str) -> String {
    let line = format!("stty rows 24 cols {columns}; '{}' {arguments}", env!("CARGO_BIN_EXE_fanin"));
    let mut command = Command::new("script");
    command.current_dir(folder).args(["-qec", &line, "/dev/null"]).env("TERM", "xterm");
    // Variables that affect colors; with `CI`, any terminal counts as colored.
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"] {
        command.env_remove(variable);
    }
    let output = command.envs(variables.iter().copied()).output().expect("script starts");
    String::from_utf8(output.stdout).expect("UTF-8").replace('\r', "")
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// Joins the words of a text, so that line breaks do not matter.
fn joined(text: &str) -> String {
    plain(text).split_whitespace().collect()
}

#[test]
fn no_report_is_wider_than_the_terminal() {
    let folder = folder();
    with_models(folder.path());
    done(folder.path(), &["compare", "--data", "xor", "--hidden", "3,2", "--steps", "20", "--seeds", "2"]);
    let compare = "compare -q --data xor --hidden 3,2 --steps 20 --seeds 2";
    for columns in [40, 80, 200] {
        for arguments in [
            "list",
            "list recipes",
            "explain he_normal",
            "explain gpt2",
            "explain gpt2 --like model.safetensors",
            "explain near-twins",
            "explain relu",
            "gain 'leaky_relu(slope = 0.2)'",
            "identify -q model.safetensors --top 2",
            "diff -q model.safetensors other.safetensors",
            "audit -q model.safetensors --stage trained",
            compare,
            "audit --help",
            "compare --help",
            "completions --help",
            "diff --help",
            "explain --help",
            "fill -q --help",
            "gain --help",
            "identify --help",
            "list --help",
            "man --help",
            "sample --help",
            "--help",
        ] {
            let text = plain(&on_terminal(folder.path(), columns, &[], arguments));
            let wide: Vec<&str> = text.lines().filter(|line| textwrap::core::display_width(line) > columns).collect();
            assert!(!text.is_empty() && wide.is_empty(), "{arguments} at {columns}: {wide:#?}");
        }
    }
}

/// Lines wrap on a narrow terminal but not through a pipe; both show every value.
#[test]
fn no_value_is_lost() {
    let folder = folder();
    with_models(folder.path());
    for arguments in [
        "list recipes",
        "explain gpt2 --like model.safetensors",
        "identify -q model.safetensors",
        "audit -q model.safetensors --stage trained",
    ] {
        let piped = fanin(folder.path(), &arguments.split(' ').collect::<Vec<_>>());
        assert_eq!(joined(&on_terminal(folder.path(), 40, &[], arguments)), joined(stdout(&piped)), "{arguments}");
    }
    let piped = fanin(folder.path(), &["diff", "model.safetensors", "other.safetensors"]);
    let line =
        stdout(&piped).lines().find(|line| line.contains("h.10.mlp.c_fc.weight")).expect("a line for each tensor");
    let narrow = joined(&on_terminal(folder.path(), 40, &[], "diff -q model.safetensors other.safetensors"));
    let (_, change) = line.split_once("weight").expect("a name");
    for word in change.split("  ").map(str::trim).filter(|word| !word.is_empty()) {
        assert!(narrow.contains(&joined(word)), "{word} in {narrow}");
    }
}

#[test]
fn colors_need_a_terminal_that_has_them() {
    let folder = folder();
    with_models(folder.path());
    let colored = |variables: &[(&str, &str)], more: &str| {
        let diff = format!("diff -q {more} model.safetensors other.safetensors");
        on_terminal(folder.path(), 200, variables, &diff).contains('\u{1b}')
    };
    assert!(colored(&[], ""));
    assert!(!colored(&[("NO_COLOR", "1")], ""));
    assert!(!colored(&[("TERM", "dumb")], ""));
    assert!(!colored(&[], "--color never"));
    assert!(colored(&[("TERM", "dumb")], "--color always"));
}

#[test]
fn a_dumb_terminal_gets_no_progress() {
    let folder = folder();
    with_models(folder.path());
    let text = on_terminal(folder.path(), 80, &[("TERM", "dumb")], "audit model.safetensors --deep");
    assert!(!text.contains('\u{1b}') && text.contains("tensors\n"), "{text}");
}

#[test]
fn bytes_do_not_go_to_a_terminal() {
    let folder = folder();
    let text = on_terminal(folder.path(), 80, &[], "--color never sample --init normal --shape 4 --out -");
    assert_eq!(text, "fanin: --out -: standard output is a terminal; redirect it, or use a file\n");
}

/// `--color always` colors every report and every error, even in a pipe.
#[test]
fn all_reports_are_colored_on_request() {
    let folder = folder();
    with_models(folder.path());
    for arguments in [
        "list rules",
        "explain he_normal",
        "explain near-twins",
        "explain gpt2",
        "identify model.safetensors",
        "diff model.safetensors other.safetensors",
        "audit model.safetensors --stage trained",
        "explain nothing",
        "audit --nothing",
    ] {
        let run = |color: &str| {
            let words: Vec<&str> = ["--color", color].into_iter().chain(arguments.split(' ')).collect();
            let output = fanin(folder.path(), &words);
            format!("{}{}", stdout(&output), stderr(&output))
        };
        let (colored, plain_text) = (run("always"), run("never"));
        assert!(colored.contains('\u{1b}') && !plain_text.contains('\u{1b}'), "{arguments}: {colored}");
        assert_eq!(joined(&colored), joined(&plain_text), "{arguments}");
    }
}
