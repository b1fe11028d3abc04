//! One process at a time says which files of a folder belong together.

use std::fs::File;
use std::path::Path;

/// Held while files are removed or exchanged, and from the last look at all of them until the index that joins them is there.
#[derive(Debug)]
pub(super) struct FolderLock {
    _held: Option<File>,
}

/// Waits for the others. Where folders cannot be locked, as on some network file systems and on Windows, nobody waits.
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
        // Where there is none, nobody waits.
        drop(lock(&folder.path().join("none")));
    }
}
