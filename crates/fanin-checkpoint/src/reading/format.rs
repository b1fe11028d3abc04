//! File formats: detection by the first bytes, and the reader of each.

use super::archive::Archive;
use super::mapped::MappedFile;
use super::{Tensor, foreign, numpy, safetensors, torch};

/// A checkpoint format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Safetensors,
    /// `.npz` or `PyTorch` since 1.6, depending on the members.
    Zip,
    Npy,
    /// `PyTorch` before 1.6: pickles, then storages.
    Pickle,
    /// A shard index.
    Json,
}

/// Detects the format from the first bytes. The error describes the actual content.
pub(super) fn of(bytes: &[u8]) -> Result<Format, String> {
    match detect(bytes) {
        Detected::Format(format) => Ok(format),
        Detected::Other(what) => Err(what.to_owned()),
        Detected::Nothing if bytes.len() < 9 => Err(format!("has {} bytes, too few for a checkpoint", bytes.len())),
        Detected::Nothing => {
            let first: Vec<_> = bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            Err(format!(
                "starts with the bytes {}: not a safetensors, .npz, .npy or PyTorch checkpoint",
                first.join(" ")
            ))
        }
    }
}

/// Whether the first bytes match a known format.
fn is_known(bytes: &[u8]) -> bool {
    !matches!(detect(bytes), Detected::Nothing)
}

/// The interpretation of the first bytes.
enum Detected {
    Format(Format),
    /// A description.
    Other(&'static str),
    Nothing,
}

fn detect(bytes: &[u8]) -> Detected {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    // Checked first: the length may look like other magic bytes, but the bytes after it are unambiguous.
    if let [_, _, _, _, 0, 0, 0, 0, b'{', ..] = bytes {
        return Detected::Format(Format::Safetensors);
    }
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        return Detected::Format(Format::Zip);
    }
    if starts(b"\x93NUMPY") {
        return Detected::Format(Format::Npy);
    }
    if let [0x80, 1..=5, ..] = bytes {
        return Detected::Format(Format::Pickle);
    }
    if let Some(what) = foreign::by_content(bytes) {
        return Detected::Other(what);
    }
    if bytes.trim_ascii_start().starts_with(b"{") { Detected::Format(Format::Json) } else { Detected::Nothing }
}

/// The tensors of a file.
pub(super) fn tensors(file: &MappedFile) -> Result<Vec<Tensor>, String> {
    let bytes = file.bytes();
    let format = match of(bytes) {
        // A file named .safetensors gets that reader's error.
        Err(_) if file.path().extension().is_some_and(|extension| extension == "safetensors") && !is_known(bytes) => {
            Format::Safetensors
        }
        // The name distinguishes formats based on Protocol Buffers, and identifies files without a magic number.
        Err(reason) => return Err(foreign::by_name(file.path()).map_or(reason, str::to_owned)),
        Ok(format) => format,
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
            Err("is a JSON file; a shard index must be named *.index.json and be next to the shards".to_owned())
        }
    }
}

/// Reads the tensors of an archive, whose members determine the format.
fn of_archive(bytes: &[u8]) -> Result<Vec<Tensor>, String> {
    let archive = Archive::read(bytes)?;
    if let Some(what) = foreign::by_members(&archive) {
        return Err(what.to_owned());
    }
    if let Some(root) = torch::root(&archive) {
        return torch::of_archive(&archive, root, bytes);
    }
    if archive.members().iter().any(|member| member.name.ends_with(numpy::SUFFIX)) {
        return numpy::of_archive(&archive, bytes);
    }
    Err(match archive.members().first() {
        Some(first) => format!("is a zip archive without data.pkl or .npy arrays; it contains '{}'", first.name),
        None => "is an empty zip archive".to_owned(),
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
        // A header length of 123 looks like an opening brace, but the file is not JSON.
        assert_eq!(of(b"{\0\0\0\0\0\0\0{}"), Ok(Format::Safetensors));
        // Header lengths of 640 and 35,615 look like a pickle and like gzip.
        assert_eq!(of(b"\x80\x02\0\0\0\0\0\0{\""), Ok(Format::Safetensors));
        assert_eq!(of(b"\x1f\x8b\0\0\0\0\0\0{\""), Ok(Format::Safetensors));
        assert_eq!(of(b"\x80\x04\x95\x0b\0\0\0\0\0\0\0"), Ok(Format::Pickle));
        for (bytes, part) in
            [(&b"GGUF\x03\0\0\0"[..], "GGUF"), (b"", "0 bytes"), (b"0123456789", "30 31 32 33 34 35 36 37")]
        {
            let reason = of(bytes).expect_err(part);
            assert!(reason.contains(part), "{part}: {reason}");
        }
    }
}
