//! Tests every reader with damaged and malicious files: the message must name the problem, and nothing may be executed.

mod files;

use std::fs;
use std::path::Path;

use fanin_checkpoint::reading::{Checkpoint, ReadError};
use files::pickles::{entry, list, tensor, text, torch};

fn read(path: &Path) -> Result<(), ReadError> {
    let checkpoint = Checkpoint::open(path)?;
    checkpoint.tensors().iter().try_for_each(|tensor| checkpoint.load(tensor).map(|_| ()))
}

#[test]
fn the_message_names_the_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut faults = Vec::new();
    for file in files::all() {
        let path = folder.path().join(file.name);
        fs::write(&path, &file.bytes).expect("written");
        let said = match read(&path) {
            Ok(()) => "nothing".to_owned(),
            Err(error) => error.to_string(),
        };
        if !said.contains(file.said) || !said.contains(file.name) || said.contains('\n') {
            faults.push(format!("{}: '{}' is expected, and said: {}", file.name, file.said, said));
        }
        if Checkpoint::open(&path).is_ok() == file.at_once {
            faults.push(format!("{}: not said when it is opened, or already then", file.name));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Opening a pipe without a writer would block.
#[cfg(unix)]
#[test]
fn a_pipe_is_refused_before_it_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe.safetensors");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || tell.send(read(&pipe)));
    let said = told.recv_timeout(std::time::Duration::from_secs(20)).expect("an answer").unwrap_err().to_string();
    assert!(said.contains("pipe.safetensors") && said.contains("is not a regular file"), "{said}");
}

/// Truncates a valid file at every length, and changes every byte; each result must be read or rejected without a
/// panic.
#[test]
fn a_damaged_file_is_read_or_refused() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut refused = 0;
    for name in ["state.pt", "state.legacy.pt", "deflated.npz", "array.npy"] {
        let bytes = fs::read(fixtures.join(name)).expect("a fixture");
        let mut exercise = |bytes: Vec<u8>| match Checkpoint::of_bytes(Path::new(name), bytes) {
            Ok(checkpoint) => {
                for tensor in checkpoint.tensors() {
                    refused += usize::from(checkpoint.load(tensor).is_err());
                }
            }
            Err(_) => refused += 1,
        };
        for end in 0..bytes.len() {
            exercise(bytes[..end].to_vec());
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            exercise(changed);
        }
    }
    assert!(refused > 4000, "{refused} refused");
}

#[test]
fn shared_and_cyclic_objects_are_followed_once() {
    // Thirty-one nested lists, each containing the previous one twice, and a dictionary that contains itself.
    let doubling = [&b"]"[..], &b"q\x00]h\x00ah\x00a".repeat(30)].concat();
    let cyclic = [&b"}q\x01"[..], &text("self"), b"h\x01s"].concat();
    let content = list(&[doubling, cyclic, entry("w", &tensor(&[2, 2], &[1, 2], 0))]);
    let checkpoint = Checkpoint::of_bytes(Path::new("shared.pt"), torch(&content)).expect("a checkpoint");
    let names: Vec<_> = checkpoint.tensors().iter().map(fanin_checkpoint::reading::Tensor::name).collect();
    assert_eq!(names, ["32.w"]);
}

#[test]
fn unknown_callables_are_skipped_and_not_called() {
    let unknown = [&b"cmy.training\nState\n("[..], &text("x"), b"tR}", &text("rate"), b"K\x01sb"].concat();
    let content = list(&[unknown, entry("w", &tensor(&[4], &[1], 0))]);
    let checkpoint = Checkpoint::of_bytes(Path::new("training.pt"), torch(&content)).expect("a checkpoint");
    assert_eq!(checkpoint.tensors()[0].name(), "1.w");
}

