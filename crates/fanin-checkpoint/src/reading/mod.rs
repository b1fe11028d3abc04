//! Checkpoints, read: names, shapes, element types and values of every tensor in them.
//!
//! A file is mapped, not loaded: a tensor of any size costs address space, and the memory is the page cache's.
//!
//! ```no_run
//! use fanin_checkpoint::reading::Checkpoint;
//!
//! let checkpoint = Checkpoint::open("model.safetensors".as_ref())?;
//! for tensor in checkpoint.tensors() {
//!     let data = checkpoint.load(tensor)?;
//!     println!("{} {:?} {}: {} bytes", tensor.name(), tensor.shape(), tensor.element(), data.bytes().len());
//! }
//! # Ok::<(), fanin_checkpoint::reading::ReadError>(())
//! ```

mod data;
mod element;
mod error;
mod files;
mod mapped;
mod safetensors;

use std::path::{Path, PathBuf};

pub use data::TensorData;
pub use element::ElementType;
pub use error::ReadError;
use mapped::MappedFile;

/// A checkpoint: one file or the shards of one, mapped.
#[derive(Debug)]
pub struct Checkpoint {
    files: Vec<MappedFile>,
    tensors: Vec<Tensor>,
}

/// A tensor of a checkpoint: what its file says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    name: String,
    shape: Vec<usize>,
    len: usize,
    element: ElementType,
    file: usize,
    place: Place,
}

/// Where the values of a tensor lie.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// In the file, as they are: little-endian, row after row.
    Bytes { start: usize, len: usize },
}

impl Checkpoint {
    /// Opens a file, an index of shards (`*.index.json`) or a folder that holds one or the other.
    ///
    /// # Errors
    /// [`ReadError`], which names the file and what is wrong with it.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let mut checkpoint = Self { files: Vec::new(), tensors: Vec::new() };
        for path in files::of(path)? {
            let file = MappedFile::open(&path)?;
            let tensors = safetensors::tensors(&file, checkpoint.files.len())?;
            checkpoint.files.push(file);
            checkpoint.tensors.extend(tensors);
        }
        Ok(checkpoint)
    }

    /// The tensors: files in the order of their names, tensors in the order of their bytes.
    #[must_use]
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// The file in which a tensor lies.
    #[must_use]
    pub fn file_of(&self, tensor: &Tensor) -> &Path {
        self.files.get(tensor.file).map_or(Path::new(""), MappedFile::path)
    }

    /// The files, in the order of their names.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(MappedFile::path)
    }

    /// The values of a tensor of this checkpoint. Nothing is read before it is looked at, where the file holds them as they are.
    ///
    /// # Errors
    /// [`ReadError`], if the values are not where the file says.
    pub fn load(&self, tensor: &Tensor) -> Result<TensorData<'_>, ReadError> {
        let path = || -> PathBuf { self.file_of(tensor).to_owned() };
        let lost = || ReadError::Format { path: path(), reason: format!("'{}' does not lie in the file", tensor.name) };
        let file = self.files.get(tensor.file).ok_or_else(lost)?;
        match tensor.place {
            Place::Bytes { start, len } => {
                let end = start.checked_add(len).ok_or_else(lost)?;
                let bytes = file.bytes().get(start..end).ok_or_else(lost)?;
                Ok(TensorData::borrowed(tensor.element, tensor.len, bytes))
            }
        }
    }
}

impl Tensor {
    /// The full name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The axes, outermost first.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether an axis has length zero.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The type of an element.
    #[must_use]
    pub fn element(&self) -> ElementType {
        self.element
    }
}
