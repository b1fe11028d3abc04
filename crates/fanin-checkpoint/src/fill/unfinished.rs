//! A file that takes its name only once it is whole.
//!
//! It grows under a hidden name beside its place, `.NAME.unfinished`, is brought to the disk, and is renamed. A process that is
//! killed leaves the hidden file alone; whoever makes the same file next writes over it. Two processes that make the same file at
//! once would mix their bytes: the hidden file is locked, and the second is refused.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::error::FillError;
use super::{folder_lock, positioned};

/// The hidden files of this process.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Removes the files that this process has begun and not finished, and lets it begin no other: what a program does last when it is
/// interrupted.
pub fn remove_unfinished() {
    let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    for path in unfinished.drain(..) {
        // It may have been finished meanwhile.
        let _ = fs::remove_file(path);
    }
    std::mem::forget(unfinished);
}

/// A file that is being made.
#[derive(Debug)]
pub(super) struct Unfinished {
    pub(super) file: File,
    hidden: PathBuf,
    path: PathBuf,
    size: u64,
    finished: bool,
}

impl Unfinished {
    /// Begins a file that will be called `path` and have `size` bytes.
    pub(super) fn begin(path: &Path, size: u64) -> Result<Self, FillError> {
        let hidden = hidden(path);
        let refuse = FillError::write(path, size);
        let file = loop {
            let mut mine = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
            // A pipe would be waited for, and by whoever removes unfinished files too.
            if let Ok(kind) = fs::symlink_metadata(&hidden) {
                positioned::is_regular(&kind).map_err(&refuse)?;
            }
            let file = OpenOptions::new().write(true).create(true).truncate(false).open(&hidden).map_err(&refuse)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(FillError::Locked { path: path.to_owned() }),
                Err(TryLockError::Error(error)) if is_without_locks(&error) => {}
                Err(TryLockError::Error(error)) => return Err(refuse(error)),
            }
            // Another process may have finished it between the opening and the lock.
            if is_at(&file, &hidden) {
                mine.push(hidden.clone());
                break file;
            }
        };
        let unfinished = Self { file, hidden, path: path.to_owned(), size, finished: false };
        unfinished.file.set_len(0).map_err(&refuse)?;
        Ok(unfinished)
    }

    /// Brings it to the disk and gives it its name. An index that joins what it replaces is removed first.
    pub(super) fn finish(mut self, index: Option<&Path>) -> Result<(), FillError> {
        let refuse = FillError::write(&self.path, self.size);
        self.file.sync_all().map_err(&refuse)?;
        let _alone = index.map(|index| folder_lock::lock(index.parent().unwrap_or(Path::new("."))));
        match index.map(fs::remove_file) {
            Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => return Err(refuse(error)),
            _ => {}
        }
        fs::rename(&self.hidden, &self.path).map_err(&refuse)?;
        self.finished = true;
        sync_folder(&self.path).map_err(&refuse)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        unfinished.retain(|path| *path != self.hidden);
        if !self.finished {
            // Nothing more can be done about what cannot even be removed.
            let _ = fs::remove_file(&self.hidden);
        }
    }
}

/// Makes a small file whole.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), FillError> {
    let size = bytes.len() as u64;
    let unfinished = Unfinished::begin(path, size)?;
    positioned::write_all(&unfinished.file, bytes, 0).map_err(FillError::write(path, size))?;
    unfinished.finish(None)
}

/// Whether a small file holds these bytes; no more of it is read than they are.
pub(super) fn holds(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let there = fs::metadata(path)?;
    Ok(there.is_file() && there.len() == bytes.len() as u64 && {
        let mut read = vec![0; bytes.len()];
        positioned::read_exact(&positioned::open(path)?, &mut read, 0)?;
        read == bytes
    })
}

/// Whether a name is that of a file that is being made, or was.
pub(super) fn is_unfinished(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(".safetensors.unfinished")
}

/// Removes what a killed process left and nobody will write over; what another process is making is left alone.
pub(super) fn remove_stale(hidden: &Path) {
    if !fs::symlink_metadata(hidden).is_ok_and(|kind| kind.is_file()) {
        return;
    }
    let held = OpenOptions::new().write(true).open(hidden).is_ok_and(|file| file.try_lock().is_err());
    if !held {
        // It is in nobody's way.
        let _ = fs::remove_file(hidden);
    }
}

pub(super) fn hidden(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".unfinished");
    path.with_file_name(name)
}

/// Whether a file system knows no locks, as network file systems may.
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

/// Where an open file cannot be renamed, it is where it was.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// A name is on the disk once its folder is.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match File::open(folder)?.sync_all() {
        // File systems that know no such thing.
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
    use super::*;

    #[test]
    fn a_file_has_its_name_only_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        let names = || {
            let entries = fs::read_dir(folder.path()).unwrap();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
        };
        // What a killed process left: of another file, and of this one.
        let other = folder.path().join(".b.safetensors.unfinished");
        assert!(is_unfinished(".b.safetensors.unfinished") && !is_unfinished("b.safetensors"));
        let held = Unfinished::begin(&folder.path().join("b.safetensors"), 1).unwrap();
        remove_stale(&other);
        assert_eq!(names(), [".b.safetensors.unfinished"], "it is being made");
        drop(held);
        fs::write(&other, "x").unwrap();
        remove_stale(&other);
        assert!(names().is_empty());
        fs::write(folder.path().join(".a.bin.unfinished"), "much longer than what comes").unwrap();
        let unfinished = Unfinished::begin(&path, 3).unwrap();
        assert_eq!(names(), [".a.bin.unfinished"]);
        assert!(matches!(Unfinished::begin(&path, 3), Err(FillError::Locked { .. })));
        positioned::write_all(&unfinished.file, b"abc", 0).unwrap();
        unfinished.finish(None).unwrap();
        assert_eq!((names(), fs::read(&path).unwrap()), (vec!["a.bin".to_owned()], b"abc".to_vec()));
        drop(Unfinished::begin(&path, 3).unwrap());
        assert_eq!(names(), ["a.bin"]);
        write_whole(&path, b"other").unwrap();
        assert!(holds(&path, b"other").unwrap() && !holds(&path, b"othes").unwrap() && !holds(&path, b"othe").unwrap());
        assert!(!holds(folder.path(), b"").unwrap() && holds(&folder.path().join("none"), b"").is_err());
        assert_eq!((names(), fs::read(&path).unwrap()), (vec!["a.bin".to_owned()], b"other".to_vec()));
    }

    #[test]
    fn what_cannot_be_written_is_named_with_the_room_it_needs() {
        let error = Unfinished::begin(Path::new("/no/such/folder/a.bin"), 4_000_000).unwrap_err().to_string();
        assert!(error.contains("a.bin cannot be written") && error.contains("needs 4.00 MB"), "{error}");
    }
}
