//! A checkpoint: its files and the tensors in them.

use std::collections::HashMap;
use std::path::Path;

use super::archive::Archive;
use super::files::{self, Held};
use super::format::{self, Format};
use super::index::Index;
use super::mapped::MappedFile;
use super::{ReadError, Tensor, TensorData, numpy, safetensors, torch};

/// A checkpoint: one file or the shards of one, mapped.
#[derive(Debug)]
pub struct Checkpoint {
    files: Vec<MappedFile>,
    tensors: Vec<Tensor>,
}

impl Checkpoint {
    /// Opens a file, an index of shards (`*.index.json`) or a folder that holds one or the other.
    ///
    /// # Errors
    /// [`ReadError`], which names the file and what is wrong with it: also if two files hold tensors of one name, or an index
    /// names a file or a tensor that is not there.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let mut checkpoint = Self { files: Vec::new(), tensors: Vec::new() };
        if path.is_dir() {
            match files::of_folder(path)? {
                Held::Index(index) => checkpoint.add_index(&MappedFile::open(&index)?)?,
                Held::Files(files) => {
                    files.iter().try_for_each(|file| checkpoint.add(MappedFile::open(file)?))?;
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
        checkpoint.names_once()?;
        Ok(checkpoint)
    }

    /// The checkpoint that a file with these bytes would be; errors call it by `path`, which is not read. An index has no
    /// files beside it here, and is refused.
    ///
    /// # Errors
    /// [`ReadError`], as for [`Checkpoint::open`].
    pub fn of_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self, ReadError> {
        let mut checkpoint = Self { files: Vec::new(), tensors: Vec::new() };
        checkpoint.add(MappedFile::given(path, bytes))?;
        checkpoint.names_once()?;
        Ok(checkpoint)
    }

    /// The tensors: files in the order of their names; tensors in the order of their bytes (safetensors), of the archive
    /// (`.npz`) or of the pickle (`PyTorch`).
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
    /// [`ReadError`], if the values are not where the file says, or a compressed member is damaged.
    pub fn load(&self, tensor: &Tensor) -> Result<TensorData<'_>, ReadError> {
        let refuse = |reason: String| ReadError::format(self.file_of(tensor), format!("'{}' {reason}", tensor.name));
        let file = self.files.get(tensor.file).ok_or_else(|| refuse("is a tensor of another checkpoint".to_owned()))?;
        let bytes = tensor.place.read(file.bytes(), &tensor.shape, tensor.element, tensor.len).map_err(refuse)?;
        Ok(TensorData::new(tensor.element, tensor.len, bytes))
    }

    fn add(&mut self, file: MappedFile) -> Result<(), ReadError> {
        let number = self.files.len();
        let tensors = tensors(&file).map_err(|reason| ReadError::format(file.path(), reason))?;
        self.files.push(file);
        self.tensors.extend(tensors.into_iter().map(|tensor| Tensor { file: number, ..tensor }));
        Ok(())
    }

    /// Adds the files that an index names, which lie beside it.
    fn add_index(&mut self, file: &MappedFile) -> Result<(), ReadError> {
        let refuse = |reason: String| ReadError::format(file.path(), reason);
        let index = Index::read(file.bytes()).map_err(refuse)?;
        let folder = file.path().parent().unwrap_or(Path::new(""));
        let mut numbers = HashMap::new();
        for name in index.files() {
            let path = folder.join(name);
            if !path.exists() {
                return Err(refuse(format!("names the shard {name}, which is not there")));
            }
            numbers.insert(name, self.files.len());
            self.add(MappedFile::open(&path)?)?;
        }
        self.names_once()?;
        let held: HashMap<_, _> = self.tensors.iter().map(|tensor| (tensor.name.as_str(), tensor.file)).collect();
        for (tensor, name) in index.tensors() {
            if held.get(tensor) != numbers.get(name) {
                return Err(refuse(format!("says that '{tensor}' lies in {name}, which lacks it")));
            }
        }
        Ok(())
    }

    /// Refuses a name that comes twice.
    fn names_once(&self) -> Result<(), ReadError> {
        let mut seen = HashMap::with_capacity(self.tensors.len());
        for tensor in &self.tensors {
            if let Some(first) = seen.insert(tensor.name.as_str(), tensor.file) {
                let (path, other) =
                    (self.file_of(tensor), self.files.get(first).map_or(Path::new(""), MappedFile::path));
                return Err(ReadError::format(
                    path,
                    match first == tensor.file {
                        true => format!("holds '{}' twice", tensor.name),
                        false => format!("holds '{}', as {} does; give one of them", tensor.name, other.display()),
                    },
                ));
            }
        }
        Ok(())
    }
}

/// The tensors of a file.
fn tensors(file: &MappedFile) -> Result<Vec<Tensor>, String> {
    let bytes = file.bytes();
    let format = match format::of(bytes) {
        // The name says what the file should be; its reader says what is wrong with it.
        Err(_)
            if file.path().extension().is_some_and(|extension| extension == "safetensors")
                && !format::is_known(bytes) =>
        {
            Format::Safetensors
        }
        other => other?,
    };
    match format {
        Format::Safetensors => safetensors::tensors(bytes),
        Format::Npy => {
            let name = file.path().file_stem().map(|name| name.to_string_lossy().into_owned());
            Ok(vec![numpy::of_file(&name.unwrap_or_default(), bytes)?])
        }
        Format::Zip => of_archive(bytes),
        Format::Pickle => torch::of_pickles(bytes),
        Format::Json => Err("is a JSON text; an index of shards is named *.index.json and lies beside them".to_owned()),
    }
}

/// The tensors of an archive: its members tell whose it is.
fn of_archive(bytes: &[u8]) -> Result<Vec<Tensor>, String> {
    let archive = Archive::read(bytes)?;
    if let Some(root) = torch::root(&archive) {
        return torch::of_archive(&archive, root, bytes);
    }
    let members = archive.members();
    if members.iter().any(|member| member.name.ends_with(numpy::SUFFIX)) {
        return numpy::of_archive(&archive, bytes);
    }
    let named = |end: &str| members.iter().any(|member| member.name.ends_with(end));
    Err(if named("model.weights.h5") {
        "is a Keras archive, whose weights are in HDF5; convert it to safetensors or .npz".to_owned()
    } else if named("serialized_exported_program.json") || named("archive_format") {
        "is an archive of torch.export; save the module's state_dict with torch.save instead".to_owned()
    } else {
        match members.first() {
            Some(first) => format!("is a zip archive with no data.pkl and no .npy array; it holds '{}'", first.name),
            None => "is an empty zip archive".to_owned(),
        }
    })
}
