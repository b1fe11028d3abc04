//! The checkpoint files in a folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::{ReadError, index};

/// File extensions, preferred first: a folder may hold the same checkpoint in several formats.
const KINDS: &[&[&str]] = &[&["safetensors"], &["bin"], &["pt", "pth"], &["npz"], &["npy"]];

/// The files in a folder.
#[derive(Debug)]
pub(super) enum Held {
    Index(PathBuf),
    /// In the order of their names.
    Files(Vec<PathBuf>),
}

/// The index of a folder or, without one, all its checkpoint files of the preferred format. Names that start with a dot are skipped: they
/// are unfinished files.
pub(super) fn of_folder(path: &Path) -> Result<Held, ReadError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(ReadError::file(path))? {
        let name = entry.map_err(ReadError::file(path))?.file_name();
        if !name.to_string_lossy().starts_with('.') {
            names.push(name);
        }
    }
    names.sort_unstable();
    for kinds in KINDS {
        let kind =
            |name: &str| kinds.iter().any(|kind| name.strip_suffix(kind).is_some_and(|name| name.ends_with('.')));
        let (mut indices, mut files) = (Vec::new(), Vec::new());
        for name in &names {
            let text = name.to_string_lossy();
            if text.strip_suffix(index::SUFFIX).is_some_and(kind) {
                indices.push(path.join(name));
            } else if kind(&text) {
                files.push(path.join(name));
            }
        }
        if let [first, second, ..] = indices.as_slice() {
            let name =
                |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let reason = format!("holds several indices, {} and {}; give one of them", name(first), name(second));
            return Err(ReadError::format(path, reason));
        }
        if let Some(index) = indices.pop() {
            return Ok(Held::Index(index));
        }
        if files.iter().any(|file| of_torch(file)) {
            // Training arguments and optimizer state may lie next to it.
            files.retain(|file| of_torch(file));
        }
        if !files.is_empty() {
            return Ok(Held::Files(files));
        }
    }
    Err(ReadError::format(path, "holds no .safetensors file, no other checkpoint and no shard index"))
}

/// Whether a file is named like the `PyTorch` checkpoints of transformers.
fn of_torch(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("pytorch_model"))
}
