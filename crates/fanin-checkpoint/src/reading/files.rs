//! The checkpoint files in a folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::mapped::MappedFile;
use super::{ReadError, foreign, format, index};

/// File extensions, preferred ones first: a folder may contain the same checkpoint in several formats.
const KINDS: &[&[&str]] = &[&["safetensors"], &["bin"], &["pt", "pth"], &["npz"], &["npy"]];

/// Maximum number of files that an error names.
const NAMED: usize = 4;

/// The checkpoint in a folder, and the files next to it.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) checkpoint: Found,
    /// Files of other formats and for other purposes.
    pub(super) skipped: Vec<SkippedFile>,
}

/// The checkpoint in a folder.
#[derive(Debug)]
pub(super) enum Found {
    Index(PathBuf),
    /// In the order of their names.
    Files(Vec<PathBuf>),
}

/// A file next to a checkpoint that looks like one but was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedFile {
    /// The file.
    pub path: PathBuf,
    /// The reason, as a predicate: `is not named in model.safetensors.index.json`.
    pub reason: String,
}

/// Returns the index in a folder or, if there is no index, all checkpoint files of the preferred format.
pub(super) fn of_folder(path: &Path) -> Result<Held, ReadError> {
    let mut names = names(path)?;
    for kind in KINDS {
        let is_index = |path: &PathBuf| name(path).strip_suffix(index::SUFFIX).is_some_and(|name| is_of(name, kind));
        let indices: Vec<PathBuf> = names.iter().filter(|path| is_index(path)).cloned().collect();
        if let [first, second, ..] = indices.as_slice() {
            let reason = format!("contains several indices, {} and {}; use one of them", name(first), name(second));
            return Err(ReadError::format(path, reason));
        }
        let of_torch = names.iter().any(|path| is_of(&name(path), kind) && is_of_torch(path));
        // The folder may also contain training arguments and optimizer state.
        let is_file = |path: &mut PathBuf| is_of(&name(path), kind) && (!of_torch || is_of_torch(path));
        let mut files: Vec<PathBuf> = names.extract_if(.., is_file).collect();
        // A file comes before its variants.
        files.sort_by_cached_key(|path| stem(&name(path)).to_owned());
        let (checkpoint, read) = match indices.into_iter().next() {
            // The files next to an index are compared with it when it is read.
            Some(index) => (Found::Index(index.clone()), name(&index)),
            None if !files.is_empty() => {
                let read = files.first().map(|file| name(file)).unwrap_or_default();
                (Found::Files(files), read)
            }
            None => continue,
        };
        return Ok(Held { checkpoint, skipped: names.iter().filter_map(|path| skipped(path, &read)).collect() });
    }
    let reason = "contains no .safetensors file, other checkpoint or shard index".to_owned();
    let others = names.iter().filter(|path| foreign::is_named(path));
    let others = others.filter_map(|path| Some(format!("; {} {}", name(path), refused(path)?))).take(NAMED);
    Err(ReadError::format(path, reason + &others.collect::<String>() + &folders_with_checkpoints(path)))
}

/// The folders in a folder that contain checkpoints, as those of a pipeline of diffusers, and what to do.
fn folders_with_checkpoints(path: &Path) -> String {
    let has_checkpoint = |folder: &PathBuf| {
        let files = names(folder).unwrap_or_default();
        let is_checkpoint = |kind: &&[&str]| {
            files.iter().any(|file| is_of(name(file).strip_suffix(index::SUFFIX).unwrap_or(&name(file)), kind))
        };
        folder.is_dir() && KINDS.iter().any(is_checkpoint)
    };
    let folders: Vec<String> =
        names(path).unwrap_or_default().iter().filter(|path| has_checkpoint(path)).map(|path| name(path)).collect();
    let more = match folders.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match folders.as_slice() {
        [] => String::new(),
        [folder] => format!("; its folder {folder} contains a checkpoint, which can be given instead"),
        folders => {
            let named = folders.get(..NAMED).unwrap_or(folders).join(", ");
            format!("; its folders {named}{more} contain checkpoints, which can be given instead")
        }
    }
}

/// Whether a file is another variant of the checkpoint in another file, as transformers and diffusers name them:
/// `model.fp16.safetensors` and `model.safetensors`.
pub(super) fn is_variant(path: &Path, other: &Path) -> bool {
    let (path, other) = (name(path), name(other));
    let variant = stem(&path).strip_prefix(stem(&other)).is_some_and(|rest| rest.starts_with('.'));
    variant && Path::new(&path).extension() == Path::new(&other).extension()
}

/// A file name without its extension.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Returns the files next to an index that have the extension of its shards but are not listed in it.
pub(super) fn strays(index: &Path, named: &BTreeSet<&str>) -> Vec<SkippedFile> {
    let index_name = name(index);
    let Some(kind) = index_name.strip_suffix(index::SUFFIX).and_then(|name| name.rsplit('.').next()) else {
        return Vec::new();
    };
    let is_stray = |path: &PathBuf| is_of(&name(path), &[kind]) && !named.contains(name(path).as_str());
    let reason = format!("is not named in {index_name}");
    // A folder that cannot be listed has no strays: its index and shards are read by their names.
    let paths = names(index.parent().unwrap_or(Path::new(""))).unwrap_or_default();
    paths.into_iter().filter(is_stray).map(|path| SkippedFile { path, reason: reason.clone() }).collect()
}

/// Returns the files in a folder, sorted by name. Skips names that start with a dot, which are unfinished files.
fn names(folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut paths = Vec::new();
    for entry in fs::read_dir(listed).map_err(ReadError::file(folder))? {
        let path = folder.join(entry.map_err(ReadError::file(folder))?.file_name());
        if !name(&path).starts_with('.') {
            paths.push(path);
        }
    }
    paths.sort_unstable();
    Ok(paths)
}

/// The reason why a file was not read, if it looks like a checkpoint. `read` is a file that was.
fn skipped(path: &Path, read: &str) -> Option<SkippedFile> {
    let text = name(path);
    let reason = if KINDS.iter().any(|kind| is_of(&text, kind)) {
        format!("is next to {read}, which was read instead")
    } else if foreign::is_named(path) {
        refused(path).unwrap_or_else(|| format!("is next to {read}, which was read instead"))
    } else {
        return None;
    };
    Some(SkippedFile { path: path.to_owned(), reason })
}

/// The reason why a file cannot be read.
fn refused(path: &Path) -> Option<String> {
    let file = MappedFile::open(path).ok()?;
    format::tensors(&file).err()
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Whether a name has one of these extensions.
fn is_of(name: &str, kind: &[&str]) -> bool {
    kind.iter().any(|kind| name.strip_suffix(kind).is_some_and(|name| name.ends_with('.')))
}

/// Whether the file name is that of a `PyTorch` checkpoint of transformers.
fn is_of_torch(path: &Path) -> bool {
    name(path).starts_with("pytorch_model")
}
