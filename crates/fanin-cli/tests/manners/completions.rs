//! Tests of completion scripts and manual pages.

use std::process::Command;

use crate::command::{done, fanin, folder, stderr, stdout};

const COMMANDS: [&str; 11] =
    ["audit", "compare", "completions", "diff", "explain", "fill", "gain", "identify", "list", "man", "sample"];

#[test]
fn every_shell_gets_a_script_with_all_commands() {
    let folder = folder();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let output = done(folder.path(), &["completions", shell]);
        for word in COMMANDS.iter().chain(&["fail-on", "max-shard-size"]) {
            assert!(stdout(&output).contains(word), "{word} for {shell}");
        }
    }
    let output = fanin(folder.path(), &["completions", "tcsh"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("unknown value 'tcsh' for <SHELL>"), "{}", stderr(&output));
}

/// Queries the bash script the way bash does.
#[cfg(target_os = "linux")]
#[test]
fn bash_completes_commands_options_and_values() {
    let folder = folder();
    let script = done(folder.path(), &["completions", "bash"]);
    std::fs::write(folder.path().join("fanin.bash"), &script.stdout).expect("written");
    for (line, expected) in [
        ("fanin ident", "identify"),
        ("fanin list rec", "recipes"),
        ("fanin audit --fail", "--fail-on"),
        ("fanin audit --fail-on w", "warn"),
        ("fanin compare --preset art", "article"),
    ] {
        let last = line.split(' ').count() - 1;
        let ask = format!(
            "source ./fanin.bash; COMP_WORDS=({line}); COMP_CWORD={last}; _fanin fanin \"${{COMP_WORDS[{last}]}}\" \
             \"${{COMP_WORDS[{}]}}\"; echo \"${{COMPREPLY[@]}}\"",
            last - 1
        );
        let output = Command::new("bash").current_dir(folder.path()).args(["-c", &ask]).output().expect("bash starts");
        assert_eq!(stdout(&output).trim(), expected, "{line}: {}", stderr(&output));
    }
}

#[test]
fn manual_pages_cover_every_command() {
    let folder = folder();
    let output = done(folder.path(), &["man", "--out", "pages/man1"]);
    assert_eq!(stdout(&output), "wrote 12 pages to pages/man1\n");
    let page = |name: &str| std::fs::read_to_string(folder.path().join("pages/man1").join(name)).expect("a page");
    for command in COMMANDS {
        let page = page(&format!("fanin-{command}.1"));
        for section in [".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION", ".SH OPTIONS", ".SH EXAMPLES"] {
            assert!(page.contains(section), "{section} of {command}\n{page}");
        }
    }
    assert!(page("fanin-audit.1").contains("Exit codes:"));
    assert!(page("fanin-sample.1").contains("50257,768"));
    let main = done(folder.path(), &["man"]);
    assert_eq!(stdout(&main), page("fanin.1"));
    assert!(COMMANDS.iter().all(|command| stdout(&main).contains(&format!("fanin\\-{command}"))), "{}", stdout(&main));
}
