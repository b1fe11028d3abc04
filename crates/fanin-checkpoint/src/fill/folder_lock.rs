//! A lock on the output folder, so that only one process at a time replaces files or writes the index.

use std::fs::File;
use std::path::Path;

/// Held while files are removed or replaced, and from the final check of all files until the index is written.
#[derive(Debug)]
pub(super) struct FolderLock {
    _held: Option<File>,
}

/// Waits for the lock. Folders that cannot be locked, as on some network file systems and on Windows, are not locked.
pub(super) fn lock(folder: &Path) -> FolderLock {
    FolderLock { _held: File::open(folder).ok().filter(|folder| folder.lock().is_ok()) }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_locked_until_the_lock_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let other = File::open(folder.path()).unwrap();
        let held = lock(folder.path());
        assert!(other.try_lock().is_err());
        drop(held);
        assert!(other.try_lock().is_ok());
        // A missing folder is not locked.
        drop(lock(&folder.path().join("none")));
    }
}
