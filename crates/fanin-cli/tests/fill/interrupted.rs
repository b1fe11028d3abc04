//! Tests of runs that are interrupted, killed, or stopped by a full disk.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{LLAMA, contents, done, fill, with_config};
use crate::command::{fanin, stderr};

/// 280 MB, in one or several files: a few tenths of a second of work.
const LARGE: &str = r#"{"model_type": "gpt2", "n_embd": 640, "n_head": 10, "n_layer": 8, "vocab_size": 50000}"#;
const SIZE: [&str; 2] = ["--max-shard-size", "30MB"];

fn begun(folder: &Path, more: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanin"));
    command.current_dir(folder).args(fill("model", more)).stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().expect("the command starts")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("model")).into_iter().flatten();
    entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect()
}

/// Waits until a file is being written.
fn wait_for_unfinished(folder: &Path, number: &str) {
    let begun = Instant::now();
    while !names(folder).iter().any(|name| name.ends_with(".unfinished") && name.contains(number)) {
        assert!(begun.elapsed() < Duration::from_mins(1), "nothing is begun");
        sleep(Duration::from_millis(1));
    }
}

/// Checks that every file with a final name is complete: its length matches its header.
fn all_named_are_whole(folder: &Path) -> usize {
    let weights: Vec<_> =
        names(folder).into_iter().filter(|name| !name.starts_with('.') && name.ends_with("safetensors")).collect();
    for name in &weights {
        let listed = fanin_checkpoint::listing::of_checkpoint(&folder.join("model").join(name));
        assert!(listed.is_ok(), "{name}: {listed:?}");
    }
    assert!(!names(folder).contains(&"model.safetensors.index.json".to_owned()), "an index without its files");
    weights.len()
}

#[test]
fn a_killed_run_leaves_nothing_that_looks_whole_and_is_finished_by_another() {
    let (folder, whole) = (with_config(LARGE), with_config(LARGE));
    for number in ["00001", "00003"] {
        let mut child = begun(folder.path(), &SIZE);
        wait_for_unfinished(folder.path(), number);
        child.kill().expect("it is killed");
        child.wait().expect("it has ended");
        all_named_are_whole(folder.path());
    }
    assert!(names(folder.path()).iter().any(|name| name.ends_with(".unfinished")), "SIGKILL leaves what was begun");
    done(&fanin(folder.path(), &fill("model", &SIZE)));
    done(&fanin(whole.path(), &fill("model", &SIZE)));
    assert!(contents(&folder.path().join("model")) == contents(&whole.path().join("model")));
}

#[test]
fn an_interrupt_removes_what_was_begun() {
    let folder = with_config(LARGE);
    let mut child = begun(folder.path(), &SIZE);
    wait_for_unfinished(folder.path(), "00002");
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill starts");
    assert!(killed.success());
    assert_eq!(child.wait().expect("it has ended").code(), Some(130));
    let mut said = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("UTF-8");
    assert_eq!(said, "");
    all_named_are_whole(folder.path());
    assert!(names(folder.path()).iter().all(|name| !name.ends_with(".unfinished")), "{:?}", names(folder.path()));
}

#[test]
fn two_that_make_the_same_file_do_not_mix() {
    let folder = with_config(LARGE);
    let mut first = begun(folder.path(), &[]);
    wait_for_unfinished(folder.path(), "model");
    let second = fanin(folder.path(), &["fill", "--config", "config.json", "--seed", "7", "--out", "model"]);
    assert_eq!(second.status.code(), Some(2));
    assert!(stderr(&second).contains("is being written by another process"), "{}", stderr(&second));
    assert!(first.wait().expect("it has ended").success());
}

/// A file size limit simulates a full disk: the same call fails.
#[test]
fn a_file_that_cannot_grow_is_an_error_that_names_it_and_its_size() {
    let folder = with_config(LLAMA);
    let mut command = Command::new("bash");
    command.current_dir(folder.path()).arg("-c").arg("trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"");
    let output = command.arg(env!("CARGO_BIN_EXE_fanin")).args(fill("model", &[])).output().expect("bash starts");
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("cannot write model/model.safetensors ("), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert_eq!(names(folder.path()), ["config.json"]);
}

/// Memory does not grow with the model: 225 MB more values take less than 8 MB more memory.
#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_the_model() {
    let peak = |words: usize| {
        let folder = with_config(&format!(
            r#"{{"model_type": "gpt2", "n_embd": 256, "n_head": 4, "n_layer": 1, "vocab_size": {words}}}"#
        ));
        let mut child = begun(folder.path(), &["--threads", "1"]);
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0_u64;
        while child.try_wait().expect("it is asked").is_none() {
            let text = fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            peak = peak.max(line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0));
        }
        peak
    };
    let (small, large) = (peak(30_000), peak(250_000));
    assert!(small > 1000 && large < small + 8 * 1024, "{small} KB for 30 MB, {large} KB for 256 MB");
}
