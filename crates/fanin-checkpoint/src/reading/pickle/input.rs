//! A cursor over the bytes of a pickle.

use super::value::{Span, Value};

/// The bytes and the position.
#[derive(Debug)]
pub(super) struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Input<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// The position of the next byte.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8], String> {
        let end = self.at.checked_add(len);
        let taken = end.and_then(|end| self.bytes.get(self.at..end)).ok_or_else(|| {
            let left = self.bytes.len().saturating_sub(self.at);
            format!("is truncated: expected {len} bytes at byte {}, found {left}", self.at)
        })?;
        self.at += len;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let taken = self.take(N)?;
        taken.first_chunk().copied().ok_or_else(|| "is truncated".to_owned())
    }

    pub(super) fn byte(&mut self) -> Result<u8, String> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u32(&mut self) -> Result<u32, String> {
        self.array().map(u32::from_le_bytes)
    }

    /// Reads a length of `N` bytes.
    pub(super) fn length<const N: usize>(&mut self) -> Result<usize, String> {
        let mut wide = [0; 8];
        wide.iter_mut().zip(self.array::<N>()?).for_each(|(wide, byte)| *wide = byte);
        let length = u64::from_le_bytes(wide);
        usize::try_from(length).map_err(|_| format!("declares a length of {length} bytes"))
    }

    /// Takes a range of bytes.
    pub(super) fn span(&mut self, len: usize) -> Result<Span, String> {
        let start = self.at;
        self.take(len)?;
        match (u32::try_from(start), u32::try_from(len)) {
            (Ok(start), Ok(len)) => Ok(Span { start, len }),
            _ => Err("is longer than 4 GiB".to_owned()),
        }
    }

    /// Takes a string. Invalid UTF-8 is treated as bytes.
    pub(super) fn text(&mut self, len: usize) -> Result<Value, String> {
        let from = self.at;
        let span = self.span(len)?;
        let text = self.bytes.get(from..self.at).unwrap_or_default();
        Ok(if str::from_utf8(text).is_ok() { Value::Text(span) } else { Value::Other })
    }

    /// Takes the rest of a line, without the newline.
    pub(super) fn line(&mut self) -> Result<Span, String> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let len = rest.iter().position(|byte| *byte == b'\n').ok_or("is truncated in a line")?;
        let span = self.span(len)?;
        self.at += 1;
        Ok(span)
    }

    /// Takes the text of a line.
    pub(super) fn words(&self, Span { start, len }: Span) -> Result<&'a str, String> {
        let start = start as usize;
        let bytes = start.checked_add(len as usize).and_then(|end| self.bytes.get(start..end)).unwrap_or_default();
        str::from_utf8(bytes).map_err(|_| format!("has a line at byte {start} that is not UTF-8"))
    }
}
