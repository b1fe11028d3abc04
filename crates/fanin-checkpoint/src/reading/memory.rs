//! Converts values in memory to the type that file readers return.

use std::borrow::Cow;

use bytemuck::cast_slice;
use fanin_core::param::Slice;

use super::{ElementType, TensorData};

impl<'a> From<Slice<'a>> for TensorData<'a> {
    /// Borrows the values; copies them on big-endian machines.
    fn from(values: Slice<'a>) -> Self {
        let (bytes, size): (&[u8], usize) = match values {
            Slice::F32(data) => (cast_slice(data), 4),
            Slice::F64(data) => (cast_slice(data), 8),
            Slice::F16(data) => (cast_slice(data), 2),
            Slice::BF16(data) => (cast_slice(data), 2),
        };
        let bytes = if cfg!(target_endian = "little") {
            Cow::Borrowed(bytes)
        } else {
            let mut turned = bytes.to_vec();
            turned.chunks_exact_mut(size).for_each(<[u8]>::reverse);
            Cow::Owned(turned)
        };
        Self::new(ElementType::Float(values.dtype()), values.len(), bytes)
    }
}
