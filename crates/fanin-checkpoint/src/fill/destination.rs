//! The destination of a checkpoint, and checks of existing files.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::FillError;
use super::layout::{FileLayout, INDEX, Layout};
use super::size::ByteSize;
use super::unfinished::holds;
use super::{agreement, folder_lock};
use crate::atomic_file::{hidden, is_unfinished, remove_stale};
use crate::positioned;

/// The destination of a checkpoint: a folder, with Hugging Face's file names, or one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// `model.safetensors`, or `model-00001-of-0000N.safetensors` and an index, in this folder, which is created if
    /// missing.
    Folder(PathBuf),
    /// One file, for checkpoints that fit into one.
    File(PathBuf),
}

impl Destination {
    /// Interprets a path that ends in `.safetensors` as a file and any other as a folder.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let is_file = path.extension().is_some_and(|extension| extension == "safetensors") && !path.is_dir();
        if is_file { Self::File(path.to_owned()) } else { Self::Folder(path.to_owned()) }
    }

    /// The folder of the files.
    #[must_use]
    pub fn folder(&self) -> &Path {
        match self {
            Self::Folder(folder) => folder,
            Self::File(path) => path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")),
        }
    }

    pub(super) fn path(&self, file: &FileLayout) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.join(&file.name),
            Self::File(path) => path.clone(),
        }
    }

    pub(super) fn index(&self) -> Option<PathBuf> {
        match self {
            Self::Folder(folder) => Some(folder.join(INDEX)),
            Self::File(_) => None,
        }
    }

    /// Creates the folder and checks existing files. Returns the names of files in `own` that exist and may be kept.
    pub(super) fn prepare<'l>(
        &self,
        layout: &'l Layout,
        own: &[&'l FileLayout],
        size: ByteSize,
        force: bool,
    ) -> Result<Vec<&'l str>, FillError> {
        if let (Self::File(path), count @ 2..) = (self, layout.files.len()) {
            return Err(FillError::Several { path: path.clone(), count, size });
        }
        let folder = self.folder();
        fs::create_dir_all(folder).map_err(FillError::write(folder, own.iter().map(|file| file.size).sum()))?;
        if let Self::Folder(folder) = self {
            self.no_others(folder, layout)?;
        }
        let there: Vec<&FileLayout> = own.iter().copied().filter(|file| self.path(file).exists()).collect();
        let kept = if force {
            self.spares_sources(layout)?;
            let _alone = folder_lock::lock(folder);
            self.clear(layout, &there)?;
            Vec::new()
        } else {
            if let (Some(index), Some(path)) = (&layout.index, self.index())
                && path.exists()
                && !holds(&path, index).map_err(FillError::read(&path))?
            {
                return Err(FillError::Differs { path, reason: "another index".to_owned() });
            }
            for file in &there {
                looks_alike(file, &self.path(file))?;
            }
            there.iter().map(|file| file.name.as_str()).collect()
        };
        let needed = own.iter().filter(|file| !kept.contains(&file.name.as_str())).map(|file| file.size).sum();
        has_room(folder, needed)?;
        Ok(kept)
    }

    /// Rejects foreign weight files and removes leftovers of killed runs.
    fn no_others(&self, folder: &Path, layout: &Layout) -> Result<(), FillError> {
        for entry in fs::read_dir(folder).map_err(FillError::read(folder))? {
            let path = entry.map_err(FillError::read(folder))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if is_unfinished(&name) {
                if !layout.files.iter().any(|file| hidden(&self.path(file)) == path) {
                    remove_stale(&path);
                }
                continue;
            }
            let is_weights = name.ends_with(".safetensors") || name.ends_with(".safetensors.index.json");
            let is_index = layout.index.is_some() && name == INDEX;
            if is_weights && !is_index && !layout.files.iter().any(|file| file.name == name) {
                return Err(FillError::Foreign { path });
            }
        }
        Ok(())
    }

    /// Refuses to remove a file whose values are still needed. A single file is safe because it is replaced atomically.
    fn spares_sources(&self, layout: &Layout) -> Result<(), FillError> {
        let tensors = layout.files.iter().flat_map(|file| &file.tensors);
        let sources: HashSet<&Path> = tensors.filter_map(|placed| placed.tensor.source()).collect();
        if layout.index.is_none() || sources.is_empty() {
            return Ok(());
        }
        let sources: HashSet<PathBuf> = sources.into_iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
        let mut removed = layout.files.iter().map(|file| self.path(file));
        match removed.find(|path| fs::canonicalize(path).is_ok_and(|path| sources.contains(&path))) {
            None => Ok(()),
            Some(path) => Err(FillError::Removes { path }),
        }
    }

    /// Removes the index if it exists.
    pub(super) fn remove_index(&self) -> Result<(), FillError> {
        self.index().map_or(Ok(()), |path| remove(&path))
    }

    /// Removes the index and the files, so that a killed run cannot leave a mix of old and new files. A single file
    /// needs no removal because it is replaced atomically.
    fn clear(&self, layout: &Layout, there: &[&FileLayout]) -> Result<(), FillError> {
        if layout.index.is_none() {
            return Ok(());
        }
        self.remove_index()?;
        there.iter().try_for_each(|file| remove(&self.path(file)))
    }
}

fn remove(path: &Path) -> Result<(), FillError> {
    match fs::remove_file(path) {
        // It never existed, or another process removed it first.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        done => done.map_err(FillError::write(path, 0)),
    }
}

/// Rejects an existing file with another length or header before anything is written.
fn looks_alike(file: &FileLayout, path: &Path) -> Result<(), FillError> {
    let opened = positioned::open(path).map_err(FillError::read(path))?;
    match agreement::looks_other(file, &opened, path)? {
        None => Ok(()),
        Some(reason) => Err(FillError::Differs { path: path.to_owned(), reason: reason.to_owned() }),
    }
}

/// Rejects a folder without enough free space.
#[cfg(unix)]
fn has_room(folder: &Path, needed: u64) -> Result<(), FillError> {
    // If the free space is unknown, writing will find out.
    let Ok(system) = rustix::fs::statvfs(folder) else { return Ok(()) };
    let free = system.f_bavail.saturating_mul(system.f_frsize);
    // Leftovers of a killed run will be overwritten, but to be safe they do not count as free space.
    if needed <= free {
        return Ok(());
    }
    Err(FillError::Room { folder: folder.to_owned(), free: ByteSize(free), needed: ByteSize(needed) })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "fallible on other systems")]
fn has_room(_: &Path, _: u64) -> Result<(), FillError> {
    Ok(())
}
