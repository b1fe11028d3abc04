//! The safetensors format.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};

use fanin_core::values::Dtype;
use safetensors::View;

use super::Tensor;

/// The name reserved by the format.
const RESERVED: &str = "__metadata__";

pub(super) fn write(out: &mut dyn Write, tensor: &Tensor<'_>) -> io::Result<()> {
    if tensor.name == RESERVED {
        return Err(io::Error::other(format!("the format reserves the name {RESERVED}; use another --name")));
    }
    // Only one entry: the order of several entries is undefined, but the bytes must be reproducible.
    let origin = HashMap::from([("fanin".to_owned(), tensor.origin.to_owned())]);
    let header = safetensors::serialize([(tensor.name, Header(tensor))], Some(origin)).map_err(io::Error::other)?;
    out.write_all(&header)?;
    out.write_all(&tensor.bytes)
}

/// A tensor with a length but no bytes, for serializing only the header without copying a large tensor.
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
