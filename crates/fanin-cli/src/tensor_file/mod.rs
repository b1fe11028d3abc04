//! Tensors on disk, by extension: `.safetensors` and `.npy`. A file is written whole or not at all.

mod npy;
mod safetensors;

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use fanin_core::values::{Dtype, Element};
use fanin_lab::write_whole;

use crate::failure::Failure;

/// A file to be written, whose format is known to hold the element type.
#[derive(Debug)]
pub(crate) struct TensorFile {
    path: PathBuf,
    format: Format,
}

#[derive(Clone, Copy, Debug)]
enum Format {
    Safetensors,
    Npy,
}

/// One tensor with what is told of its origin.
struct Tensor<'a> {
    name: &'a str,
    dtype: Dtype,
    shape: &'a [usize],
    /// Little-endian.
    bytes: Cow<'a, [u8]>,
    origin: &'a str,
}

impl TensorFile {
    /// Refuses an extension that names no format, and a format that cannot hold the type.
    pub(crate) fn new(path: &Path, dtype: Dtype) -> Result<Self, Failure> {
        let refuse = |reason: &str| Err(Failure::usage(format!("{}: {reason}", path.display())));
        let format = match path.extension().and_then(|extension| extension.to_str()) {
            Some("safetensors") => Format::Safetensors,
            Some("npy") if dtype == Dtype::BF16 => {
                return refuse("the npy format has no bf16; write .safetensors, or take another dtype");
            }
            Some("npy") => Format::Npy,
            _ => return refuse("the extension names no format; write .safetensors or .npy"),
        };
        Ok(Self { path: path.to_owned(), format })
    }

    /// Writes one tensor. `origin` is JSON that says where the values come from, kept where the format has room for it.
    pub(crate) fn write<T: Element + bytemuck::Pod>(
        &self,
        name: &str,
        shape: &[usize],
        values: &[T],
        origin: &str,
    ) -> Result<(), Failure> {
        let tensor = Tensor { name, dtype: T::DTYPE, shape, bytes: little_endian(values), origin };
        write_whole(&self.path, |path| match self.format {
            Format::Safetensors => safetensors::write(path, &tensor),
            Format::Npy => npy::write(path, &tensor),
        })
        .map_err(|error: io::Error| {
            Failure::usage(format!("{}: {error}; give a place that can be written", self.path.display()))
        })
    }
}

/// The values' bytes, without a copy where the machine's order is the file's.
fn little_endian<T: bytemuck::Pod>(values: &[T]) -> Cow<'_, [u8]> {
    let bytes: &[u8] = bytemuck::cast_slice(values);
    if cfg!(target_endian = "little") {
        return Cow::Borrowed(bytes);
    }
    Cow::Owned(bytes.chunks(size_of::<T>()).flat_map(|value| value.iter().rev().copied()).collect())
}
