//! File names of IDX pairs.

use std::path::{Path, PathBuf};

use super::super::DataError;

/// The files of one table: images and labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) images: PathBuf,
    pub(super) labels: PathBuf,
}

impl Pair {
    /// Returns the pair that a file belongs to: `…images…idx3…` and `…labels…idx1…`, with or without `.gz`.
    pub(super) fn of(path: &Path) -> Result<Self, DataError> {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let (images, other) = if name.contains("images") {
            (true, name.replace("images", "labels").replace("idx3", "idx1"))
        } else if name.contains("labels") {
            (false, name.replace("labels", "images").replace("idx1", "idx3"))
        } else {
            let reason = "its name contains neither 'images' nor 'labels'; name the two files like \
                          train-images-idx3-ubyte \
                          and train-labels-idx1-ubyte";
            return Err(DataError::file(path, reason));
        };
        let plain = other.strip_suffix(".gz").unwrap_or(&other);
        let candidates = [other.clone(), plain.to_owned(), format!("{plain}.gz")];
        match candidates.iter().map(|name| path.with_file_name(name)).find(|path| path.is_file()) {
            Some(found) if images => Ok(Self { images: path.to_owned(), labels: found }),
            Some(found) => Ok(Self { images: found, labels: path.to_owned() }),
            None => {
                Err(DataError::file(path, format!("no {plain} or {plain}.gz next to it; put both files in one folder")))
            }
        }
    }

    /// Returns the pair of files in a folder whose names start with `prefix` and follow MNIST's scheme.
    pub(super) fn in_folder(folder: &Path, prefix: &str) -> Result<Self, DataError> {
        let names = ["-images-idx3-ubyte", "-images-idx3-ubyte.gz", "-images.idx3-ubyte", "-images.idx3-ubyte.gz"];
        match names.iter().map(|name| folder.join(format!("{prefix}{name}"))).find(|path| path.is_file()) {
            Some(images) => Self::of(&images),
            None => {
                let reason = format!(
                    "{prefix}-images-idx3-ubyte[.gz] is missing from this folder; add the four files of (Fashion-)MNIST"
                );
                Err(DataError::file(folder, reason))
            }
        }
    }
}
