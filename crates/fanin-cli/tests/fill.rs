//! `fanin fill`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::command::{fanin, folder, stderr, stdout};
use safetensors::SafeTensors;
use serde_json::Value;

const LLAMA: &str = r#"{"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 32,
    "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 100}"#;

/// A folder with `config.json` in it.
fn with_config(text: &str) -> tempfile::TempDir {
    let folder = folder();
    fs::write(folder.path().join("config.json"), text).expect("written");
    folder
}

/// Every file of a folder, hidden ones too.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let file = |entry: fs::DirEntry| {
        (entry.file_name().into_string().expect("UTF-8"), fs::read(entry.path()).expect("it is read"))
    };
    fs::read_dir(folder).expect("a folder").map(|entry| file(entry.expect("an entry"))).collect()
}

fn fill<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["fill", "--config", "config.json", "--seed", "42", "--out", out][..], more].concat()
}

#[track_caller]
fn done(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
}

#[test]
fn every_tensor_holds_the_bits_of_sample() {
    let folder = with_config(LLAMA);
    done(&fanin(folder.path(), &fill("model", &["--dtype", "bf16"])));
    let names: Vec<String> = contents(&folder.path().join("model")).into_keys().collect();
    assert_eq!(names, ["config.json", "model.safetensors"]);
    let bytes = fs::read(folder.path().join("model/model.safetensors")).expect("it is read");
    let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    for (name, shape) in [("model.layers.1.mlp.down_proj.weight", "32,48"), ("lm_head.weight", "100,32")] {
        let init =
            ["sample", "--init", "normal(std = 0.02)", "--seed", "42", "--dtype", "bf16", "--out", "one.safetensors"];
        done(&fanin(folder.path(), &[&init[..], &["--name", name, "--shape", shape]].concat()));
        let one = fs::read(folder.path().join("one.safetensors")).expect("it is read");
        let one = SafeTensors::deserialize(&one).expect("a safetensors file");
        assert!(one.tensor(name).expect("there").data() == file.tensor(name).expect("there").data(), "{name}");
    }
}

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
            assert_eq!(stdout(&output).contains("not there yet"), !last, "{}", stdout(&output));
        }
        assert!(contents(&folder.path().join(&out)) == whole, "{shards} processes");
    }
}

/// Each process is told by its scheduler which one it is.
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
    assert_eq!(told, "fanin: shard 0/2, by SLURM_PROCID and SLURM_STEP_NUM_TASKS; --shard 0/1 writes everything\n");
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
    assert!(code == Some(0) && text.contains("shard 499/500 has no file"), "{text}");
}

#[test]
fn the_summary_says_what_was_written() {
    let folder = with_config(LLAMA);
    let output = fanin(folder.path(), &fill("model", &[]));
    assert!(
        stdout(&output).starts_with("1 file in model, ") && stdout(&output).ends_with("/s\n"),
        "{}",
        stdout(&output)
    );
    assert!(stderr(&output).is_empty());
    let again = fanin(folder.path(), &fill("model", &[]));
    assert!(stdout(&again).contains("1 already there, the same to the byte"), "{}", stdout(&again));
    let json = fanin(folder.path(), &fill("json", &["--json", "--max-shard-size", "8KB"]));
    let json: Value = serde_json::from_str(stdout(&json)).expect("JSON and nothing else");
    assert_eq!((json["whole"].as_bool(), json["shard"].as_str()), (Some(true), Some("0/1")));
    let bytes: u64 =
        json["checkpoint"].as_array().into_iter().flatten().filter_map(|file| file["bytes"].as_u64()).sum();
    assert_eq!(json["bytes"].as_u64(), Some(bytes));
    let quiet = fanin(folder.path(), &fill("quiet", &["--quiet"]));
    assert!(quiet.status.success() && stdout(&quiet).is_empty() && stderr(&quiet).is_empty());
}

