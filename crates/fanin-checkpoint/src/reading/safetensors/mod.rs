//! The tensors of a safetensors file.

mod header;

use fanin_core::values::Dtype;

use super::place::Place;
use super::{ElementType, Float8, Tensor};
use header::Stated;

/// The longest header that the format allows, in bytes.
const LONGEST_HEADER: u64 = 100_000_000;

/// The tensors of one file, in the order of their bytes.
pub(super) fn tensors(bytes: &[u8]) -> Result<Vec<Tensor>, String> {
    let Some((length, rest)) = bytes.split_first_chunk::<8>() else {
        return Err(format!("has {} bytes, too few for a safetensors file", bytes.len()));
    };
    let length = u64::from_le_bytes(*length);
    if length > LONGEST_HEADER {
        let reason = format!("has a header of {length} bytes, above the format's limit of {LONGEST_HEADER}");
        return Err(reason + "; is it a safetensors file?");
    }
    let Some((header, values)) = usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length)) else {
        return Err(format!("is truncated: its header has {length} bytes, but only {} follow", rest.len()));
    };
    let start = bytes.len() - values.len();
    let header = header::read(header).map_err(|error| format!("has an invalid safetensors header: {error}"))?;
    let mut end = 0;
    let mut before = "";
    for (name, stated) in &header {
        let (from, to) = stated.data_offsets;
        if from < end {
            return Err(format!("'{name}' overlaps '{before}': it starts at byte {from}, before {end}"));
        }
        if from > end {
            return Err(format!("bytes {end} to {from} belong to no tensor, before '{name}'"));
        }
        if to < from {
            return Err(format!("'{name}' ends at byte {to}, before its start at {from}"));
        }
        (end, before) = (to, name);
    }
    if end != values.len() {
        return Err(format!("declares {end} bytes of values, but the file contains {}", values.len()));
    }
    let tensor = |(name, stated): (String, Stated)| {
        let (from, to) = stated.data_offsets;
        let (element, shape, held) = (element(stated.dtype), stated.shape.0, to - from);
        let refuse = |reason: String| format!("'{name}' {reason}");
        let tensor = Tensor::new(name.clone(), shape, element, Place::plain(start + from, held)).map_err(refuse)?;
        match element.bytes(tensor.len) {
            Some(needed) if needed == held => Ok(tensor),
            _ => Err(refuse(format!("has {held} bytes, which do not match the shape {:?} of {element}", tensor.shape))),
        }
    };
    header.into_iter().map(tensor).collect()
}

fn element(dtype: safetensors::Dtype) -> ElementType {
    use safetensors::Dtype as Stored;
    match dtype {
        Stored::F32 => ElementType::Float(Dtype::F32),
        Stored::F64 => ElementType::Float(Dtype::F64),
        Stored::F16 => ElementType::Float(Dtype::F16),
        Stored::BF16 => ElementType::Float(Dtype::BF16),
        Stored::F8_E4M3 => ElementType::Float8(Float8::E4M3),
        Stored::F8_E5M2 => ElementType::Float8(Float8::E5M2),
        Stored::F8_E4M3FNUZ => ElementType::Float8(Float8::E4M3Fnuz),
        Stored::F8_E5M2FNUZ => ElementType::Float8(Float8::E5M2Fnuz),
        Stored::F8_E8M0 => ElementType::Float8(Float8::E8M0),
        other => ElementType::Other { name: name(other), bits: other.bitsize() },
    }
}

fn name(dtype: safetensors::Dtype) -> &'static str {
    use safetensors::Dtype as Stored;
    match dtype {
        Stored::BOOL => "bool",
        Stored::U8 => "u8",
        Stored::I8 => "i8",
        Stored::U16 => "u16",
        Stored::I16 => "i16",
        Stored::U32 => "u32",
        Stored::I32 => "i32",
        Stored::U64 => "u64",
        Stored::I64 => "i64",
        Stored::F6_E2M3 => "f6_e2m3",
        Stored::F6_E3M2 => "f6_e3m2",
        Stored::F4 => "f4",
        Stored::C64 => "c64",
        _ => "another type",
    }
}
