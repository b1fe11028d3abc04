//! Unsupported formats, with a description and what to do instead.

use std::path::Path;

use super::archive::Archive;

/// Magic bytes, with a description and a remedy.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x89HDF\r\n\x1a\n", HDF5),
    (b"GGUF", "is a GGUF file with quantized tensors; use the checkpoint it was converted from"),
    (b"tjgg", "is a GGML file with quantized tensors; use the checkpoint it was converted from"),
    (b"lmgg", "is a GGML file with quantized tensors; use the checkpoint it was converted from"),
    (b"version https://git-lfs.github.com", "is a git-lfs pointer, not the file itself; run `git lfs pull`"),
    (b"MATLAB 5.0 MAT-file", "is a MATLAB file; save its arrays with numpy.savez"),
    (b"MATLAB 7.3 MAT-file", "is a MATLAB file in HDF5; save its arrays with numpy.savez"),
    (b"\x1f\x8b", "is compressed by gzip; decompress it first"),
    (b"\x28\xb5\x2f\xfd", "is compressed by zstd; decompress it first"),
    (b"\xfd7zXZ\x00", "is compressed by xz; decompress it first"),
    (b"BZh", "is compressed by bzip2; decompress it first"),
    (b"\x78\x01", ZLIB),
    (b"\x78\x5e", ZLIB),
    (b"\x78\x9c", ZLIB),
    (b"\x78\xda", ZLIB),
    (b"7z\xbc\xaf\x27\x1c", "is a 7z archive; unpack it first"),
    (b"PAR1", "is a Parquet file, not a checkpoint"),
    (b"%PDF", "is a PDF, not a checkpoint"),
    (b"\x89PNG", "is an image, not a checkpoint"),
    (b"\x7fELF", "is an executable, not a checkpoint"),
];

const HDF5: &str = "is an HDF5 file, such as Keras writes; convert it to safetensors or .npz";
const ZLIB: &str = "is compressed by zlib, as joblib writes; load it with joblib and save its arrays with numpy.savez";
const TF_LITE: &str = "is a TensorFlow Lite file; convert the model it was exported from";
const TF_CHECKPOINT: &str =
    "is part of a TensorFlow checkpoint; load it with tf.train.load_checkpoint and save its arrays with numpy.savez";
const TF_GRAPH: &str = "is a TensorFlow graph; load the SavedModel and save its variables with numpy.savez";
const ONNX: &str = "is an ONNX file; use the checkpoint it was exported from";
const CORE_ML: &str = "is a Core ML model; use the checkpoint it was converted from";
const MSGPACK: &str =
    "is a msgpack file, as Flax writes; load it with flax.serialization and save it with safetensors.flax.save_file";

/// The last bytes of a table file, in which TensorFlow keeps the index of a checkpoint.
const TABLE: &[u8] = b"\x57\xfb\x80\x8b\x24\x75\x47\xdb";

/// The part of a pickle that is searched for the names of classes.
const SEARCHED: usize = 1 << 16;

/// The description of a file by its bytes.
pub(super) fn by_content(bytes: &[u8]) -> Option<&'static str> {
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(what);
    }
    match bytes.get(4..8) {
        Some(b"TFL3") => return Some(TF_LITE),
        Some(b"ORTM") => return Some("is a model of ONNX Runtime; use the checkpoint it was exported from"),
        Some(b"ET12") => return Some("is an ExecuTorch program; use the checkpoint it was exported from"),
        _ => {}
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Some("is a tar archive; unpack it first, or, if PyTorch 0.1 saved it, load and save it with PyTorch");
    }
    let text = bytes.trim_ascii_start();
    let text = text.get(..text.len().min(14)).unwrap_or_default().to_ascii_lowercase();
    if text.starts_with(b"<!doctype") || text.starts_with(b"<html") || text.starts_with(b"<?xml") {
        return Some("is an HTML or XML page, not a checkpoint; download it again");
    }
    if bytes.ends_with(TABLE) {
        return Some(TF_CHECKPOINT);
    }
    // A map whose first key is a string.
    if let [0x81..=0x8f, 0xa1..=0xbf, first, ..] | [0xde, _, _, 0xa1..=0xbf, first, ..] = bytes
        && first.is_ascii_graphic()
    {
        return Some(MSGPACK);
    }
    // Protocol Buffers: the version of the format, then, in Core ML, a description that starts with a message; in ONNX, the producer, a
    // graph or the sets of operators.
    match bytes {
        [0x08, 1..=32, 0x12, _, 0x0a, ..] | [0x08, 1..=32, 0x12, _, 1..=0x7f, 0x0a, ..] => Some(CORE_ML),
        [0x08, 1..=32, 0x12 | 0x1a | 0x22 | 0x2a | 0x32 | 0x3a | 0x42, ..] => Some(ONNX),
        _ => None,
    }
}