/// Of processes that do not agree, the second is refused; with --force the old files of others count as missing.
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
    assert!(stderr(&refused).contains("of another checkpoint than this process's files"), "{}", stderr(&refused));
    assert!(!index.exists());
    done(&run("1", "1/2", &[]));
    assert!(index.exists());
    let forced = run("2", "0/2", &["--force"]);
    done(&forced);
    assert!(stdout(&forced).contains("and not there yet; the shard that replaces"), "{}", stdout(&forced));
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

#[test]
fn the_configuration_states_the_element_type() {
    let of = |field: &str, more: &[&str]| {
        let folder = with_config(&LLAMA.replace('}', &format!("{field}}}")));
        done(&fanin(folder.path(), &fill("one.safetensors", more)));
        fs::read(folder.path().join("one.safetensors")).expect("it is read")
    };
    let half = of(r#", "torch_dtype": "bfloat16""#, &[]);
    assert!(half == of("", &["--dtype", "bf16"]));
    assert!(of(r#", "dtype": "float32""#, &[]) == of("", &[]));
    assert!(of(r#", "dtype": "bfloat16""#, &["--dtype", "f32"]) == of("", &[]));
    assert!(half.len() < of("", &[]).len());
}

/// Neither memory nor time is spent on a file without an end.
#[cfg(unix)]
#[test]
fn a_file_without_an_end_is_refused() {
    let folder = with_config(LLAMA);
    for name in ["zero", "zero.toml", "zero.json"] {
        std::os::unix::fs::symlink("/dev/zero", folder.path().join(name)).expect("a link");
    }
    fs::write(folder.path().join("shapes.json"), r#"{"w": [4, 8]}"#).expect("written");
    done(&fanin(folder.path(), &fill("one.safetensors", &[])));
    for arguments in [
        &["fill", "--seed", "1", "--out", "out", "--config", "zero"][..],
        &["fill", "--seed", "1", "--out", "out", "--recipe", "llama", "--shapes", "zero.json"],
        &["fill", "--seed", "1", "--out", "out", "--recipe", "zero.toml", "--shapes", "shapes.json"],
        &["explain", "zero.toml"],
        &["audit", "one.safetensors", "--baseline", "zero"],
    ] {
        let output = fanin(folder.path(), arguments);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.contains("zero") && text.contains("not a regular file") && text.lines().count() == 1, "{text}");
    }
}

/// Every command refuses to start more threads than any machine has cores.
#[test]
fn an_absurd_number_of_threads_is_refused() {
    let folder = with_config(LLAMA);
    done(&fanin(folder.path(), &fill("one.safetensors", &["--threads", "1024"])));
    let audit = fanin(folder.path(), &["audit", "one.safetensors", "--threads", "100000"]);
    assert!(audit.status.code() == Some(2) && stderr(&audit).contains("1024 at most"), "{}", stderr(&audit));
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanin"));
    command.current_dir(folder.path()).args(["identify", "one.safetensors"]).env("RAYON_NUM_THREADS", "100000");
    let output = command.output().expect("the command starts");
    assert!(output.status.code() == Some(2) && stderr(&output).contains("RAYON_NUM_THREADS is 100000"));
    for command in ["fill", "explain"] {
        let help = fanin(folder.path(), &[command, "--help"]);
        assert!(stdout(&help).contains(".npz") && stdout(&help).contains(".pt"), "{}", stdout(&help));
    }
}

#[test]
fn a_checkpoint_and_a_list_serve_as_the_model() {
    let folder = folder();
    let list = r#"{"wte.weight": [50, 8], "h.0.ln_1.weight": {"shape": [8], "dtype": "F64"},
        "h.0.mlp.c_proj.weight": [32, 8], "lm_head.weight": {"tied_to": "wte.weight"}}"#;
    fs::write(folder.path().join("shapes.json"), list).expect("written");
    let of_list = ["fill", "--recipe", "gpt2", "--shapes", "shapes.json", "--seed", "5", "--out", "a.safetensors"];
    done(&fanin(folder.path(), &of_list));
    let bytes = fs::read(folder.path().join("a.safetensors")).expect("it is read");
    let mut names: Vec<String> =
        SafeTensors::deserialize(&bytes).expect("a file").names().into_iter().map(str::to_owned).collect();
    names.sort();
    assert_eq!(names, ["h.0.ln_1.weight", "h.0.mlp.c_proj.weight", "wte.weight"]);
    let like = ["fill", "--recipe", "gpt2", "--like", "a.safetensors", "--seed", "5", "--out", "b.safetensors"];
    done(&fanin(folder.path(), &like));
    assert!(fs::read(folder.path().join("b.safetensors")).expect("it is read") == bytes);
    let set = fanin(folder.path(), &[&like[..8], &["c.safetensors", "--set", "layers=8"]].concat());
    done(&set);
    assert!(fs::read(folder.path().join("c.safetensors")).expect("it is read") != bytes);
}

#[test]
fn what_is_wrong_is_one_line_that_says_what_to_do() {
    let folder = with_config(LLAMA);
    for (name, text) in [
        ("t5.json", r#"{"model_type": "t5"}"#),
        ("head.json", r#"{"model_type": "llama", "architectures": ["LlamaForFun"]}"#),
        ("shapes.json", r#"{"w": [4, 8]}"#),
        ("tie.json", r#"{"w": {"tied_to": "v"}}"#),
        ("odd.json", "{"),
        ("heads.json", r#"{"model_type": "gpt2", "n_embd": 64, "n_head": 7}"#),
        ("f8.json", r#"{"model_type": "llama", "dtype": "float8_e4m3fn"}"#),
        ("broken.toml", "name = 'own'\ntitle = = 3\n"),
        ("rule.toml", "name = 'own'\ntitle = 'o'\nsource = 'o'\nrules = [{ match = 'a[', init = 'zeros' }]"),
        ("own.toml", "name = 'own'\ntitle = 'o'\nsource = 'o'\nrules = [{ match = '*', init = 'he_normal' }]"),
    ] {
        fs::write(folder.path().join(name), text).expect("written");
    }
    fs::create_dir(folder.path().join("full")).expect("a folder");
    fs::write(folder.path().join("full/other.safetensors"), "x").expect("written");
    fs::write(folder.path().join("file"), "x").expect("written");
    done(&fanin(folder.path(), &fill("there", &[])));
    let of = |model: &[&'static str], more: &[&'static str]| {
        [&["fill", "--seed", "1"][..], model, &["--out", "out"], more].concat()
    };
    for (arguments, part) in [
        (of(&["--config", "t5.json"], &[]), "unknown model_type 't5'; known are bert, gpt2"),
        (of(&["--config", "head.json"], &[]), "unknown architecture LlamaForFun of llama; known are LlamaForCausalLM"),
        (of(&["--config", "none.json"], &[]), "none.json cannot be read"),
        (of(&["--config", "odd.json"], &[]), "odd.json: is not a model configuration"),
        (of(&["--shapes", "tie.json"], &["--recipe", "llama"]), "'v', which is not in the list"),
        (of(&["--shapes", "shapes.json"], &[]), "--recipe"),
        (of(&["--shapes", "shapes.json"], &["--recipe", "lama"]), "unknown recipe 'lama'"),
        (of(&["--shapes", "shapes.json"], &["--recipe", "none.toml"]), "none.toml cannot be read"),
        (of(&["--shapes", "shapes.json"], &["--recipe", "llama"]), "no rule of the recipe 'llama' matches w"),
        (of(&["--shapes", "shapes.json"], &["--recipe", "own.toml"]), "no layout is stated"),
        (of(&["--config", "heads.json"], &[]), "heads.json: n_head is 7 and n_embd is 64"),
        (of(&["--config", "f8.json"], &[]), "f8.json: unsupported dtype 'float8_e4m3fn'"),
        (of(&["--config", "full"], &[]), "full cannot be read: it is not a regular file"),
        (of(&["--shapes", "full"], &["--recipe", "llama"]), "full cannot be read: it is not a regular file"),
        (of(&["--shapes", "shapes.json"], &["--recipe", "broken.toml"]), "broken.toml: line 2, column 9: "),
        (of(&["--shapes", "shapes.json"], &["--recipe", "rule.toml"]), "rule.toml: recipe 'own', rule 1: "),
        (of(&["--like", "shapes.json"], &["--recipe", "llama"]), "weight_map"),
        (of(&["--like", "none"], &["--recipe", "llama"]), "none cannot be read"),
        (of(&["--config", "config.json"], &["--like", "x"]), "cannot be used with"),
        (of(&[], &["--recipe", "llama"]), "--like"),
        (of(&["--config", "config.json"], &["--shard", "2/2"]), "from 0 to n - 1"),
        (of(&["--config", "config.json"], &["--shard", "-1/2"]), "from 0 to n - 1"),
        (of(&["--config", "config.json"], &["--max-shard-size", "5XB"]), "such as 5GB"),
        (of(&["--config", "config.json"], &["--max-shard-size", "0"]), "such as 5GB"),
        (of(&["--config", "config.json"], &["--threads", "0"]), "give 1 or more threads, 1024 at most"),
        (of(&["--config", "config.json"], &["--threads", "100000"]), "1024 at most"),
        (of(&["--config", "config.json"], &["--dtype", "f8"]), "f32, f64, f16, bf16"),
        (of(&["--config", "config.json"], &["--set", "layers=2"]), "no variable 'layers'; it has std"),
        (of(&["--config", "config.json"], &["--set", "std=x"]), "give a name and a number"),
        (of(&["--config", "config.json"], &["--quiet", "--json"]), "cannot be used with"),
        (vec!["fill", "--config", "config.json", "--out", "out"], "--seed"),
        (vec!["fill", "--config", "config.json", "--seed", "-1", "--out", "out"], "--seed"),
        (fill("full", &[]), "other.safetensors is in the output folder"),
        (fill("file", &[]), "file"),
        (fill("file/model", &[]), "cannot write file/model"),
        (fill("one.safetensors", &["--max-shard-size", "8KB"]), "is a single file, but the checkpoint needs"),
        (vec!["fill", "--config", "config.json", "--seed", "43", "--out", "there"], "different content (other values)"),
        (fill("there", &["--dtype", "f64"]), "different content (another length)"),
    ] {
        let output = fanin(folder.path(), &arguments);
        let (code, text) = (output.status.code(), stderr(&output));
        assert!(code == Some(2) && text.contains(part) && text.lines().count() == 1, "{arguments:?}: {code:?} {text}");
        assert!(stdout(&output).is_empty(), "{arguments:?}");
    }
    assert!(!folder.path().join("out").exists(), "nothing is begun");
}

#[cfg(unix)]
mod interrupted {
    use std::io::Read;
    use std::process::{Child, Stdio};
    use std::thread::sleep;
    use std::time::{Duration, Instant};

    use super::*;

    /// 280 MB, in one file or in several: some tenths of a second of work.
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

    /// Waits until a file is being made.
    fn wait_for_unfinished(folder: &Path, number: &str) {
        let begun = Instant::now();
        while !names(folder).iter().any(|name| name.ends_with(".unfinished") && name.contains(number)) {
            assert!(begun.elapsed() < Duration::from_mins(1), "nothing is begun");
            sleep(Duration::from_millis(1));
        }
    }

    /// Every file with a name of its own is whole: its length is what its header says.
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

    /// A limit on the size of files stands for a disk that is full: the same call fails.
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

    /// The memory of a run does not grow with the model: 225 MB of values more, and less than 8 MB of memory more.
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
}
