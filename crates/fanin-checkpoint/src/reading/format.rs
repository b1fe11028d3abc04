//! The formats: how they are recognized by their first bytes, and their readers.

use super::archive::Archive;
use super::mapped::MappedFile;
use super::{Tensor, numpy, safetensors, torch};

/// A checkpoint format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Safetensors,
    /// `.npz` or `PyTorch` since 1.6, decided by the members.
    Zip,
    Npy,
    /// `PyTorch` before 1.6: pickles, then storages.
    Pickle,
    /// A shard index.
    Json,
}

/// Magic bytes of unsupported files, with a description and a remedy.
const OTHERS: &[(&[u8], &str)] = &[
    (b"\x89HDF\r\n\x1a\n", "is an HDF5 file, as Keras writes; convert it to safetensors or .npz"),
    (b"GGUF", "is a GGUF file with quantized tensors; use the checkpoint it was made from"),
    (b"version https://git-lfs.github.com", "is a git-lfs pointer, not the file itself; run `git lfs pull`"),
    (b"\x1f\x8b", "is compressed by gzip; decompress it first"),
    (b"\x28\xb5\x2f\xfd", "is compressed by zstd; decompress it first"),
    (b"\xfd7zXZ\x00", "is compressed by xz; decompress it first"),
    (b"BZh", "is compressed by bzip2; decompress it first"),
    (b"7z\xbc\xaf\x27\x1c", "is a 7z archive; unpack it first"),
    (b"PAR1", "is a Parquet file, not a checkpoint"),
    (b"%PDF", "is a PDF, not a checkpoint"),
    (b"\x89PNG", "is an image, not a checkpoint"),
    (b"\x7fELF", "is a program, not a checkpoint"),
];

/// Detects the format from the first bytes; the error describes what the file is instead.
pub(super) fn of(bytes: &[u8]) -> Result<Format, String> {
    match told(bytes) {
        Told::Format(format) => Ok(format),
        Told::Other(what) => Err(what.to_owned()),
        Told::Nothing if bytes.len() < 9 => Err(format!("has {} bytes, too few for a checkpoint", bytes.len())),
        Told::Nothing => {
            let first: Vec<_> = bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            Err(format!(
                "starts with the bytes {}: not a safetensors, .npz, .npy or PyTorch checkpoint",
                first.join(" ")
            ))
        }
    }
}

/// Whether the first bytes are recognized.
fn is_known(bytes: &[u8]) -> bool {
    !matches!(told(bytes), Told::Nothing)
}

/// The meaning of the first bytes.
enum Told {
    Format(Format),
    /// A description.
    Other(&'static str),
    Nothing,
}

fn told(bytes: &[u8]) -> Told {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    // Checked first: the leading length may collide with other magic bytes, but what follows is unambiguous.
    if let [_, _, _, _, 0, 0, 0, 0, b'{', ..] = bytes {
        return Told::Format(Format::Safetensors);
    }
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        return Told::Format(Format::Zip);
    }
    if starts(b"\x93NUMPY") {
        return Told::Format(Format::Npy);
    }
    if let [0x80, 1..=5, ..] = bytes {
        return Told::Format(Format::Pickle);
    }
    if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| starts(magic)) {
        return Told::Other(what);
    }
    if bytes.get(4..8) == Some(b"TFL3") {
        return Told::Other("is a TensorFlow Lite file; convert the model it was made from");
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Told::Other(
            "is a tar archive; unpack it first, or, if torch 0.1 saved it, load and save it with torch",
        );
    }
    let text = bytes.trim_ascii_start();
    let text = text.get(..text.len().min(14)).unwrap_or_default().to_ascii_lowercase();
    if text.starts_with(b"<!doctype") || text.starts_with(b"<html") || text.starts_with(b"<?xml") {
        return Told::Other("is a page in HTML or XML, not a checkpoint; the download went wrong");
    }
    if text.starts_with(b"{") {
        return Told::Format(Format::Json);
    }
    // Protocol Buffers: the version of the format, then the producer, a graph or the sets of operators.
    if let [0x08, 1..=32, 0x12 | 0x1a | 0x22 | 0x2a | 0x32 | 0x3a | 0x42, ..] = bytes {
        return Told::Other("is an ONNX file; use the checkpoint it was exported from");
    }
    Told::Nothing
}

