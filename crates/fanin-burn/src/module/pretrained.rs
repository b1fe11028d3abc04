//! Pretrained tensors: from a checkpoint, another module, or anything read into memory.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use burn_core::module::Module;
use burn_core::tensor::{DType, TensorData};
use fanin_core::resolve::{Pattern, PatternError};
use safetensors::{Dtype, SafeTensors, tensor::Metadata};

use super::ModuleError;
use super::values::values;

/// Tensors that a blueprint uses instead of drawing values, under the names and in the shapes of addresses: `[out, in]`,
/// as PyTorch saves them.
///
/// ```
/// use std::collections::HashMap;
///
/// use burn_core::tensor::TensorData;
/// use fanin_burn::Pretrained;
///
/// let body = HashMap::from([("body.weight".to_owned(), TensorData::ones::<f32, _>([4, 4]))]);
/// let pretrained = Pretrained::new("the first run", body).except("head.*");
/// ```
#[derive(Clone)]
pub struct Pretrained {
    from: String,
    tensors: Tensors,
    except: Vec<Pattern>,
    /// The error of the first invalid pattern.
    unreadable: Option<PatternError>,
}

#[derive(Clone)]
enum Tensors {
    InMemory(Arc<HashMap<String, TensorData>>),
    File(Arc<File>),
}

/// A safetensors file in memory.
struct File {
    bytes: Vec<u8>,
    metadata: Metadata,
    /// The start of the data.
    start: usize,
}

impl Pretrained {
    /// Uses these tensors. `from` names the source in reports.
    #[must_use]
    pub fn new(from: impl Into<String>, tensors: HashMap<String, TensorData>) -> Self {
        Self::of(from.into(), Tensors::InMemory(Arc::new(tensors)))
    }

    /// Uses the parameters of another module. Initializes those that are not initialized yet.
    #[must_use]
    pub fn module<M: Module>(from: impl Into<String>, module: &M) -> Self {
        Self::new(from, values(module))
    }

    /// Reads a safetensors file into memory.
    ///
    /// # Errors
    /// [`ModuleError::File`] if the file cannot be read or is invalid.
    pub fn safetensors(path: impl AsRef<Path>) -> Result<Self, ModuleError> {
        let path = path.as_ref();
        let refuse = |source: io::Error| ModuleError::File { path: path.to_owned(), source };
        let bytes = std::fs::read(path).map_err(refuse)?;
        let (length, metadata) =
            SafeTensors::read_metadata(&bytes).map_err(|error| refuse(io::Error::other(error.to_string())))?;
        // The header follows its length, a number of eight bytes.
        let file = File { bytes, metadata, start: length + 8 };
        Ok(Self::of(path.display().to_string(), Tensors::File(Arc::new(file))))
    }

    fn of(from: String, tensors: Tensors) -> Self {
        Self { from, tensors, except: Vec::new(), unreadable: None }
    }

    /// Excludes tensors whose names match, such as a head for other classes: they are drawn instead. An invalid pattern
    /// is reported when the blueprint is used.
    #[must_use]
    pub fn except(mut self, pattern: &str) -> Self {
        match Pattern::new(pattern) {
            Ok(pattern) => self.except.push(pattern),
            Err(error) => self.unreadable = self.unreadable.or(Some(error)),
        }
        self
    }

    /// The name of the source in reports.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.from
    }

    pub(super) fn unreadable(&self) -> Option<&PatternError> {
        self.unreadable.as_ref()
    }

    /// Returns the shape of a tensor, if it is used.
    pub(super) fn shape(&self, name: &str) -> Option<Vec<usize>> {
        if self.except.iter().any(|pattern| pattern.matches(name)) {
            return None;
        }
        match &self.tensors {
            Tensors::InMemory(tensors) => tensors.get(name).map(|data| data.shape().to_vec()),
            Tensors::File(file) => file.metadata.info(name).map(|info| info.shape.clone()),
        }
    }

    /// Returns whether the tensor can be converted to floating-point numbers.
    pub(super) fn is_float(&self, name: &str) -> bool {
        match &self.tensors {
            Tensors::InMemory(tensors) => {
                tensors.get(name).is_some_and(|data| super::memory::float(data.dtype()).is_some())
            }
            Tensors::File(file) => file.metadata.info(name).is_some_and(|info| float(info.dtype).is_some()),
        }
    }

    /// Returns a copy of a tensor.
    pub(super) fn tensor(&self, name: &str) -> Option<TensorData> {
        match &self.tensors {
            Tensors::InMemory(tensors) => tensors.get(name).cloned(),
            Tensors::File(file) => {
                let info = file.metadata.info(name)?;
                let (begin, end) = info.data_offsets;
                let bytes = file.bytes.get(file.start + begin..file.start + end)?;
                TensorData::try_from_bytes_vec(bytes.to_vec(), info.shape.as_slice(), float(info.dtype)?).ok()
            }
        }
    }
}

/// Converts an element type of safetensors to burn's; `None` if it is not a floating-point type that burn has.
fn float(dtype: Dtype) -> Option<DType> {
    match dtype {
        Dtype::F32 => Some(DType::F32),
        Dtype::F64 => Some(DType::F64),
        Dtype::F16 => Some(DType::F16),
        Dtype::BF16 => Some(DType::BF16),
        _ => None,
    }
}

impl fmt::Debug for Pretrained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pretrained").field("from", &self.from).field("except", &self.except).finish_non_exhaustive()
    }
}
