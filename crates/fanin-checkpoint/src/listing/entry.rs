//! What is known of one tensor before its values are.

use std::path::PathBuf;

use fanin_core::ParamSpec;
use safetensors::Dtype;

/// A tensor of a checkpoint, or one that a checkpoint is to hold.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// Its name and shape.
    pub param: ParamSpec,
    /// Its element type, where it is stated.
    pub dtype: Option<Dtype>,
    /// The name of the tensor that it is the same as. It has no values of its own, and is not stored.
    pub tied_to: Option<String>,
    /// Where its values lie, if they lie anywhere.
    pub stored: Option<Stored>,
}

/// Values in a file: little-endian, row-major.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The file.
    pub file: PathBuf,
    /// The first byte.
    pub offset: u64,
    /// How many bytes.
    pub bytes: u64,
}

impl Entry {
    /// A tensor of which nothing but name and shape is stated.
    #[must_use]
    pub fn new(param: ParamSpec) -> Self {
        Self { param, dtype: None, tied_to: None, stored: None }
    }
}
