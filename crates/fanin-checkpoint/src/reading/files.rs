//! The files of a checkpoint.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use super::ReadError;

/// What an index of shards ends on.
const INDEX: &str = ".index.json";

/// The files that a path stands for: itself; those of an index; those of a folder's index or, where it has none, every
/// checkpoint in it.
pub(super) fn of(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    if path.is_dir() {
        of_folder(path)
    } else if path.extension().is_some_and(|extension| extension == "json") {
        of_index(path)
    } else {
        Ok(vec![path.to_owned()])
    }
}

fn of_folder(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let entries = fs::read_dir(path).map_err(ReadError::file(path))?;
    let mut files = BTreeSet::new();
    for entry in entries {
        let file = entry.map_err(ReadError::file(path))?.path();
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.ends_with(INDEX) && !name.starts_with('.') {
            return of_index(&file);
        }
        if file.extension().is_some_and(|extension| extension == "safetensors") && !name.starts_with('.') {
            files.insert(file);
        }
    }
    if files.is_empty() {
        return Err(ReadError::format(path, "holds no .safetensors file and no index of shards"));
    }
    Ok(files.into_iter().collect())
}

/// The files that an index names, which lie beside it.
fn of_index(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let text = fs::read_to_string(path).map_err(ReadError::file(path))?;
    let index: Value = serde_json::from_str(&text).map_err(|error| ReadError::format(path, error.to_string()))?;
    let Some(map) = index.get("weight_map").and_then(Value::as_object) else {
        return Err(ReadError::format(path, "has no weight_map: an index of shards was expected"));
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut files = BTreeSet::new();
    for (name, file) in map {
        let refuse = || ReadError::format(path, format!("'{name}' lies in {file}, which is no file beside the index"));
        let file = file.as_str().ok_or_else(refuse)?;
        let mut parts = Path::new(file).components();
        if !matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None)) {
            return Err(refuse());
        }
        files.insert(folder.join(file));
    }
    Ok(files.into_iter().collect())
}
