//! A file as memory.

use std::fs::{self, File, Metadata};
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use super::ReadError;

/// A file, mapped to be read, or bytes that stand for one.
#[derive(Debug)]
pub(super) struct MappedFile {
    path: PathBuf,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Mapped(Mmap),
    Given(Vec<u8>),
}

impl MappedFile {
    pub(super) fn open(path: &Path) -> Result<Self, ReadError> {
        // Asked before it is opened: opening a pipe waits for who writes to it. Asked again, for it may have been exchanged.
        let is_file = |kind: Metadata| match kind.is_file() {
            true => Ok(()),
            false => Err(ReadError::format(path, "is no file that can be mapped; copy it to a file first")),
        };
        is_file(fs::metadata(path).map_err(ReadError::file(path))?)?;
        let file = File::open(path).map_err(ReadError::file(path))?;
        is_file(file.metadata().map_err(ReadError::file(path))?)?;
        // SAFETY: the map is read only and private to this process. Bytes that another process changes meanwhile are read as
        // they come: every reader checks what it reads and holds no length or offset from the map beyond a check of its own.
        // A file that is cut shorter meanwhile ends the process by a signal, as for every program that maps files; nothing
        // is corrupted.
        #[allow(unsafe_code)]
        let map = unsafe { Mmap::map(&file) }.map_err(ReadError::file(path))?;
        Ok(Self { path: path.to_owned(), content: Content::Mapped(map) })
    }

    pub(super) fn given(path: &Path, bytes: Vec<u8>) -> Self {
        Self { path: path.to_owned(), content: Content::Given(bytes) }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Mapped(map) => map,
            Content::Given(bytes) => bytes,
        }
    }
}
