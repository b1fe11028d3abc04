//! Tests of `--quiet`: results are printed, everything else is not.

use super::with_models;
use crate::command::{done, fanin, folder, stderr, stdout};

#[test]
fn results_stay_and_everything_else_goes() {
    let folder = folder();
    with_models(folder.path());
    for arguments in [
        &["sample", "--init", "normal", "--shape", "3", "--out", "w.npy"][..],
        &["fill", "--config", "config.json", "--seed", "3", "--out", "quiet"],
        &["man", "--out", "pages"],
    ] {
        let output = done(folder.path(), &[arguments, &["-q"]].concat());
        assert_eq!((stdout(&output), stderr(&output)), ("", ""), "{arguments:?}");
    }
    let short = ["compare", "--data", "xor", "--hidden", "2", "--steps", "5", "--seeds", "1", "--quiet"];
    let output = done(folder.path(), &short);
    assert!(stdout(&output).contains("verdict") && !stdout(&output).contains("run.json"), "{}", stdout(&output));
    for arguments in [&["list", "recipes"][..], &["explain", "gpt2"], &["gain", "relu"], &["identify", "model"]] {
        let loud = done(folder.path(), arguments);
        let quiet = done(folder.path(), &[&["--quiet"], arguments].concat());
        assert_eq!(stdout(&loud), stdout(&quiet), "{arguments:?}");
    }
    let audit = fanin(folder.path(), &["audit", "model", "--deep", "-q"]);
    assert!(stdout(&audit).contains("tensors\n") && stderr(&audit).is_empty(), "{}", stderr(&audit));
}

#[test]
fn a_detected_shard_is_a_remark() {
    let folder = folder();
    with_models(folder.path());
    let told = |more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_fanin"));
        command.current_dir(folder.path()).args(["fill", "--config", "config.json", "--seed", "1", "--out", "shard"]);
        command.args(more).envs([("SLURM_PROCID", "0"), ("SLURM_STEP_NUM_TASKS", "2")]);
        stderr(&command.output().expect("the command starts")).to_owned()
    };
    assert!(told(&[]).contains("shard 0/2"));
    assert_eq!(told(&["-q"]), "");
}
