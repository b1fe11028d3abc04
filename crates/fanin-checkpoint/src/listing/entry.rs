//! The entry of one tensor: everything that is known without its values.

use std::path::Path;
use std::sync::Arc;

use fanin_core::ParamSpec;
use safetensors::Dtype;
use serde_json::Value;

use super::error::ListingError;
use crate::reading::{Checkpoint, ElementType, ReadError, Tensor, TensorData};

/// A tensor of an existing or planned checkpoint.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// Its name and shape.
    pub param: ParamSpec,
    /// Its element type, if stated and supported by safetensors.
    pub dtype: Option<Dtype>,
    /// The name of the tensor it is tied to. Tied tensors have no values of their own and are not stored.
    pub tied_to: Option<String>,
    /// Existing values that can be copied.
    pub stored: Option<StoredValues>,
}

/// Values in a checkpoint.
#[derive(Clone, Debug)]
pub struct StoredValues {
    checkpoint: Arc<Checkpoint>,
    tensor: Tensor,
}

impl Entry {
    /// An entry with only a name and a shape.
    #[must_use]
    pub fn new(param: ParamSpec) -> Self {
        Self { param, dtype: None, tied_to: None, stored: None }
    }

    pub(super) fn of(param: ParamSpec, checkpoint: &Arc<Checkpoint>, tensor: &Tensor) -> Self {
        let dtype = dtype(tensor.element());
        let stored = || StoredValues { checkpoint: Arc::clone(checkpoint), tensor: tensor.clone() };
        Self { dtype, stored: dtype.map(|_| stored()), ..Self::new(param) }
    }
}

impl StoredValues {
    /// The values.
    ///
    /// # Errors
    /// See [`Checkpoint::load`].
    pub fn load(&self) -> Result<TensorData<'_>, ReadError> {
        self.checkpoint.load(&self.tensor)
    }

    /// The file that holds them.
    #[must_use]
    pub fn file(&self) -> &Path {
        self.checkpoint.file_of(&self.tensor)
    }

    /// Their size in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.tensor.element().bytes(self.tensor.len()).unwrap_or_default() as u64
    }
}

/// A parameter without a layout.
pub(super) fn parameter(path: &Path, name: &str, shape: &[usize]) -> Result<ParamSpec, ListingError> {
    ParamSpec::new(name, shape).map_err(|source| ListingError::Shape { path: path.to_owned(), source })
}

/// Converts an element type to the safetensors type of the same name in upper case.
fn dtype(element: ElementType) -> Option<Dtype> {
    serde_json::from_value(Value::from(element.to_string().to_uppercase())).ok()
}
