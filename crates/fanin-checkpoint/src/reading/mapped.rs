//! Memory-mapped files.

use std::fs::{self, File, Metadata};
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use super::ReadError;

/// A memory-mapped file, or bytes in memory.
#[derive(Debug)]
pub(super) struct MappedFile {
    path: PathBuf,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Mapped(Mmap),
    Bytes(Vec<u8>),
}

impl MappedFile {
    pub(super) fn open(path: &Path) -> Result<Self, ReadError> {
        // Checked before opening, because opening a pipe blocks, and again afterwards, because the file may have been
        // replaced.
        let is_file = |kind: Metadata| match kind.is_file() {
            true => Ok(()),
            false => Err(ReadError::format(path, "is not a regular file; copy it to one first")),
        };
        is_file(fs::metadata(path).map_err(ReadError::file(path))?)?;
        let file = File::open(path).map_err(ReadError::file(path))?;
        is_file(file.metadata().map_err(ReadError::file(path))?)?;
        // SAFETY: the map is read-only and private to this process. If another process changes the bytes, readers see
        // the changes: every reader validates what it reads and keeps no unchecked length or offset from the map. If
        // the file is truncated, a signal kills the process, as with any program that maps files; nothing is corrupted.
        #[allow(unsafe_code)]
        let map = unsafe { Mmap::map(&file) }.map_err(ReadError::file(path))?;
        Ok(Self { path: path.to_owned(), content: Content::Mapped(map) })
    }

    pub(super) fn given(path: &Path, bytes: Vec<u8>) -> Self {
        Self { path: path.to_owned(), content: Content::Bytes(bytes) }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Mapped(map) => map,
            Content::Bytes(bytes) => bytes,
        }
    }
}
