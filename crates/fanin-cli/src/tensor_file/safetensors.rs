//! The safetensors format.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::path::Path;

use fanin_core::values::Dtype;
use safetensors::View;

use super::Tensor;

pub(super) fn write(path: &Path, tensor: &Tensor<'_>) -> io::Result<()> {
    // One entry: the order of several is not fixed, and the bytes must be.
    let origin = HashMap::from([("fanin".to_owned(), tensor.origin.to_owned())]);
    safetensors::serialize_to_file([(tensor.name, tensor)], Some(origin), path).map_err(io::Error::other)
}

impl View for &Tensor<'_> {
    fn dtype(&self) -> safetensors::Dtype {
        match self.dtype {
            Dtype::F32 => safetensors::Dtype::F32,
            Dtype::F64 => safetensors::Dtype::F64,
            Dtype::F16 => safetensors::Dtype::F16,
            Dtype::BF16 => safetensors::Dtype::BF16,
        }
    }

    fn shape(&self) -> &[usize] {
        self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}