#[test]
fn shards_must_agree() {
    let folder = tempfile::tempdir().expect("a folder");
    let shard = |name: &str| {
        let header = format!(r#"{{"{name}":{{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}}}"#);
        files::with_header(&header, 4)
    };
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("written");
    let said = || Checkpoint::open(folder.path()).expect_err("refused").to_string();
    write("a.safetensors", &shard("x"));
    write(".b.safetensors", b"half a file");
    Checkpoint::open(folder.path()).expect("what is hidden is not read");
    write("b.safetensors", &shard("x"));
    let twice = said();
    assert!(twice.contains("a.safetensors") && twice.contains("b.safetensors") && twice.contains("'x'"), "{twice}");
    write("m.safetensors.index.json", br#"{"weight_map":{"x":"a.safetensors","y":"b.safetensors"}}"#);
    let indexed = said();
    assert!(
        indexed.contains("a.safetensors") && indexed.contains("b.safetensors") && indexed.contains("'x'"),
        "{indexed}"
    );
    write("b.safetensors", &shard("z"));
    assert!(said().contains("'y' in b.safetensors, which does not contain it"), "{}", said());
    write("b.safetensors", &shard("y"));
    let names: Vec<_> = Checkpoint::open(folder.path())
        .expect("two shards")
        .tensors()
        .iter()
        .map(|tensor| tensor.name().to_owned())
        .collect();
    assert_eq!(names, ["x", "y"]);
    write("n.safetensors.index.json", br#"{"weight_map":{"x":"a.safetensors"}}"#);
    assert!(said().contains("several indices, m.safetensors.index.json and n.safetensors.index.json"), "{}", said());
}

/// A whole recurrent module keeps its parameters twice; a dictionary with the same key is no module.
#[test]
fn aliases_of_a_recurrent_module_are_not_listed() {
    let weight = tensor(&[2, 2], &[2, 1], 0);
    let parameters = [&text("_parameters")[..], &entry("weight_ih_l0", &weight), b"s"].concat();
    let aliases = [&text("_flat_weights")[..], &list(std::slice::from_ref(&weight)), b"s"].concat();
    let module = [&b"ctorch.nn.modules.rnn\nLSTM\n)R}"[..], &parameters, &aliases, b"b"].concat();
    let names = |content: &[u8]| -> Vec<String> {
        let checkpoint = Checkpoint::of_bytes(Path::new("rnn.pt"), torch(content)).expect("a checkpoint");
        checkpoint.tensors().iter().map(|tensor| tensor.name().to_owned()).collect()
    };
    assert_eq!(names(&module), ["weight_ih_l0"]);
    assert_eq!(names(&entry("_flat_weights", &list(&[weight]))), ["_flat_weights.0"]);
}

/// Narrow floats have the names of their types and their sizes.
#[test]
fn floats_of_few_bits_are_named() {
    for (dtype, name, bytes) in [("F4", "f4", 8), ("F6_E2M3", "f6_e2m3", 12), ("F6_E3M2", "f6_e3m2", 12)] {
        let header = format!(r#"{{"w":{{"dtype":"{dtype}","shape":[2,8],"data_offsets":[0,{bytes}]}}}}"#);
        let bytes = files::with_header(&header, bytes);
        let checkpoint = Checkpoint::of_bytes(Path::new("narrow.safetensors"), bytes).expect("a checkpoint");
        let [tensor] = checkpoint.tensors() else { panic!("one tensor") };
        assert_eq!((tensor.element().to_string().as_str(), tensor.is_readable()), (name, false));
    }
}

/// Every format in a folder is read or named.
#[test]
fn files_beside_a_checkpoint_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("written");
    let tensor = |name: &str| {
        files::with_header(&format!(r#"{{"{name}":{{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}}}"#), 4)
    };
    let said = |checkpoint: &Checkpoint| -> Vec<String> {
        let said = |file: &fanin_checkpoint::reading::SkippedFile| {
            format!("{} {}", file.path.file_name().expect("a name").to_string_lossy(), file.reason)
        };
        checkpoint.skipped_files().iter().map(said).collect()
    };
    write("tf_model.h5", b"\x89HDF\r\n\x1a\n\0\0");
    let error = Checkpoint::open(folder.path()).expect_err("nothing to read").to_string();
    assert!(error.contains("no .safetensors file") && error.contains("tf_model.h5 is an HDF5 file"), "{error}");
    write("weights.safetensors", &tensor("a"));
    for (name, bytes) in [
        ("model.onnx", &b"\x08\x07\x12\x07pytorch"[..]),
        ("optimizer.pt", b"not even a checkpoint"),
        ("config.json", b"{}"),
        ("tokenizer.model", b"\x0a\x0e\x0a\x05"),
    ] {
        write(name, bytes);
    }
    let checkpoint = Checkpoint::open(folder.path()).expect("a checkpoint");
    assert_eq!(
        said(&checkpoint),
        [
            "model.onnx is an ONNX file; use the checkpoint it was exported from",
            "optimizer.pt is next to weights.safetensors, which was read instead",
            "tf_model.h5 is an HDF5 file, such as Keras writes; convert it to safetensors or .npz",
        ]
    );
    write("model.safetensors", &tensor("b"));
    write("model.safetensors.index.json", br#"{"weight_map":{"a":"weights.safetensors"}}"#);
    for path in [folder.path().to_owned(), folder.path().join("model.safetensors.index.json")] {
        let checkpoint = Checkpoint::open(&path).expect("a checkpoint");
        assert_eq!(checkpoint.tensors().len(), 1);
        let said = said(&checkpoint);
        assert!(
            said.contains(&"model.safetensors is not named in model.safetensors.index.json".to_owned()),
            "{said:?}"
        );
    }
}

/// Variants of a checkpoint, as transformers and diffusers name them, are skipped; another file with the same names is refused.
#[test]
fn variants_are_told_from_other_files_with_the_same_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let tensor = |name: &str| {
        files::with_header(&format!(r#"{{"{name}":{{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}}}"#), 4)
    };
    let write = |name: &str, tensor_name: &str| {
        fs::write(folder.path().join(name), tensor(tensor_name)).expect("written");
    };
    write("model.fp16.safetensors", "a");
    write("model.safetensors", "a");
    write("model.rest.safetensors", "b");
    let checkpoint = Checkpoint::open(folder.path()).expect("a checkpoint");
    let names: Vec<&str> = checkpoint.files().filter_map(|path| path.file_name()?.to_str()).collect();
    assert_eq!(names, ["model.safetensors", "model.rest.safetensors"]);
    let [skipped] = checkpoint.skipped_files() else { panic!("one: {:?}", checkpoint.skipped_files()) };
    assert!(skipped.path.ends_with("model.fp16.safetensors"));
    assert_eq!(skipped.reason, "is a variant of model.safetensors, which was read instead");
    write("other.safetensors", "a");
    let error = Checkpoint::open(folder.path()).expect_err("two files").to_string();
    assert!(error.contains("other.safetensors: contains 'a', and so does ") && error.contains("only one"), "{error}");
    let (checkpoint, errors) = Checkpoint::open_readable(folder.path()).expect("a checkpoint");
    assert_eq!((checkpoint.tensors().len(), errors.len()), (2, 1), "{errors:?}");
}

/// The folder of a pipeline has its checkpoints in folders.
#[test]
fn a_folder_of_checkpoints_names_them() {
    let folder = tempfile::tempdir().expect("a folder");
    for part in ["scheduler", "unet", "vae"] {
        fs::create_dir(folder.path().join(part)).expect("a folder");
    }
    fs::write(folder.path().join("model_index.json"), b"{}").expect("written");
    let error = |folder: &Path| Checkpoint::open(folder).expect_err("no checkpoint").to_string();
    assert!(!error(folder.path()).contains("folders"), "{}", error(folder.path()));
    fs::write(folder.path().join("unet/model.safetensors"), b"").expect("written");
    assert!(error(folder.path()).contains("its folder unet contains a checkpoint"), "{}", error(folder.path()));
    fs::write(folder.path().join("vae/model.safetensors.index.json"), b"").expect("written");
    assert!(error(folder.path()).contains("its folders unet, vae contain checkpoints"), "{}", error(folder.path()));
}

/// An unreadable file of a folder stops [`Checkpoint::open`] and not [`Checkpoint::open_readable`].
#[test]
fn the_readable_files_of_a_folder_can_be_read_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("written");
    write("bad.safetensors", b"no checkpoint at all");
    assert!(Checkpoint::open_readable(folder.path()).is_err());
    write("good.safetensors", &files::with_header(r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4));
    assert!(Checkpoint::open(folder.path()).is_err());
    let (checkpoint, errors) = Checkpoint::open_readable(folder.path()).expect("a checkpoint");
    let [error] = errors.as_slice() else { panic!("one: {errors:?}") };
    assert!(checkpoint.tensors().len() == 1 && error.to_string().contains("bad.safetensors: "), "{error}");
}
