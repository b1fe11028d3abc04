//! Atomic writes of the files of a checkpoint.

use std::fs;
use std::io;
use std::path::Path;

use super::error::FillError;
use super::folder_lock;
use crate::atomic_file::AtomicFile;
use crate::positioned;

/// Starts a file that will be named `path` and have `size` bytes.
pub(super) fn begin(path: &Path, size: u64) -> Result<AtomicFile, FillError> {
    AtomicFile::begin(path).map_err(FillError::write(path, size))
}

/// Syncs a file of `size` bytes and renames it. If it replaces a file, the index that refers to that file is removed
/// first.
pub(super) fn finish(unfinished: AtomicFile, size: u64, index: Option<&Path>) -> Result<(), FillError> {
    let refuse = FillError::write(unfinished.path(), size);
    unfinished.sync().map_err(&refuse)?;
    let _alone = index.map(|index| folder_lock::lock(index.parent().unwrap_or(Path::new("."))));
    match index.map(fs::remove_file) {
        Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => return Err(refuse(error)),
        _ => {}
    }
    unfinished.rename().map_err(&refuse)
}

/// Writes a small file atomically.
pub(super) fn write_small_file(path: &Path, bytes: &[u8]) -> Result<(), FillError> {
    let size = bytes.len() as u64;
    let unfinished = begin(path, size)?;
    positioned::write_all(&unfinished.file, bytes, 0).map_err(FillError::write(path, size))?;
    finish(unfinished, size, None)
}

/// Whether a small file contains exactly these bytes.
pub(super) fn holds(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let there = fs::metadata(path)?;
    Ok(there.is_file() && there.len() == bytes.len() as u64 && {
        let mut read = vec![0; bytes.len()];
        positioned::read_exact(&positioned::open(path)?, &mut read, 0)?;
        read == bytes
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_file_is_written_and_compared() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        fs::write(&path, "abc").unwrap();
        let unfinished = begin(&path, 3).unwrap();
        assert!(matches!(begin(&path, 3), Err(FillError::Locked { .. })));
        drop(unfinished);
        write_small_file(&path, b"other").unwrap();
        assert!(holds(&path, b"other").unwrap() && !holds(&path, b"othes").unwrap() && !holds(&path, b"othe").unwrap());
        assert!(!holds(folder.path(), b"").unwrap() && holds(&folder.path().join("none"), b"").is_err());
        assert_eq!((fs::read_dir(folder.path()).unwrap().count(), fs::read(&path).unwrap()), (1, b"other".to_vec()));
    }

    #[test]
    fn write_errors_state_the_file_and_the_space_needed() {
        let error = begin(Path::new("/no/such/folder/a.bin"), 4_000_000).unwrap_err().to_string();
        assert!(error.contains("cannot write /no/such/folder/a.bin (4.00 MB)"), "{error}");
    }
}
