//! Tests of several processes that fill one checkpoint.

use std::process::Command;

use serde_json::Value;

use super::{LLAMA, contents, done, fill, with_config};
use crate::command::{fanin, stderr, stdout};

#[test]
fn shards_and_threads_write_the_bytes_of_one() {
    let folder = with_config(LLAMA);
    let size = ["--max-shard-size", "8KB"];
    done(&fanin(folder.path(), &fill("whole", &size)));
    let whole = contents(&folder.path().join("whole"));
    assert!(whole.len() > 8, "{:?}", whole.keys());
    for (shards, threads) in [(2, "1"), (4, "2"), (7, "2")] {
        let out = format!("{shards}");
        for index in 0..shards {
            let shard = format!("{index}/{shards}");
            let output =
                fanin(folder.path(), &fill(&out, &[&size[..], &["--shard", &shard, "--threads", threads]].concat()));
            done(&output);
            let last = index == shards - 1;
            assert_eq!(stdout(&output).contains("still missing"), !last, "{}", stdout(&output));
        }
        assert!(contents(&folder.path().join(&out)) == whole, "{shards} processes");
    }
}

/// The scheduler tells each process its rank.
#[test]
fn a_scheduler_says_which_process_it_is() {
    let folder = with_config(LLAMA);
    let run = |out: &str, variables: &[(&str, &str)], more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fanin"));
        command.current_dir(folder.path()).args(fill(out, &["--max-shard-size", "8KB"])).args(more);
        let output = command.envs(variables.iter().copied()).output().expect("the command starts");
        (output.status.code(), stdout(&output).to_owned(), stderr(&output).to_owned())
    };
    let (_, _, told) = run("slurm", &[("SLURM_PROCID", "0"), ("SLURM_STEP_NUM_TASKS", "2")], &[]);
    assert_eq!(
        told,
        "fanin: shard 0/2, detected from SLURM_PROCID and SLURM_STEP_NUM_TASKS; --shard 0/1 writes everything\n"
    );
    run("slurm", &[("SLURM_PROCID", "1"), ("SLURM_STEP_NUM_TASKS", "2")], &[]);
    let batch = [("SLURM_PROCID", "0"), ("SLURM_NTASKS", "2"), ("SLURM_JOB_ID", "9")];
    let (code, _, told) = run("batch", &batch, &[]);
    assert_eq!((code, told.as_str()), (Some(0), ""), "a batch script is one process");
    assert!(contents(&folder.path().join("slurm")) == contents(&folder.path().join("batch")));
    let kubernetes = [("JOB_COMPLETION_INDEX", "1")];
    let (code, _, told) = run("kubernetes", &kubernetes, &[]);
    assert!(code == Some(2) && told.contains("FANIN_SHARDS is not"), "{told}");
    let (code, _, told) = run("kubernetes", &kubernetes, &["--shard", "0/1"]);
    assert_eq!((code, told.as_str()), (Some(0), ""));
    let (code, text, _) = run("many", &[("JOB_COMPLETION_INDEX", "499"), ("FANIN_SHARDS", "500")], &[]);
    assert!(code == Some(0) && text.contains("shard 499/500 has no files,"), "{text}");
}

/// If processes disagree, the second is rejected; with --force, old files of other processes count as missing.
#[test]
fn shards_of_two_seeds_make_no_checkpoint() {
    let folder = with_config(LLAMA);
    let run = |seed: &str, shard: &str, more: &[&str]| {
        let all = ["fill", "--config", "config.json", "--max-shard-size", "8KB", "--out", "model", "--seed", seed];
        fanin(folder.path(), &[&all[..], &["--shard", shard], more].concat())
    };
    let index = folder.path().join("model/model.safetensors.index.json");
    done(&run("1", "0/2", &[]));
    let refused = run("2", "1/2", &[]);
    assert_eq!((refused.status.code(), stdout(&refused)), (Some(2), ""));
    assert!(stderr(&refused).contains("does not match this process's files"), "{}", stderr(&refused));
    assert!(!index.exists());
    done(&run("1", "1/2", &[]));
    assert!(index.exists());
    let forced = run("2", "0/2", &["--force"]);
    done(&forced);
    assert!(stdout(&forced).contains("the shard that replaces"), "{}", stdout(&forced));
    assert!(!index.exists());
    let last = run("2", "1/2", &["--force", "--json"]);
    let json: Value = serde_json::from_str(stdout(&last)).expect("JSON");
    assert_eq!((json["whole"].as_bool(), json["old"].is_null()), (Some(true), true));
    done(&fanin(
        folder.path(),
        &["fill", "--config", "config.json", "--max-shard-size", "8KB", "--out", "one", "--seed", "2"],
    ));
    assert!(contents(&folder.path().join("model")) == contents(&folder.path().join("one")));
}
