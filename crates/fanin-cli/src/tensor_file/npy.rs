//! NumPy's npy format, version 1.0.

use std::io::{self, Write};

use fanin_core::values::Dtype;

use super::Tensor;

pub(super) fn write(out: &mut dyn Write, tensor: &Tensor<'_>) -> io::Result<()> {
    let descriptor = match tensor.dtype {
        Dtype::F32 => "<f4",
        Dtype::F64 => "<f8",
        Dtype::F16 => "<f2",
        Dtype::BF16 => return Err(io::Error::other("the npy format has no bf16")),
    };
    out.write_all(&header(descriptor, tensor.shape)?)?;
    out.write_all(&tensor.bytes)
}

/// Returns everything before the values: magic number, version, length, and a Python literal padded so that the values
/// start at a multiple of 64 bytes.
fn header(descriptor: &str, shape: &[usize]) -> io::Result<Vec<u8>> {
    let axes = shape.iter().fold(String::new(), |axes, axis| axes + &format!("{axis}, "));
    let literal = format!("{{'descr': '{descriptor}', 'fortran_order': False, 'shape': ({axes}), }}");
    let length = (10 + literal.len() + 1).next_multiple_of(64) - 10;
    let stated =
        u16::try_from(length).map_err(|_| io::Error::other("the shape has too many axes for the npy format"))?;
    let mut header = b"\x93NUMPY\x01\x00".to_vec();
    header.extend(stated.to_le_bytes());
    header.extend(format!("{literal:<width$}\n", width = length - 1).bytes());
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An independent reader parses shape and type at every length of the padding.
    #[test]
    fn a_header_is_read_back_and_aligned() {
        for rank in 0..60 {
            let shape: Vec<usize> = (0..rank).map(|axis| if axis < 8 { axis * axis + 1 } else { 1 }).collect();
            let bytes = header("<f4", &shape).unwrap();
            assert!(bytes.len().is_multiple_of(64) && bytes.ends_with(b"\n"));
            let read = npyz::NpyHeader::from_reader(&bytes[..]).unwrap();
            let axes: Vec<u64> = shape.iter().map(|axis| *axis as u64).collect();
            assert_eq!((read.shape(), read.dtype().descr().as_str()), (&axes[..], "'<f4'"));
        }
    }
}
