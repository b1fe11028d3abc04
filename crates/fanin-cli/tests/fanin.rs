//! The command as a person meets it: what it prints where, what it leaves on disk, how it ends.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::command::{fanin, folder, stderr, stdout};

use fanin_core::{Activation, InitializerExt, Layout, ParamSpec, Seed, text};
use fanin_lab::record::RunRecord;
use safetensors::SafeTensors;
use serde_json::Value;

fn entries(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A comparison of a few steps.
const SHORT: [&str; 9] = ["compare", "--data", "xor", "--hidden", "3,2", "--steps", "20", "--seeds", "2"];

#[test]
fn a_comparison_writes_its_three_files_and_a_table() {
    let folder = folder();
    let output = fanin(folder.path(), &SHORT);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(entries(&folder.path().join("fanin-out")), ["picture.png", "picture.svg", "run.json"]);
    let text = stdout(&output);
    for word in ["zeros", "glorot_normal", "verdict", "logistic regression", "frozen", "2-3-2-1"] {
        assert!(text.contains(word), "{word} in\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "colors through a pipe");
    let run = std::fs::read_to_string(folder.path().join("fanin-out/run.json")).expect("run.json");
    let run = RunRecord::from_json(&run).expect("a record");
    assert_eq!((run.lanes.len(), run.control.len()), (10, 4));
}

#[test]
fn json_is_alone_on_standard_output() {
    let folder = folder();
    let output = fanin(folder.path(), &[&SHORT[..], &["--json", "--backend", "candle", "--dtype", "f64"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let value: Value = serde_json::from_str(stdout(&output)).expect("JSON and nothing else");
    let lanes = value["lanes"].as_array().expect("lanes");
    assert_eq!(lanes.len(), 10);
    let zeros = &lanes[0];
    assert_eq!(zeros["initializer"], "zeros");
    assert_eq!(zeros["seed"], 0);
    assert_eq!(zeros["distinct_neurons"], serde_json::json!([1, 1]));
    assert_eq!(zeros["hidden_neurons"], serde_json::json!([3, 2]));
    assert_eq!(zeros["verdict"], "frozen");
    assert!(zeros["final_loss"].is_f64() && zeros["accuracy"].is_f64() && zeros["saturated"].is_f64());
}

#[test]
fn the_same_command_gives_the_same_bytes_whatever_the_threads() {
    let folder = folder();
    for (out, threads) in [("a", "1"), ("b", "2"), ("c", "7")] {
        let output = fanin(folder.path(), &[&SHORT[..], &["--out", out, "--threads", threads]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    for file in ["run.json", "picture.svg", "picture.png"] {
        let bytes = |out: &str| std::fs::read(folder.path().join(out).join(file)).expect("a file");
        assert!(bytes("a") == bytes("b") && bytes("a") == bytes("c"), "{file}");
    }
}

#[test]
fn every_flag_is_heard() {
    let folder = folder();
    let output = fanin(
        folder.path(),
        &[
            "compare",
            "--data",
            "moons(n = 60)",
            "--widths",
            "2,4,3,1",
            "--activation",
            "relu,tanh",
            "--init",
            "zeros,uniform(-1, 1)",
            "--init",
            "he_normal",
            "--backend",
            "candle",
            "--dtype",
            "f64",
            "--steps",
            "7",
            "--rate",
            "0.25",
            "--optimizer",
            "sgd(momentum = 0.5)",
            "--batch",
            "16",
            "--seeds",
            "3,9",
            "--out",
            "here",
        ],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let run = std::fs::read_to_string(folder.path().join("here/run.json")).expect("run.json");
    let asked = RunRecord::from_json(&run).expect("a record").arguments;
    assert_eq!(asked.widths, [2, 4, 3, 1]);
    assert_eq!(asked.activations, ["relu", "tanh"]);
    assert_eq!(asked.initializers, ["zeros", "uniform(low = -1)", "he_normal"]);
    assert_eq!((asked.backend.as_str(), asked.dtype.as_str()), ("candle", "f64"));
    assert_eq!(asked.optimizer, "sgd(rate = 0.25, momentum = 0.5)");
    assert_eq!((asked.batch, asked.steps, asked.seeds), (Some(16), 7, vec![3, 9]));
}

#[test]
fn a_sample_is_what_the_library_gives() {
    let folder = folder();
    let arguments =
        ["sample", "--init", "he_normal", "--shape", "16,24", "--layout", "oi", "--seed", "7", "--name", "a.b"];
    let output = fanin(folder.path(), &[&arguments[..], &["--out", "w.safetensors"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let param = ParamSpec::new("a.b", [16, 24]).unwrap().with_layout(Layout::OutIn);
    let values: Vec<f32> = text::parse("he_normal").unwrap().sample(&param, Seed(7)).unwrap();
    let file = std::fs::read(folder.path().join("w.safetensors")).expect("a file");
    let tensors = SafeTensors::deserialize(&file).expect("safetensors");
    let tensor = tensors.tensor("a.b").expect("the tensor");
    assert_eq!(tensor.shape(), [16, 24]);
    assert_eq!(tensor.data(), bytemuck::cast_slice::<f32, u8>(&values));

    let window = [&arguments[..], &["--start", "100", "--count", "9", "--out", "w.npy"]].concat();
    assert_eq!(fanin(folder.path(), &window).status.code(), Some(0));
    let file = std::fs::read(folder.path().join("w.npy")).expect("a file");
    let npy = npyz::NpyFile::new(&file[..]).expect("npy");
    assert_eq!(npy.shape(), [9]);
    assert_eq!(npy.into_vec::<f32>().expect("f32"), values[100..109]);
}

/// What any new file has, whoever writes it.
#[cfg(unix)]
#[test]
fn files_are_as_readable_as_any_other() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    std::fs::write(folder.path().join("other"), "").expect("a file");
    let mode = |name: &str| std::fs::metadata(folder.path().join(name)).expect("a file").permissions().mode();
    for out in ["w.safetensors", "w.npy"] {
        assert_eq!(
            fanin(folder.path(), &["sample", "--init", "normal", "--shape", "4", "--out", out]).status.code(),
            Some(0)
        );
        assert_eq!(mode(out), mode("other"), "{out}");
    }
    assert_eq!(entries(folder.path()), ["other", "w.npy", "w.safetensors"]);
}

/// A run that is interrupted while it writes leaves neither the file nor a temporary one.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing() {
    let folder = folder();
    for out in ["w.safetensors", "w.npy"] {
        let arguments = ["sample", "--init", "normal", "--shape", "40000,5000", "--out", out];
        let mut child = Command::new(env!("CARGO_BIN_EXE_fanin"))
            .current_dir(folder.path())
            .args(arguments)
            .spawn()
            .expect("the command starts");
        // Interrupted as soon as it writes; should it be done by then, the whole file stands.
        while entries(folder.path()).is_empty() && child.try_wait().expect("a child").is_none() {
            std::thread::yield_now();
        }
        let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
        let status = child.wait().expect("the command ends");
        if status.code() == Some(130) {
            assert_eq!(entries(folder.path()), [""; 0], "{out}");
        } else {
            assert!(status.success(), "{out}: {status} {interrupt}");
            assert_eq!(entries(folder.path()), [out]);
            std::fs::remove_file(folder.path().join(out)).expect("a file");
        }
    }
}

#[test]
fn every_dtype_and_layout_is_written() {
    let folder = folder();
    for dtype in ["f32", "f64", "f16", "bf16"] {
        for (layout, shape) in [("oi", "4,6"), ("io", "6,4"), ("oihw", "4,6,3,3"), ("hwio", "3,3,6,4")] {
            for out in ["w.safetensors", "w.npy"] {
                let arguments = ["sample", "--init", "glorot_uniform", "--shape", shape, "--layout", layout];
                let output = fanin(folder.path(), &[&arguments[..], &["--dtype", dtype, "--out", out]].concat());
                let expected = if (dtype, out) == ("bf16", "w.npy") { 2 } else { 0 };
                assert_eq!(output.status.code(), Some(expected), "{dtype} {layout} {out}: {}", stderr(&output));
            }
        }
    }
}

/// One line on stderr that names the thing; nothing on stdout, nothing on disk.
#[test]
fn bad_input_is_one_line_that_names_it() {
    let folder = folder();
    let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    file("empty.csv", "");
    file("ragged.csv", "a,b,label\n1,2,0\n1,2\n");
    file("nan.csv", "a,b,label\n1,2,0\n1,NaN,1\n1,1,1\n1,1,0\n");
    file("folder-is-a-file", "");
    let before = entries(folder.path());
    for (line, word) in [
        ("sample --init he_norml --shape 4,4 --layout oi --out x.npy", "he_norml"),
        ("sample --init normal(std=-1) --shape 4 --out x.npy", "std = -1"),
        ("sample --init normal(std=nan) --shape 4 --out x.npy", "std = NaN"),
        ("sample --init he_normal --shape 4,4 --out x.npy", "no layout is stated"),
        ("sample --init he_normal --shape 4 --layout oi --out x.npy", "a vector has none"),
        ("sample --init he_normal --shape 4,4,4 --layout oi --out x.npy", "layout oi"),
        ("sample --init normal --shape 9999999999999,9999999999999 --out x.npy", "[9999999999999, 9999999999999]"),
        ("sample --init normal --shape 99999999999999 --out x.npy", "do not fit memory"),
        ("sample --init normal --shape 4,b --out x.npy", "'b'"),
        ("sample --init normal --shape 4 --start 3 --count 2 --out x.npy", "element 3"),
        ("sample --init normal --shape 4 --dtype f8 --out x.npy", "f8"),
        ("sample --init normal --shape 4 --out x.bin", "x.bin"),
        ("sample --init normal --shape 4 --out folder-is-a-file/x.npy", "folder-is-a-file"),
        ("compare --init foo", "'foo'"),
        ("compare --init normal(std=-2)", "std = -2"),
        ("compare --data empty.csv", "empty.csv"),
        ("compare --data ragged.csv", "ragged.csv"),
        ("compare --data nan.csv", "nan.csv"),
        ("compare --data nosuch.csv", "nosuch.csv"),
        ("compare --widths 3,4", "[3, 4]"),
        ("compare --hidden 0", "[64, 0, 10]"),
        ("compare --hidden 4,4 --activation tanh,tanh,tanh", "3 activations for 2"),
        ("compare --activation swish9", "swish9"),
        ("compare --rate=-1", "rate = -1"),
        ("compare --optimizer lion", "lion"),
        ("compare --optimizer adam(beta1=2)", "beta1 = 2"),
        ("compare --batch 0", "batch = 0"),
        ("compare --batch some", "'some'"),
        ("compare --steps 0", "steps = 0"),
        ("compare --seeds 0", "seeds = 0"),
        ("compare --seeds 1,1", "seed 1"),
        ("compare --out folder-is-a-file", "folder-is-a-file"),
        ("compare --nonsense", "--nonsense"),
        ("sample --init uniform(-3e38,3e38) --shape 4 --out x.npy", "high - low"),
        ("sample --init constant(1e300) --shape 4 --out x.npy", "value = 1e300 is beyond f32"),
        ("sample --init normal(std=1e300) --shape 4 --out x.npy", "std = 1e300 is beyond f32"),
        ("sample --init normal --shape 4 --name __metadata__ --out x.safetensors", "__metadata__"),
        (
            "sample --init he_normal --shape 64 --out x.npy",
            "a vector has none; give it an initializer that needs no fan",
        ),
        ("compare --batch -1", "'-1'"),
        ("compare --optimizer sgd(rate=-1)", "rate = -1"),
        ("compare --backend torch", "torch"),
        ("gain gleu", "did you mean 'gelu'?"),
        ("gain tanh(slope=2)", "tanh has no argument 'slope'"),
        ("gain elu(alpha=1e200)", "E[f(z)^2] is not finite"),
        ("gain", "ACTIVATION"),
        ("nonsense", "nonsense"),
    ] {
        let output = fanin(folder.path(), &line.split(' ').collect::<Vec<_>>());
        let message = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{line}: {message}");
        assert!(message.contains(word), "{line}: {message}");
        assert_eq!(message.lines().count(), 1, "{line}: {message}");
        assert!(output.stdout.is_empty(), "{line}");
        assert_eq!(entries(folder.path()), before, "{line}");
    }
}

#[test]
fn lists_name_everything_and_a_closed_pipe_is_no_error() {
    let folder = folder();
    let output = fanin(folder.path(), &["list"]);
    for word in ["he_normal", "kaiming_normal", "leaky_relu", "digits", "CC BY 4.0"] {
        assert!(stdout(&output).contains(word), "{word}");
    }
    for topic in ["initializers", "activations", "data"] {
        let output = fanin(folder.path(), &["list", topic]);
        assert_eq!(output.status.code(), Some(0));
        assert!(stdout(&output).len() < stdout(&fanin(folder.path(), &["list"])).len());
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_fanin"))
        .arg("list")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
}

#[test]
fn gains_are_what_the_library_gives() {
    let folder = folder();
    for (name, activation) in [
        ("relu", Activation::Relu),
        ("leaky_relu(slope=0.2)", Activation::LeakyRelu { slope: 0.2 }),
        ("swish", Activation::Silu),
    ] {
        let gains = activation.gains().unwrap();
        let output = fanin(folder.path(), &["gain", name, "--json"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let value: Value = serde_json::from_str(stdout(&output)).expect("JSON and nothing else");
        let expected = serde_json::json!({
            "activation": activation.to_string(),
            "forward": gains.forward,
            "backward": gains.backward,
            "standardized": gains.standardized,
            "pytorch": gains.pytorch,
        });
        assert_eq!(value, expected);
        let output = fanin(folder.path(), &["gain", name]);
        for word in [gains.forward, gains.backward, gains.standardized].map(|gain| gain.to_string()) {
            assert!(stdout(&output).contains(&word), "{word} in {}", stdout(&output));
        }
        assert_eq!(stdout(&output).contains("none"), gains.pytorch.is_none());
    }
}

#[test]
fn help_and_version_succeed() {
    let folder = folder();
    for arguments in [&["--help"][..], &["--version"], &["compare", "--help"], &["sample", "-h"], &["help", "list"]] {
        let output = fanin(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{arguments:?}");
    }
    assert_eq!(fanin(folder.path(), &[]).status.code(), Some(2));
}
