//! A tensor in a file or on standard output, as safetensors or npy.

mod npy;
mod safetensors;
mod same;

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use fanin_checkpoint::atomic_file::write_atomically;
use fanin_core::values::{Dtype, Element};

use crate::arguments::FileFormat;
use crate::failure::Failure;
use crate::input;
use same::Same;

/// The destination of one tensor, in a format that supports its element type.
#[derive(Debug)]
pub(crate) struct TensorFile {
    path: PathBuf,
    format: FileFormat,
}

/// The outcome of writing to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// Written.
    Now,
    /// Kept, because the file already contained the same bytes.
    Before,
}

/// One tensor and its origin.
pub(crate) struct Tensor<'a> {
    name: &'a str,
    dtype: Dtype,
    shape: &'a [usize],
    /// Little-endian.
    bytes: Cow<'a, [u8]>,
    origin: &'a str,
}

impl<'a> Tensor<'a> {
    /// Creates a tensor. `origin` is JSON that describes the origin of the values, stored by formats with metadata.
    pub(crate) fn new<T: Element + bytemuck::Pod>(
        name: &'a str,
        shape: &'a [usize],
        values: &'a [T],
        origin: &'a str,
    ) -> Self {
        Self { name, dtype: T::DTYPE, shape, bytes: little_endian(values), origin }
    }

    pub(crate) fn dtype(&self) -> Dtype {
        self.dtype
    }

    pub(crate) fn shape(&self) -> &[usize] {
        self.shape
    }
}

impl TensorFile {
    /// Rejects an unknown extension if no format is given, and a format that does not support the element type. The
    /// path `-` stands for standard output.
    pub(crate) fn new(path: &Path, format: Option<FileFormat>, dtype: Dtype) -> Result<Self, Failure> {
        let refuse = |reason: &str| Err(Failure::usage(format!("{}: {reason}", path.display())));
        let format = match (format, path.extension().and_then(|extension| extension.to_str())) {
            (Some(format), _) => format,
            (None, Some("safetensors")) => FileFormat::Safetensors,
            (None, Some("npy")) => FileFormat::Npy,
            (None, None) if input::is_standard(path) => FileFormat::Safetensors,
            (None, Some(_) | None) => {
                return refuse("unknown file format; use .safetensors or .npy, or set --format");
            }
        };
        if (format, dtype) == (FileFormat::Npy, Dtype::BF16) {
            return refuse("the npy format has no bf16; use .safetensors, or another --dtype");
        }
        Ok(Self { path: path.to_owned(), format })
    }

    /// Writes a tensor. An existing file with the same bytes is kept; one with other bytes is replaced only with
    /// `force`.
    pub(crate) fn write(&self, tensor: &Tensor<'_>, force: bool) -> Result<Written, Failure> {
        if input::is_standard(&self.path) {
            self.encode(tensor, &mut io::stdout().lock()).map_err(|error| Failure::output(&error))?;
            return Ok(Written::Now);
        }
        let refuse = |reason: String| Failure::usage(format!("{}: {reason}", self.path.display()));
        if !force && self.path.try_exists().is_ok_and(|exists| exists) {
            let same = self.holds(tensor).map_err(|error| refuse(format!("cannot be read: {error}")))?;
            return match same {
                true => Ok(Written::Before),
                false => Err(refuse(
                    "already exists with other content; choose another path, or use --force to replace it".to_owned(),
                )),
            };
        }
        let write = |file: &mut File| {
            let mut file = BufWriter::new(file);
            self.encode(tensor, &mut file)?;
            file.flush()
        };
        write_atomically(&self.path, write)
            .map_err(|error| refuse(format!("cannot be written: {error}; use another --out")))?;
        Ok(Written::Now)
    }

    /// Whether the file already contains the bytes to be written.
    fn holds(&self, tensor: &Tensor<'_>) -> io::Result<bool> {
        if !self.path.is_file() {
            return Ok(false);
        }
        let mut file = Same::new(File::open(&self.path)?);
        self.encode(tensor, &mut file)?;
        file.finish()
    }

    fn encode(&self, tensor: &Tensor<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self.format {
            FileFormat::Safetensors => safetensors::write(out, tensor),
            FileFormat::Npy => npy::write(out, tensor),
        }
    }
}

/// Returns the bytes of the values, without a copy on little-endian machines.
fn little_endian<T: bytemuck::Pod>(values: &[T]) -> Cow<'_, [u8]> {
    let bytes: &[u8] = bytemuck::cast_slice(values);
    if cfg!(target_endian = "little") {
        return Cow::Borrowed(bytes);
    }
    Cow::Owned(bytes.chunks(size_of::<T>()).flat_map(|value| value.iter().rev().copied()).collect())
}
