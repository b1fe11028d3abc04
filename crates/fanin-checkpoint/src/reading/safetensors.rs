//! The tensors of a safetensors file.

use fanin_core::values::Dtype;
use safetensors::tensor::Metadata;

use super::mapped::MappedFile;
use super::{ElementType, Place, ReadError, Tensor};

/// The longest header that the format allows, in bytes.
const LONGEST_HEADER: u64 = 100_000_000;

/// The tensors of one file, in the order of their bytes.
pub(super) fn tensors(file: &MappedFile, number: usize) -> Result<Vec<Tensor>, ReadError> {
    let refuse = |reason: String| ReadError::format(file.path(), reason);
    let bytes = file.bytes();
    let Some((length, rest)) = bytes.split_first_chunk::<8>() else {
        return Err(refuse(format!("{} bytes are too short for a safetensors file", bytes.len())));
    };
    let length = u64::from_le_bytes(*length);
    if length > LONGEST_HEADER {
        let reason = format!("a header of {length} bytes is longer than the format allows ({LONGEST_HEADER})");
        return Err(refuse(reason + "; is it a safetensors file?"));
    }
    let Some((header, values)) = usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length)) else {
        return Err(refuse(format!("is cut off: its header has {length} bytes, and {} follow", rest.len())));
    };
    let start = bytes.len() - values.len();
    let header: Metadata =
        serde_json::from_slice(header).map_err(|error| refuse(format!("no safetensors header: {error}")))?;
    if header.data_len() != values.len() {
        let (stated, held) = (header.data_len(), values.len());
        return Err(refuse(format!("states {stated} bytes of values, and the file has {held}")));
    }
    let names = header.offset_keys();
    let tensor = |name: &String| {
        let info = header.info(name)?;
        let (from, to) = info.data_offsets;
        Some(Tensor {
            name: name.clone(),
            shape: info.shape.clone(),
            len: info.shape.iter().product(),
            element: element(info.dtype),
            file: number,
            place: Place::Bytes { start: start + from, len: to - from },
        })
    };
    Ok(names.iter().filter_map(tensor).collect())
}

fn element(dtype: safetensors::Dtype) -> ElementType {
    use safetensors::Dtype as Stored;
    match dtype {
        Stored::F32 => ElementType::Float(Dtype::F32),
        Stored::F64 => ElementType::Float(Dtype::F64),
        Stored::F16 => ElementType::Float(Dtype::F16),
        Stored::BF16 => ElementType::Float(Dtype::BF16),
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
        Stored::F8_E4M3 => "f8_e4m3",
        Stored::F8_E5M2 => "f8_e5m2",
        Stored::F8_E8M0 => "f8_e8m0",
        Stored::C64 => "c64",
        _ => "another type",
    }
}
