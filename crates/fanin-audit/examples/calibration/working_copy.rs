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
        let mut bytes = vec![0; tensor.len() * 4];
        self.file.read_exact_at(&mut bytes, tensor.start)?;
        Ok(bytes.as_chunks::<4>().0.iter().map(|value| f32::from_le_bytes(*value)).collect())
    }

    pub(crate) fn write(&self, tensor: &Tensor, values: &[f32]) -> io::Result<()> {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.file.write_all_at(&bytes, tensor.start)
    }
}
