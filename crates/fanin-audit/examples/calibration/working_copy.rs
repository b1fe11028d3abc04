//! A copy of a checkpoint that holds one fault at a time.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::corpus::Tensor;

/// A copy of the checkpoint file, intact except for tensors that were written and not yet restored.
pub(crate) struct WorkingCopy {
    file: File,
    path: PathBuf,
    _folder: TempDir,
}

impl WorkingCopy {
    pub(crate) fn of(checkpoint: &Path) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("model.safetensors");
        fs::copy(checkpoint, &path)?;
        let file = OpenOptions::new().read(true).write(true).open(&path)?;
        Ok(Self { file, path, _folder: folder })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn values(&self, tensor: &Tensor) -> io::Result<Vec<f32>> {
        Ok(tensor.element.values(&self.bytes(tensor)?))
    }

    pub(crate) fn write(&self, tensor: &Tensor, values: &[f32]) -> io::Result<()> {
        self.restore(tensor, &tensor.element.bytes(values))
    }

    /// The values as stored.
    pub(crate) fn bytes(&self, tensor: &Tensor) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; tensor.len() * tensor.element.size()];
        self.file.read_exact_at(&mut bytes, tensor.start)?;
        Ok(bytes)
    }

    /// Writes values as [`Self::bytes`] returned them.
    pub(crate) fn restore(&self, tensor: &Tensor, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, tensor.start)
    }
}
