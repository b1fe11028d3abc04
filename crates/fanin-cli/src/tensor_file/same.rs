//! Compares a file with the bytes to be written.

use std::io::{self, BufReader, Read, Write};

/// A writer that compares the bytes written with those of a file.
pub(super) struct Same<R> {
    file: BufReader<R>,
    same: bool,
}

impl<R: Read> Same<R> {
    pub(super) fn new(file: R) -> Self {
        Self { file: BufReader::new(file), same: true }
    }

    /// Whether all bytes were equal and the file ends after them.
    pub(super) fn finish(mut self) -> io::Result<bool> {
        Ok(self.same && self.file.read(&mut [0])? == 0)
    }
}

impl<R: Read> Write for Same<R> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = [0; 1 << 14];
        let length = bytes.len().min(held.len());
        if self.same {
            match self.file.read_exact(&mut held[..length]) {
                Ok(()) => self.same = held[..length] == bytes[..length],
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => self.same = false,
                Err(error) => return Err(error),
            }
        }
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_bytes_are_the_same() {
        let written: Vec<u8> = (0..40_000_u32).map(|at| at.to_le_bytes()[0]).collect();
        let mut changed = written.clone();
        changed[39_999] ^= 1;
        let longer: Vec<u8> = written.iter().copied().chain([0]).collect();
        for (file, expected) in
            [(&written[..], true), (&changed, false), (&longer, false), (&written[..39_999], false), (&[], false)]
        {
            let mut same = Same::new(file);
            same.write_all(&written).unwrap();
            assert_eq!(same.finish().unwrap(), expected, "{} bytes", file.len());
        }
    }
}
