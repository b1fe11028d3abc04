//! The location of the values of a tensor, and their conversion to row-major little-endian order.

use std::borrow::Cow;

use super::ElementType;
use super::gather::gather;
use super::inflate::inflate;

/// The largest size, in bytes, of a view that repeats elements.
const LARGEST_EXPANSION: usize = 256 << 20;

/// The location of the values of a tensor.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) source: Source,
    /// The offset of the first value in the source.
    pub(super) start: usize,
    /// The strides, in elements; `None` if row-major.
    pub(super) strides: Option<Vec<usize>>,
    /// The size of the numbers to byte-swap; 0 for little-endian files.
    pub(super) reversed: usize,
}

/// The bytes that contain the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// Stored without compression.
    Stored { start: usize, len: usize },
    /// Deflated: `len` bytes that expand to `size` bytes with the checksum `crc`.
    Deflated { start: usize, len: usize, size: usize, crc: u32 },
}

impl Source {
    /// The uncompressed size.
    pub(super) fn size(self) -> usize {
        match self {
            Self::Stored { len, .. } => len,
            Self::Deflated { size, .. } => size,
        }
    }

    /// The uncompressed bytes, borrowed if stored.
    pub(super) fn read(self, file: &[u8]) -> Result<Cow<'_, [u8]>, String> {
        let range = |start: usize, len: usize| {
            let end = start.checked_add(len).ok_or("lies outside the file")?;
            file.get(start..end).ok_or("lies outside the file")
        };
        match self {
            Self::Stored { start, len } => Ok(Cow::Borrowed(range(start, len)?)),
            Self::Deflated { start, len, size, crc } => inflate(range(start, len)?, size, crc).map(Cow::Owned),
        }
    }
}

impl Place {
    /// Values stored as they are: little-endian, row-major.
    pub(super) fn plain(start: usize, len: usize) -> Self {
        Self { source: Source::Stored { start, len }, start: 0, strides: None, reversed: 0 }
    }

    /// Checks that every element lies within the source; `bytes` is the size of the tensor.
    pub(super) fn check(&self, shape: &[usize], element: ElementType, bytes: usize) -> Result<(), String> {
        let size = self.source.size();
        let Some(strides) = &self.strides else {
            return match self.start.checked_add(bytes) {
                Some(end) if end <= size => Ok(()),
                _ => Err(format!("needs {bytes} bytes from byte {} of {size}", self.start)),
            };
        };
        if strides.len() != shape.len() {
            return Err(format!("has {} axes and {} strides", shape.len(), strides.len()));
        }
        if bytes == 0 {
            return Ok(());
        }
        let last = shape
            .iter()
            .zip(strides)
            .try_fold(1_usize, |last, (&axis, &stride)| last.checked_add((axis - 1).checked_mul(stride)?));
        let end = last.and_then(|last| element.bytes(last)?.checked_add(self.start));
        if end.is_none_or(|end| end > size) {
            return Err(format!("reaches past the {size} bytes of its storage"));
        }
        if bytes > size.max(LARGEST_EXPANSION) {
            return Err(format!("expands {size} bytes to {bytes}, above the limit of {LARGEST_EXPANSION}"));
        }
        Ok(())
    }

    /// The values, borrowed if no conversion is needed.
    pub(super) fn read<'a>(
        &self,
        file: &'a [u8],
        shape: &[usize],
        element: ElementType,
        len: usize,
    ) -> Result<Cow<'a, [u8]>, String> {
        let lost = || "lies outside the file".to_owned();
        let source = self.source.read(file)?;
        let mut bytes = match &self.strides {
            Some(strides) => {
                let from = source.get(self.start..).ok_or_else(lost)?;
                Cow::Owned(gather(from, shape, strides, element).ok_or_else(lost)?)
            }
            None => {
                let end = element.bytes(len).and_then(|bytes| self.start.checked_add(bytes)).ok_or_else(lost)?;
                match source {
                    Cow::Borrowed(source) => Cow::Borrowed(source.get(self.start..end).ok_or_else(lost)?),
                    Cow::Owned(mut source) if end <= source.len() => {
                        source.truncate(end);
                        source.drain(..self.start);
                        Cow::Owned(source)
                    }
                    Cow::Owned(_) => return Err(lost()),
                }
            }
        };
        if self.reversed > 1 {
            bytes.to_mut().chunks_exact_mut(self.reversed).for_each(<[u8]>::reverse);
        }
        Ok(bytes)
    }
}
