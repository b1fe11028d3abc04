//! A checkpoint: its files and their tensors.

use std::collections::HashMap;
use std::path::Path;

use super::files::{self, Found, SkippedFile};
use super::format::{self, Format};
use super::index::Index;
use super::mapped::MappedFile;
use super::part::{Part, Scaling};
use super::scaling::{self, Scales};
use super::{ElementType, ReadError, Tensor, TensorData};

/// A memory-mapped checkpoint: one file or several shards.
#[derive(Debug)]
pub struct Checkpoint {
    files: Vec<MappedFile>,
    tensors: Vec<Tensor>,
    skipped: Vec<SkippedFile>,
}

impl Checkpoint {
    /// Opens a file, an index of shards (`*.index.json`) or a folder that contains either.
    ///
    /// # Errors
    /// [`ReadError`], which names the file and the problem; also if two files contain tensors of the same name, or an
    /// index refers to a missing file or tensor.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        Self::open_with(path, Err)
    }

    /// Like [`Checkpoint::open`], but skips unreadable files in a folder without an index, and those with the names of
    /// another. Returns their errors.
    ///
    /// # Errors
    /// See [`Checkpoint::open`]; also if no file can be read.
    pub fn open_readable(path: &Path) -> Result<(Self, Vec<ReadError>), ReadError> {
        let mut errors = Vec::new();
        let checkpoint = Self::open_with(path, |error| {
            errors.push(error);
            Ok(())
        })?;
        if checkpoint.files.is_empty() && !errors.is_empty() {
            return Err(errors.swap_remove(0));
        }
        Ok((checkpoint, errors))
    }

    /// Opens a path. `failed` decides whether to go on without a file of a folder.
    fn open_with(path: &Path, mut failed: impl FnMut(ReadError) -> Result<(), ReadError>) -> Result<Self, ReadError> {
        let mut checkpoint = Self::empty();
        if path.is_dir() {
            let held = files::of_folder(path)?;
            checkpoint.skipped = held.skipped;
            match held.checkpoint {
                Found::Index(index) => checkpoint.add_index(&MappedFile::open(&index)?)?,
                Found::Files(files) => {
                    for file in files {
                        MappedFile::open(&file)
                            .and_then(|file| checkpoint.add_from_folder(file))
                            .or_else(&mut failed)?;
                    }
                }
            }
        } else {
            let file = MappedFile::open(path)?;
            let json = path.extension().is_some_and(|extension| extension == "json");
            if json || format::of(file.bytes()) == Ok(Format::Json) {
                checkpoint.add_index(&file)?;
            } else {
                checkpoint.add(file)?;
            }
        }
        checkpoint.finished()
    }

    /// Reads a checkpoint from memory. `path` is only used in errors. An index is rejected, because its files cannot be
    /// found.
    ///
    /// # Errors
    /// See [`Checkpoint::open`].
    pub fn of_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self, ReadError> {
        let mut checkpoint = Self::empty();
        checkpoint.add(MappedFile::given(path, bytes))?;
        checkpoint.finished()
    }

    fn empty() -> Self {
        Self { files: Vec::new(), tensors: Vec::new(), skipped: Vec::new() }
    }

    fn finished(mut self) -> Result<Self, ReadError> {
        self.names_once()?;
        scaling::link(&mut self.tensors);
        Ok(self)
    }

    /// The tensors, sorted by file name, then by byte offset (safetensors), archive order (`.npz`) or pickle order
    /// (`PyTorch`).
    #[must_use]
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// The file that contains a tensor.
    #[must_use]
    pub fn file_of(&self, tensor: &Tensor) -> &Path {
        self.files.get(tensor.file).map_or(Path::new(""), MappedFile::path)
    }

    /// The files, sorted by name.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(MappedFile::path)
    }

    /// The files in the folder that look like checkpoints but were not read.
    #[must_use]
    pub fn skipped_files(&self) -> &[SkippedFile] {
        &self.skipped
    }

    /// Returns the values of a tensor of this checkpoint, with their scales. Values stored in their in-memory
    /// representation are mapped and read on access.
    ///
    /// # Errors
    /// [`ReadError`] if the values lie outside the file or a compressed member is damaged.
    pub fn load(&self, tensor: &Tensor) -> Result<TensorData<'_>, ReadError> {
        let data = self.stored(tensor)?;
        let Part::Scaled(scaling) = &tensor.part else { return Ok(data) };
        Ok(data.scaled(self.scales(tensor, scaling)?))
    }

    fn scales(&self, tensor: &Tensor, scaling: &Scaling) -> Result<Scales, ReadError> {
        let Scaling { scale, zero_point, divisor, blocks } = scaling;
        let numbers = |number: usize| -> Result<Vec<f32>, ReadError> {
            let Some(tensor) = self.tensors.get(number) else { return Ok(Vec::new()) };
            let data = self.stored(tensor)?;
            if let ElementType::Other { .. } = data.element() {
                return Ok(data.bytes().iter().map(|byte| f32::from(byte.cast_signed())).collect());
            }
            let mut numbers = vec![0.0; data.len()];
            data.read_f32(0, &mut numbers);
            Ok(numbers)
        };
        let mut factors = numbers(*scale)?;
        for factor in &mut factors {
            *factor /= f32::from(*divisor);
        }
        let zero_points = zero_point.map(numbers).transpose()?.unwrap_or_default();
        Ok(Scales { factors, zero_points, blocks: blocks.clone(), shape: tensor.shape.clone() })
    }

    /// The values as they are stored.
    fn stored(&self, tensor: &Tensor) -> Result<TensorData<'_>, ReadError> {
        let refuse = |reason: String| ReadError::format(self.file_of(tensor), format!("'{}' {reason}", tensor.name));
        let file =
            self.files.get(tensor.file).ok_or_else(|| refuse("is not a tensor of this checkpoint".to_owned()))?;
        let bytes = tensor.place.read(file.bytes(), &tensor.shape, tensor.element, tensor.len).map_err(refuse)?;
        Ok(TensorData::new(tensor.element, tensor.len, bytes))
    }

    fn add(&mut self, file: MappedFile) -> Result<(), ReadError> {
        let number = self.files.len();
        let tensors = format::tensors(&file).map_err(|reason| ReadError::format(file.path(), reason))?;
        self.files.push(file);
        self.tensors.extend(tensors.into_iter().map(|tensor| Tensor { file: number, ..tensor }));
        Ok(())
    }

    /// Adds a file of a folder without an index. A variant of a file that was read is skipped; another file that contains one of the
    /// names read so far is refused.
    fn add_from_folder(&mut self, file: MappedFile) -> Result<(), ReadError> {
        let (files, tensors) = (self.files.len(), self.tensors.len());
        self.add(file)?;
        let (before, new) = self.tensors.split_at(tensors);
        let held: HashMap<&str, &Tensor> = before.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
        let shared = new.iter().find_map(|tensor| Some((tensor, *held.get(tensor.name.as_str())?)));
        let Some((tensor, first)) = shared else { return Ok(()) };
        let (path, other) = (self.file_of(tensor).to_owned(), self.file_of(first));
        let outcome = if files::is_variant(&path, other) {
            let other = other.file_name().unwrap_or_default().to_string_lossy();
            Ok(format!("is a variant of {other}, which was read instead"))
        } else {
            Err(self.twice(tensor, first.file))
        };
        self.files.truncate(files);
        self.tensors.truncate(tensors);
        self.skipped.push(SkippedFile { path, reason: outcome? });
        Ok(())
    }

    /// The error for a tensor whose name an earlier tensor, in this file, has.
    fn twice(&self, tensor: &Tensor, first: usize) -> ReadError {
        let other = self.files.get(first).map_or(Path::new(""), MappedFile::path);
        let reason = match first == tensor.file {
            true => format!("contains '{}' twice", tensor.name),
            false => format!("contains '{}', and so does {}; use only one of them", tensor.name, other.display()),
        };
        ReadError::format(self.file_of(tensor), reason)
    }

    /// Adds the files listed in an index.
    fn add_index(&mut self, file: &MappedFile) -> Result<(), ReadError> {
        let refuse = |reason: String| ReadError::format(file.path(), reason);
        let index = Index::read(file.bytes()).map_err(refuse)?;
        let folder = file.path().parent().unwrap_or(Path::new(""));
        let mut numbers = HashMap::new();
        for name in index.files() {
            let path = folder.join(name);
            if !path.exists() {
                return Err(refuse(format!("lists the shard {name}, which does not exist")));
            }
            numbers.insert(name, self.files.len());
            self.add(MappedFile::open(&path)?)?;
        }
        self.skipped.extend(files::strays(file.path(), &index.files()));
        self.names_once()?;
        let held: HashMap<_, _> = self.tensors.iter().map(|tensor| (tensor.name.as_str(), tensor.file)).collect();
        for (tensor, name) in index.tensors() {
            if held.get(tensor) != numbers.get(name) {
                return Err(refuse(format!("lists '{tensor}' in {name}, which does not contain it")));
            }
        }
        Ok(())
    }

    /// Refuses duplicate names.
    fn names_once(&self) -> Result<(), ReadError> {
        let mut seen = HashMap::with_capacity(self.tensors.len());
        for tensor in &self.tensors {
            if let Some(first) = seen.insert(tensor.name.as_str(), tensor.file) {
                return Err(self.twice(tensor, first));
            }
        }
        Ok(())
    }
}
