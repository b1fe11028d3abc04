//! The values of a stored tensor.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use bytemuck::{AnyBitPattern, try_cast_slice};
use fanin_core::values::Dtype;
use half::{bf16, f16};

use super::ElementType;
use super::scaling::Scales;

/// The values of a stored tensor: little-endian, row-major.
#[derive(Clone, Debug)]
pub struct TensorData<'a> {
    element: ElementType,
    len: usize,
    bytes: Cow<'a, [u8]>,
    /// The scales of 8-bit values, and the index of the first element within the scaled tensor.
    scales: Option<(Arc<Scales>, usize)>,
}

impl<'a> TensorData<'a> {
    pub(super) fn new(element: ElementType, len: usize, bytes: Cow<'a, [u8]>) -> Self {
        Self { element, len, bytes, scales: None }
    }

    /// The same 8-bit values with scales.
    pub(super) fn scaled(self, scales: Scales) -> Self {
        Self { scales: Some((Arc::new(scales), 0)), ..self }
    }

    /// The element type of the stored values.
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

    /// The stored bytes: little-endian and row-major, regardless of the order in the file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Elements `range` without a copy; fewer where the tensor ends. Empty if an element is not a whole number of bytes.
    #[must_use]
    pub fn window(&self, range: Range<usize>) -> TensorData<'_> {
        let (len, place) = self.place_of(range);
        let scales = self.scales_from(place.start);
        let bytes = Cow::Borrowed(self.bytes.get(place).unwrap_or_default());
        TensorData { element: self.element, len, bytes, scales }
    }

    /// Like [`TensorData::window`], without keeping the rest.
    #[must_use]
    pub fn into_window(self, range: Range<usize>) -> Self {
        let (len, place) = self.place_of(range);
        let scales = self.scales_from(place.start);
        let bytes = match self.bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(bytes.get(place).unwrap_or_default()),
            Cow::Owned(bytes) => Cow::Owned(bytes.get(place).unwrap_or_default().to_vec()),
        };
        Self { element: self.element, len, bytes, scales }
    }

    /// The scales of a window; its elements have one byte each.
    fn scales_from(&self, start: usize) -> Option<(Arc<Scales>, usize)> {
        self.scales.as_ref().map(|(scales, first)| (Arc::clone(scales), first + start))
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

    /// Reads elements `start..start + out.len()` as `f32`, rounding `f64`. 8-bit values are multiplied by their scales.
    /// Returns the number read: less than `out.len()` at the end of the tensor, 0 if the tensor is not readable
    /// ([`Tensor::is_readable`](super::Tensor::is_readable)).
    pub fn read_f32(&self, start: usize, out: &mut [f32]) -> usize {
        #[expect(clippy::cast_possible_truncation, reason = "rounded to nearest, as stated")]
        match self.element {
            ElementType::Float(Dtype::F32) => self.read(start, out, |value: f32| value, f32::from_le_bytes),
            ElementType::Float(Dtype::F64) => self.read(start, out, |value: f64| value as f32, f64::from_le_bytes),
            ElementType::Float(Dtype::F16) => self.read(start, out, f16::to_f32, f16::from_le_bytes),
            ElementType::Float(Dtype::BF16) => self.read(start, out, bf16::to_f32, bf16::from_le_bytes),
            ElementType::Float8(format) => {
                let values = format.values();
                self.read_bytes(start, out, |byte| values[usize::from(byte)])
            }
            ElementType::Other { .. } if self.scales.is_some() => {
                self.read_bytes(start, out, |byte| f32::from(byte.cast_signed()))
            }
            ElementType::Other { .. } | ElementType::Unread { .. } => 0,
        }
    }

    /// Reads elements `start..start + out.len()` as `f64`: exactly, or as products in `f32` if there are scales. Returns
    /// the number read, like [`TensorData::read_f32`].
    pub fn read_f64(&self, start: usize, out: &mut [f64]) -> usize {
        match self.element {
            ElementType::Float(Dtype::F32) => self.read(start, out, |value: f32| f64::from(value), f32::from_le_bytes),
            ElementType::Float(Dtype::F64) => self.read(start, out, |value: f64| value, f64::from_le_bytes),
            ElementType::Float(Dtype::F16) => self.read(start, out, f16::to_f64, f16::from_le_bytes),
            ElementType::Float(Dtype::BF16) => self.read(start, out, bf16::to_f64, bf16::from_le_bytes),
            ElementType::Float8(_) | ElementType::Other { .. } | ElementType::Unread { .. } => {
                let mut buffer = [0.0_f32; 256];
                let mut read = 0;
                for out in out.chunks_mut(buffer.len()) {
                    let got = self.read_f32(start.saturating_add(read), &mut buffer[..out.len()]);
                    out.iter_mut().zip(&buffer[..got]).for_each(|(out, value)| *out = f64::from(*value));
                    read += got;
                    if got < out.len() {
                        break;
                    }
                }
                read
            }
        }
    }

    /// Returns the values without a copy if they are `f32`, aligned and in native byte order.
    #[must_use]
    pub fn as_f32(&self) -> Option<&[f32]> {
        let native = cfg!(target_endian = "little") && self.element == ElementType::Float(Dtype::F32);
        if native { try_cast_slice(&self.bytes).ok() } else { None }
    }

    /// Reads bytes, and applies the scales.
    fn read_bytes(&self, start: usize, out: &mut [f32], decode: impl Fn(u8) -> f32) -> usize {
        let bytes = self.bytes.get(start..).unwrap_or_default();
        let read = bytes.len().min(out.len());
        out.iter_mut().zip(bytes).for_each(|(out, byte)| *out = decode(*byte));
        if let Some((scales, first)) = &self.scales {
            scales.apply(first + start, &mut out[..read]);
        }
        read
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