/// The description of a file by its name, for formats whose first bytes are ambiguous.
pub(super) fn by_name(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let shard = |name: &str| name.split_once(".data-").is_some_and(|(_, rest)| rest.contains("-of-"));
    match path.extension().and_then(|extension| extension.to_str()).map(str::to_lowercase).as_deref() {
        Some("pb") => Some(TF_GRAPH),
        Some("mlmodel") => Some(CORE_ML),
        Some("onnx") => Some(ONNX),
        Some("tflite") => Some(TF_LITE),
        Some("msgpack") => Some(MSGPACK),
        Some("h5" | "hdf5" | "keras") => Some(HDF5),
        _ if shard(&name) || name.ends_with(".ckpt.index") => Some(TF_CHECKPOINT),
        _ => None,
    }
}

/// Whether a file in a folder is named like a checkpoint in one of these formats.
pub(super) fn is_named(path: &Path) -> bool {
    const OTHERS: [&str; 8] = ["gguf", "ggml", "joblib", "pkl", "pickle", "mat", "pdparams", "ckpt"];
    let other = path.extension().and_then(|extension| extension.to_str());
    by_name(path).is_some() || other.is_some_and(|other| OTHERS.contains(&other.to_lowercase().as_str()))
}

/// The description of a zip archive without the members that are read.
pub(super) fn by_members(archive: &Archive) -> Option<&'static str> {
    let named = |end: &str| archive.members().iter().any(|member| member.name.ends_with(end));
    if named(".data/extern_modules") || named(".data/python_version") {
        return Some(
            "is an archive of torch.package; load the model with torch.package.PackageImporter and save its state_dict with torch.save",
        );
    }
    if named("model.weights.h5") {
        return Some("is a Keras archive, whose weights are in HDF5; convert it to safetensors or .npz");
    }
    if named("serialized_exported_program.json") || named("archive_format") {
        return Some("is a torch.export archive; save the module's state_dict with torch.save instead");
    }
    None
}

/// The description of a pickle that torch did not write.
pub(super) fn by_pickle(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.get(..bytes.len().min(SEARCHED)).unwrap_or_default();
    let names = |name: &[u8]| start.windows(name.len()).any(|window| window == name);
    if names(b"joblib.numpy_pickle") || names(b"sklearn.") {
        return Some(
            "is a pickle of joblib, as scikit-learn writes; load it with joblib and save its arrays with numpy.savez",
        );
    }
    let arrays = names(b"numpy.core.multiarray") || names(b"numpy._core");
    arrays.then_some("is a pickle of NumPy arrays; load it and save them with numpy.savez")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_names_the_format() {
        let mut tar = [0; 512];
        tar[257..262].copy_from_slice(b"ustar");
        let table = [&b"some keys and offsets"[..], TABLE].concat();
        for (bytes, part) in [
            (&b"\x89HDF\r\n\x1a\n\0\0"[..], "HDF5"),
            (b"GGUF\x03\0\0\0", "GGUF"),
            (b"tjgg\x01\0\0\0", "GGML"),
            (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
            (b"  <!DOCTYPE html><html>", "HTML"),
            (b"\x08\x07\x12\x07pytorch", "ONNX"),
            (b"\x08\x04\x12\x1f\x0a\x0bfeature", "Core ML"),
            (b"\x08\x05\x12\x9a\x02\x0a\x0bfeature", "Core ML"),
            (b"\x1c\0\0\0TFL3\0\0", "TensorFlow Lite"),
            (b"\x81\xa6params\x82\xa7Dense_0", "msgpack"),
            (b"\xde\x00\x20\xa6params\x82", "msgpack"),
            (b"\x78\x9c\x6b\x60", "joblib"),
            (b"\x1f\x8b\x08\0", "gzip"),
            (b"MATLAB 5.0 MAT-file, Platform", "MATLAB"),
            (&table, "TensorFlow checkpoint"),
            (&tar, "tar archive"),
        ] {
            assert!(by_content(bytes).is_some_and(|what| what.contains(part)), "{part}: {:?}", by_content(bytes));
        }
        assert_eq!(by_content(b"0123456789"), None);
        for (bytes, part) in [
            (&b"\x80\x04\x95\0\0\0\0\0\0\0\0\x8c\x13joblib.numpy_pickle\x94"[..], "joblib"),
            (b"\x80\x02cnumpy.core.multiarray\n_reconstruct\n", "NumPy"),
        ] {
            assert!(by_pickle(bytes).is_some_and(|what| what.contains(part)), "{part}");
        }
        assert_eq!(by_pickle(b"\x80\x04}."), None);
    }

    #[test]
    fn names_tell_what_bytes_do_not() {
        for (name, part) in [
            ("saved_model.pb", "TensorFlow graph"),
            ("variables.data-00000-of-00001", "TensorFlow checkpoint"),
            ("model.ckpt.index", "TensorFlow checkpoint"),
            ("flax_model.msgpack", "msgpack"),
        ] {
            assert!(by_name(Path::new(name)).is_some_and(|what| what.contains(part)), "{name}");
        }
        assert!(is_named(Path::new("a/Model.GGUF")) && is_named(Path::new("forest.joblib")));
        assert!(!is_named(Path::new("tokenizer.json")) && !is_named(Path::new("model.safetensors.index.json")));
    }
}
