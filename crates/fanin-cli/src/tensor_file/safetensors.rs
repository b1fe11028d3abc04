//! The safetensors format.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use fanin_core::values::Dtype;
use safetensors::View;

use super::Tensor;

/// The name that the format keeps for itself.
const RESERVED: &str = "__metadata__";

pub(super) fn write(path: &Path, tensor: &Tensor<'_>) -> io::Result<()> {
    if tensor.name == RESERVED {
        return Err(io::Error::other(format!("the format keeps the name {RESERVED} for itself; give another --name")));
    }
    // One entry: the order of several is not fixed, and the bytes must be.
    let origin = HashMap::from([("fanin".to_owned(), tensor.origin.to_owned())]);
    let header = safetensors::serialize([(tensor.name, Header(tensor))], Some(origin)).map_err(io::Error::other)?;
    let mut file = File::create(path)?;
    file.write_all(&header)?;
    file.write_all(&tensor.bytes)?;
    file.sync_all()
}

/// A tensor that says how long it is and shows nothing: the header alone is serialized, and no byte of a large tensor copied.
struct Header<'a>(&'a Tensor<'a>);

impl View for Header<'_> {
    fn dtype(&self) -> safetensors::Dtype {
        match self.0.dtype {
            Dtype::F32 => safetensors::Dtype::F32,
            Dtype::F64 => safetensors::Dtype::F64,
            Dtype::F16 => safetensors::Dtype::F16,
            Dtype::BF16 => safetensors::Dtype::BF16,
        }
    }

    fn shape(&self) -> &[usize] {
        self.0.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&[])
    }

    fn data_len(&self) -> usize {
        self.0.bytes.len()
    }
}
