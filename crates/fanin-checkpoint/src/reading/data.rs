//! The values of a stored tensor.

use std::borrow::Cow;
use std::ops::Range;

use bytemuck::{AnyBitPattern, try_cast_slice};
use fanin_core::values::Dtype;
use half::{bf16, f16};

use super::ElementType;

/// The values of a stored tensor: little-endian, row-major.
#[derive(Clone, Debug)]
pub struct TensorData<'a> {
    element: ElementType,
    len: usize,
    bytes: Cow<'a, [u8]>,
}

impl<'a> TensorData<'a> {
    pub(super) fn new(element: ElementType, len: usize, bytes: Cow<'a, [u8]>) -> Self {
        Self { element, len, bytes }
    }

    /// The element type.
    #[must_use]
    pub fn element(&self) -> ElementType {
        self.element
    }

    /// The number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes: little-endian and row-major, whatever the order in the file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Elements `range` without a copy; fewer where the tensor ends. Empty if an element is not a whole number of bytes.
    #[must_use]
    pub fn window(&self, range: Range<usize>) -> TensorData<'_> {
        let (len, bytes) = self.place_of(range);
        TensorData { element: self.element, len, bytes: Cow::Borrowed(self.bytes.get(bytes).unwrap_or_default()) }
    }

    /// Like [`TensorData::window`], without keeping the rest.
    #[must_use]
    pub fn into_window(self, range: Range<usize>) -> Self {
        let (len, place) = self.place_of(range);
        let bytes = match self.bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(bytes.get(place).unwrap_or_default()),
            Cow::Owned(bytes) => Cow::Owned(bytes.get(place).unwrap_or_default().to_vec()),
        };
        Self { element: self.element, len, bytes }
    }

    /// The number of elements of a range that exist, and their bytes.
    fn place_of(&self, range: Range<usize>) -> (usize, Range<usize>) {
        // Elements of fewer than eight bits have no window.
        let whole = |size: &usize| self.element.bytes(8) == Some(8 * size);
        let Some(size) = self.element.bytes(1).filter(whole) else { return (0, 0..0) };
        let (start, end) = (range.start.min(self.len), range.end.min(self.len));
        let end = end.max(start);
        (end - start, start * size..end * size)
    }

    /// Reads elements `start..start + out.len()` as `f32`, rounding `f64`. Returns the number read: less than `out.len()` at the end of the
    /// tensor, 0 if the type is not a float.
    pub fn read_f32(&self, start: usize, out: &mut [f32]) -> usize {
        #[expect(clippy::cast_possible_truncation, reason = "rounded to nearest, as stated")]
        match self.element {
            ElementType::Float(Dtype::F32) => self.read(start, out, |value: f32| value, f32::from_le_bytes),
            ElementType::Float(Dtype::F64) => self.read(start, out, |value: f64| value as f32, f64::from_le_bytes),
            ElementType::Float(Dtype::F16) => self.read(start, out, f16::to_f32, f16::from_le_bytes),
            ElementType::Float(Dtype::BF16) => self.read(start, out, bf16::to_f32, bf16::from_le_bytes),
            ElementType::Other { .. } | ElementType::Unread { .. } => 0,
        }
    }

    /// Reads elements `start..start + out.len()` as `f64`, exactly. Returns the number read, like [`TensorData::read_f32`].
    pub fn read_f64(&self, start: usize, out: &mut [f64]) -> usize {
        match self.element {
            ElementType::Float(Dtype::F32) => self.read(start, out, |value: f32| f64::from(value), f32::from_le_bytes),
            ElementType::Float(Dtype::F64) => self.read(start, out, |value: f64| value, f64::from_le_bytes),
            ElementType::Float(Dtype::F16) => self.read(start, out, f16::to_f64, f16::from_le_bytes),
            ElementType::Float(Dtype::BF16) => self.read(start, out, bf16::to_f64, bf16::from_le_bytes),
            ElementType::Other { .. } | ElementType::Unread { .. } => 0,
        }
    }

    /// The values without a copy, if they are `f32`, aligned and in native byte order.
    #[must_use]
    pub fn as_f32(&self) -> Option<&[f32]> {
        let native = cfg!(target_endian = "little") && self.element == ElementType::Float(Dtype::F32);
        if native { try_cast_slice(&self.bytes).ok() } else { None }
    }

    fn read<S: AnyBitPattern, T, const N: usize>(
        &self,
        start: usize,
        out: &mut [T],
        convert: impl Fn(S) -> T,
        decode: impl Fn([u8; N]) -> S,
    ) -> usize {
        let bytes = start.checked_mul(N).and_then(|start| self.bytes.get(start..)).unwrap_or_default();
        if cfg!(target_endian = "little")
            && let Ok(values) = try_cast_slice::<u8, S>(&bytes[..bytes.len() / N * N])
        {
            let read = values.len().min(out.len());
            out.iter_mut().zip(values).for_each(|(out, value)| *out = convert(*value));
            return read;
        }
        let (values, _) = bytes.as_chunks::<N>();
        let read = values.len().min(out.len());
        out.iter_mut().zip(values).for_each(|(out, value)| *out = convert(decode(*value)));
        read
    }
}