/// The tensors of a file.
pub(super) fn tensors(file: &MappedFile) -> Result<Vec<Tensor>, String> {
    let bytes = file.bytes();
    let format = match of(bytes) {
        // A file named .safetensors gets the error of that reader.
        Err(_) if file.path().extension().is_some_and(|extension| extension == "safetensors") && !is_known(bytes) => {
            Format::Safetensors
        }
        other => other?,
    };
    match format {
        Format::Safetensors => safetensors::tensors(bytes),
        Format::Npy => {
            let name = file.path().file_stem().map(|name| name.to_string_lossy().into_owned());
            Ok(vec![numpy::of_file(&name.unwrap_or_default(), bytes)?])
        }
        Format::Zip => of_archive(bytes),
        Format::Pickle => torch::of_pickles(bytes),
        Format::Json => {
            Err("is a JSON file; a shard index is named *.index.json and lies next to the shards".to_owned())
        }
    }
}

/// The tensors of an archive, whose format its members decide.
fn of_archive(bytes: &[u8]) -> Result<Vec<Tensor>, String> {
    let archive = Archive::read(bytes)?;
    if let Some(root) = torch::root(&archive) {
        return torch::of_archive(&archive, root, bytes);
    }
    let members = archive.members();
    if members.iter().any(|member| member.name.ends_with(numpy::SUFFIX)) {
        return numpy::of_archive(&archive, bytes);
    }
    let named = |end: &str| members.iter().any(|member| member.name.ends_with(end));
    Err(if named("model.weights.h5") {
        "is a Keras archive, whose weights are in HDF5; convert it to safetensors or .npz".to_owned()
    } else if named("serialized_exported_program.json") || named("archive_format") {
        "is an archive of torch.export; save the module's state_dict with torch.save instead".to_owned()
    } else {
        match members.first() {
            Some(first) => format!("is a zip archive with no data.pkl and no .npy array; it holds '{}'", first.name),
            None => "is an empty zip archive".to_owned(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_tells_the_kind() {
        assert_eq!(of(b"PK\x03\x04...."), Ok(Format::Zip));
        assert_eq!(of(b"\x93NUMPY\x01\x00"), Ok(Format::Npy));
        assert_eq!(of(b"\x80\x02\x8a\nl\xfc"), Ok(Format::Pickle));
        assert_eq!(of(b"\n {\"weight_map\":{}}"), Ok(Format::Json));
        // A header length of 123 looks like an opening brace but is not JSON.
        assert_eq!(of(b"{\0\0\0\0\0\0\0{}"), Ok(Format::Safetensors));
        // Lengths of 640 and 35,615 bytes look like a pickle and like gzip.
        assert_eq!(of(b"\x80\x02\0\0\0\0\0\0{\""), Ok(Format::Safetensors));
        assert_eq!(of(b"\x1f\x8b\0\0\0\0\0\0{\""), Ok(Format::Safetensors));
        assert_eq!(of(b"\x80\x04\x95\x0b\0\0\0\0\0\0\0"), Ok(Format::Pickle));
        let mut tar = [0; 512];
        tar[257..262].copy_from_slice(b"ustar");
        for (bytes, part) in [
            (&b"\x89HDF\r\n\x1a\n\0\0"[..], "HDF5"),
            (b"GGUF\x03\0\0\0", "GGUF"),
            (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
            (b"  <!DOCTYPE html><html>", "HTML"),
            (b"\x08\x07\x12\x07pytorch", "ONNX"),
            (b"\x1c\0\0\0TFL3\0\0", "TensorFlow Lite"),
            (b"\x1f\x8b\x08\0", "gzip"),
            (&tar, "tar archive"),
            (b"", "0 bytes"),
            (b"0123456789", "30 31 32 33 34 35 36 37"),
        ] {
            let reason = of(bytes).expect_err(part);
            assert!(reason.contains(part), "{part}: {reason}");
        }
    }
}
