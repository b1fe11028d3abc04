//! Tests of one-line refusals of `fanin fill`.

use std::fs;
use std::process::Command;

use super::{LLAMA, done, fill, with_config};
use crate::command::{fanin, stderr, stdout};

/// An endless file costs neither memory nor time.
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

/// Every command refuses more threads than any machine has cores.
#[test]
fn an_absurd_number_of_threads_is_refused() {
    let folder = with_config(LLAMA);
    done(&fanin(folder.path(), &fill("one.safetensors", &["--threads", "1024"])));
    let audit = fanin(folder.path(), &["audit", "one.safetensors", "--threads", "100000"]);
    assert!(audit.status.code() == Some(2) && stderr(&audit).contains("1 to 1024"), "{}", stderr(&audit));
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
fn errors_are_one_line_with_a_remedy() {
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
        (of(&["--shapes", "shapes.json"], &["--recipe", "llama"]), "no rule in the recipe 'llama' matches w"),
        (of(&["--shapes", "shapes.json"], &["--recipe", "own.toml"]), "no layout is stated"),
        (of(&["--config", "heads.json"], &[]), "heads.json: n_embd = 64 is not divisible by n_head = 7"),
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
        (of(&["--config", "config.json"], &["--threads", "0"]), "use 1 to 1024 threads"),
        (of(&["--config", "config.json"], &["--threads", "100000"]), "use 1 to 1024 threads"),
        (of(&["--config", "config.json"], &["--dtype", "f8"]), "f32, f64, f16 and bf16"),
        (of(&["--config", "config.json"], &["--set", "layers=2"]), "no variable 'layers'; it has std"),
        (of(&["--config", "config.json"], &["--set", "std=x"]), "use a name and a number"),
        (vec!["fill", "--config", "config.json", "--out", "out"], "--seed"),
        (vec!["fill", "--config", "config.json", "--seed", "-1", "--out", "out"], "--seed"),
        (fill("full", &[]), "other.safetensors is in the output folder"),
        (fill("file", &[]), "file"),
        (fill("file/model", &[]), "cannot write file/model"),
        (fill("one.safetensors", &["--max-shard-size", "8KB"]), "is a single file, but the checkpoint needs"),
        (vec!["fill", "--config", "config.json", "--seed", "43", "--out", "there"], "other content (other values)"),
        (fill("there", &["--dtype", "f64"]), "other content (another length)"),
    ] {
        let output = fanin(folder.path(), &arguments);
        let (code, text) = (output.status.code(), stderr(&output));
        assert!(code == Some(2) && text.contains(part) && text.lines().count() == 1, "{arguments:?}: {code:?} {text}");
        assert!(stdout(&output).is_empty(), "{arguments:?}");
    }
    assert!(!folder.path().join("out").exists(), "nothing is begun");
}
