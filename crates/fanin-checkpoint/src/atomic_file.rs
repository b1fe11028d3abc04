//! Atomic writes: a file appears under its name only when it is complete.
//!
//! The content is written to a hidden file in the same folder, `.NAME.unfinished`, which is synced and then renamed. A
//! killed process leaves only the hidden file, which the next run overwrites. The hidden file is locked, so a second
//! process that writes the same file gets an error of the kind [`io::ErrorKind::ResourceBusy`].

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::positioned;

/// The hidden files of this process.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Removes the unfinished files of this process and prevents new ones. Call it last when a program is interrupted.
pub fn remove_unfinished() {
    let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    for path in unfinished.drain(..) {
        // Another thread may have finished it in the meantime.
        let _ = fs::remove_file(path);
    }
    std::mem::forget(unfinished);
}

/// Writes a file atomically. Missing folders are created.
///
/// # Errors
/// Any error of the system or of `write`; an existing file is then unchanged.
pub fn write_atomically(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    fs::create_dir_all(folder(path))?;
    let mut unfinished = AtomicFile::begin(path)?;
    write(&mut unfinished.file)?;
    unfinished.sync()?;
    unfinished.rename()
}

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct AtomicFile {
    pub(crate) file: File,
    hidden: PathBuf,
    path: PathBuf,
    finished: bool,
}

impl AtomicFile {
    /// Starts a file that will be named `path`.
    pub(crate) fn begin(path: &Path) -> io::Result<Self> {
        let hidden = hidden(path);
        let file = loop {
            let mut mine = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
            // Opening a pipe would block, here and in `remove_unfinished`.
            if let Ok(kind) = fs::symlink_metadata(&hidden) {
                positioned::is_regular(&kind)?;
            }
            let file = OpenOptions::new().write(true).create(true).truncate(false).open(&hidden)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(io::Error::new(io::ErrorKind::ResourceBusy, "another process is writing the file"));
                }
                Err(TryLockError::Error(error)) if is_without_locks(&error) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // Another process may have renamed it between opening and locking.
            if is_at(&file, &hidden) {
                mine.push(hidden.clone());
                break file;
            }
        };
        let unfinished = Self { file, hidden, path: path.to_owned(), finished: false };
        unfinished.file.set_len(0)?;
        Ok(unfinished)
    }

    /// The final path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Flushes the contents to disk.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Renames the file to its final name.
    pub(crate) fn rename(mut self) -> io::Result<()> {
        fs::rename(&self.hidden, &self.path)?;
        self.finished = true;
        sync_folder(&self.path)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        unfinished.retain(|path| *path != self.hidden);
        if !self.finished {
            // Nothing more can be done if this fails.
            let _ = fs::remove_file(&self.hidden);
        }
    }
}

/// Whether the name is that of an unfinished file.
pub(crate) fn is_unfinished(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(".safetensors.unfinished")
}

/// Removes a leftover of a killed process, unless another process is still writing it.
pub(crate) fn remove_stale(hidden: &Path) {
    if !fs::symlink_metadata(hidden).is_ok_and(|kind| kind.is_file()) {
        return;
    }
    let held = OpenOptions::new().write(true).open(hidden).is_ok_and(|file| file.try_lock().is_err());
    if !held {
        // A failure is harmless.
        let _ = fs::remove_file(hidden);
    }
}

/// The hidden file of a path.
pub(crate) fn hidden(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".unfinished");
    path.with_file_name(name)
}

/// The folder of a path.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether the error says that the file system does not support locks, as on some network file systems.
fn is_without_locks(error: &io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(rustix::io::Errno::NOLCK.raw_os_error()) {
        return true;
    }
    error.kind() == io::ErrorKind::Unsupported
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(there)) => (open.dev(), open.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// An open file cannot be renamed on these systems.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// Syncs the folder, which makes the name durable.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    match File::open(folder(path))?.sync_all() {
        // Some file systems cannot sync folders.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        done => done,
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "other systems can fail")]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_has_its_name_only_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        let names = || {
            let entries = fs::read_dir(folder.path()).unwrap();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
        };
        // Leftovers of a killed process: for another file, and for this one.
        let other = folder.path().join(".b.safetensors.unfinished");
        assert!(is_unfinished(".b.safetensors.unfinished") && !is_unfinished("b.safetensors"));
        let held = AtomicFile::begin(&folder.path().join("b.safetensors")).unwrap();
        remove_stale(&other);
        assert_eq!(names(), [".b.safetensors.unfinished"], "it is being written");
        drop(held);
        fs::write(&other, "x").unwrap();
        remove_stale(&other);
        assert!(names().is_empty());
        fs::write(folder.path().join(".a.bin.unfinished"), "much longer than what comes").unwrap();
        let unfinished = AtomicFile::begin(&path).unwrap();
        assert_eq!(names(), [".a.bin.unfinished"]);
        assert_eq!(AtomicFile::begin(&path).unwrap_err().kind(), io::ErrorKind::ResourceBusy);
        positioned::write_all(&unfinished.file, b"abc", 0).unwrap();
        unfinished.sync().unwrap();
        unfinished.rename().unwrap();
        assert_eq!((names(), fs::read(&path).unwrap()), (vec!["a.bin".to_owned()], b"abc".to_vec()));
        drop(AtomicFile::begin(&path).unwrap());
        assert_eq!(names(), ["a.bin"]);
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/run.json");
        write_atomically(&path, |file| file.write_all(b"old")).unwrap();
        let failed = write_atomically(&path, |file| {
            file.write_all(b"half of the n")?;
            Err(io::Error::other("no more"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
