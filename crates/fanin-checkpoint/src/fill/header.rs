//! The header of a safetensors file: a length in 8 bytes, a JSON object, and spaces up to a multiple of 8.

use std::collections::HashMap;

use safetensors::tensor::{Metadata, TensorInfo};

use super::error::FillError;
use super::tensor::Tensor;

/// The longest object that the format allows, in bytes.
const LONGEST: u64 = 100_000_000;

/// Sorts the tensors of a file in the format's order (widest elements first, then by name), so that each is aligned,
/// and builds the header. `__metadata__` contains what transformers expects.
pub(super) fn arrange(file: &str, tensors: &mut [Tensor]) -> Result<Vec<u8>, FillError> {
    tensors.sort_by(|a, b| b.dtype.cmp(&a.dtype).then_with(|| a.param.name().cmp(b.param.name())));
    let refuse = |reason: String| FillError::Machine { what: format!("cannot build the header of {file}: {reason}") };
    let mut offset = 0_usize;
    let mut entries = Vec::with_capacity(tensors.len());
    for tensor in &*tensors {
        let end = usize::try_from(tensor.bytes()).ok().and_then(|bytes| offset.checked_add(bytes));
        let end = end.ok_or_else(|| refuse("it is too large".to_owned()))?;
        let info =
            TensorInfo { dtype: tensor.dtype, shape: tensor.param.shape().to_vec(), data_offsets: (offset, end) };
        entries.push((tensor.param.name().to_owned(), info));
        offset = end;
    }
    let format = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    let header = Metadata::new(Some(format), entries).map_err(|error| refuse(error.to_string()))?;
    let mut object = serde_json::to_vec(&header).map_err(|error| refuse(error.to_string()))?;
    object.resize(object.len().next_multiple_of(8), b' ');
    let bytes = object.len() as u64;
    if bytes > LONGEST {
        return Err(FillError::Header { file: file.to_owned(), bytes, allowed: LONGEST });
    }
    let mut header = bytes.to_le_bytes().to_vec();
    header.append(&mut object);
    Ok(header)
}
