//! The npy format of numpy.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use fanin_core::values::Dtype;
use npyz::{DType, WriteOptions, WriterBuilder};

use super::Tensor;

pub(super) fn write(path: &Path, tensor: &Tensor<'_>) -> io::Result<()> {
    let descriptor = match tensor.dtype {
        Dtype::F32 => "<f4",
        Dtype::F64 => "<f8",
        Dtype::F16 => "<f2",
        Dtype::BF16 => return Err(io::Error::other("the npy format has no bf16")),
    };
    let dtype = DType::new_scalar(descriptor.parse().map_err(io::Error::other)?);
    let shape: Vec<u64> = tensor.shape.iter().map(|axis| *axis as u64).collect();
    let mut file = WriteOptions::new_header_only()
        .shape(&shape)
        .dtype(dtype)
        .writer(BufWriter::new(File::create(path)?))
        .write_header_only()?;
    file.write_all(&tensor.bytes)?;
    file.into_inner()?.sync_all()
}
