//! Headers of safetensors files, and the indices of sharded ones.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use safetensors::tensor::Metadata;
use serde_json::Value;

use super::{Entry, ListingError, Stored, parameter};

/// The longest header that the format allows, in bytes.
const LONGEST_HEADER: u64 = 100_000_000;

/// What Hugging Face's indices end on.
const INDEX: &str = ".safetensors.index.json";

/// The tensors of one file, in the order of their bytes.
pub(super) fn entries(path: &Path) -> Result<Vec<Entry>, ListingError> {
    let mut file = File::open(path).map_err(ListingError::read(path))?;
    let size = file.metadata().map_err(ListingError::read(path))?.len();
    let mut length = [0; 8];
    if size < 8 {
        return Err(ListingError::format(path, format!("{size} bytes are too short for a safetensors file")));
    }
    file.read_exact(&mut length).map_err(ListingError::read(path))?;
    let length = u64::from_le_bytes(length);
    if length > LONGEST_HEADER {
        return Err(ListingError::format(
            path,
            format!(
                "a header of {length} bytes is longer than the format allows ({LONGEST_HEADER}); is it a safetensors file?"
            ),
        ));
    }
    if length > size - 8 {
        return Err(ListingError::format(
            path,
            format!("is cut off: its header has {length} bytes, and {} follow", size - 8),
        ));
    }
    let mut header = Vec::new();
    file.take(length).read_to_end(&mut header).map_err(ListingError::read(path))?;
    let header: Metadata = serde_json::from_slice(&header)
        .map_err(|error| ListingError::format(path, format!("no safetensors header: {error}")))?;
    let (stated, held) = (header.data_len() as u64, size - 8 - length);
    if stated != held {
        return Err(ListingError::format(path, format!("states {stated} bytes of values, and the file has {held}")));
    }
    let names = header.offset_keys();
    let entry = |name: &String| {
        let info = header.info(name)?;
        let (start, end) = info.data_offsets;
        let stored = Stored {
            file: path.to_owned(),
            offset: 8 + length + start as u64,
            bytes: end.saturating_sub(start) as u64,
        };
        let param = parameter(path, name, &info.shape);
        Some(param.map(|param| Entry { dtype: Some(info.dtype), stored: Some(stored), ..Entry::new(param) }))
    };
    names.iter().filter_map(entry).collect()
}

/// The files of a folder: those of its index or, where it has none, every safetensors file in it.
pub(super) fn files_of_folder(path: &Path) -> Result<Vec<PathBuf>, ListingError> {
    let entries = fs::read_dir(path).map_err(ListingError::read(path))?;
    let mut files = BTreeSet::new();
    for entry in entries {
        let file = entry.map_err(ListingError::read(path))?.path();
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.ends_with(INDEX) {
            return files_of_index(&file);
        }
        if file.extension().is_some_and(|extension| extension == "safetensors") {
            files.insert(file);
        }
    }
    if files.is_empty() {
        return Err(ListingError::format(path, "holds no .safetensors file and no index of shards"));
    }
    Ok(files.into_iter().collect())
}

/// The files that an index names, which lie beside it.
pub(super) fn files_of_index(path: &Path) -> Result<Vec<PathBuf>, ListingError> {
    let text = fs::read_to_string(path).map_err(ListingError::read(path))?;
    let index: Value = serde_json::from_str(&text).map_err(|error| ListingError::format(path, error.to_string()))?;
    let Some(map) = index.get("weight_map").and_then(Value::as_object) else {
        return Err(ListingError::format(
            path,
            "has no weight_map: an index of shards was expected (for a list of shapes, say so)",
        ));
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut files = BTreeSet::new();
    for (name, file) in map {
        let refuse =
            || ListingError::format(path, format!("'{name}' lies in {file}, which is no file beside the index"));
        let file = file.as_str().ok_or_else(refuse)?;
        let mut parts = Path::new(file).components();
        if !matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None)) {
            return Err(refuse());
        }
        files.insert(folder.join(file));
    }
    Ok(files.into_iter().collect())
}
