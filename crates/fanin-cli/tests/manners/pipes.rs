//! Tests of closed pipes, and of colors in pipes.

use std::process::{Command, Stdio};

use super::with_models;
use crate::command::{folder, stderr, stdout};

/// Whether the text contains escape sequences.
fn is_colored(text: &str) -> bool {
    text.contains('\u{1b}')
}

/// Simulates `| head -c 0` for every command that prints.
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = folder();
    with_models(folder.path());
    for arguments in [
        &["list"][..],
        &["list", "--json"],
        &["explain", "gpt2", "--like", "model"],
        &["explain", "he_normal"],
        &["identify", "model", "--json"],
        &["diff", "model.safetensors", "other.safetensors"],
        &["audit", "model"],
        &["audit", "model", "--format", "sarif"],
        &["gain", "gelu"],
        &["sample", "--init", "normal", "--shape", "1000,1000", "--out", "-"],
        &["completions", "zsh"],
        &["man"],
        &["fill", "--help"],
        &["--version"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fanin"))
            .current_dir(folder.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the command ends");
        assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""), "{arguments:?}");
    }
}

/// A closed standard error does not panic either; only the exit code reports the failure.
#[test]
fn unread_errors_do_not_panic() {
    let folder = folder();
    for arguments in [&["explain", "nothing"][..], &["--nonsense"], &[], &["audit", "none.safetensors"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fanin"))
            .current_dir(folder.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        drop(child.stderr.take());
        let output = child.wait_with_output().expect("the command ends");
        assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""), "{arguments:?}");
    }
}

#[test]
fn colors_come_as_asked() {
    let folder = folder();
    with_models(folder.path());
    let colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fanin"));
        command.current_dir(folder.path()).args(arguments).env_remove("NO_COLOR").envs(variables.iter().copied());
        is_colored(stdout(&command.output().expect("the command starts")))
    };
    let diff = ["diff", "model.safetensors", "other.safetensors"];
    let with = |choice: &'static str| [&diff[..], &["--color", choice]].concat();
    assert!(!colored(&diff, &[]), "a pipe");
    assert!(colored(&with("always"), &[]));
    assert!(colored(&with("always"), &[("NO_COLOR", "1")]), "the option takes precedence");
    assert!(!colored(&with("never"), &[("CLICOLOR_FORCE", "1")]));
    assert!(colored(&["--color", "always", "list", "--help"], &[]));
    assert!(!colored(&["list", "--help", "--color=never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(
        !colored(&["diff", "model", "other.safetensors", "--json", "--color", "always"], &[]),
        "JSON has no colors"
    );
}
