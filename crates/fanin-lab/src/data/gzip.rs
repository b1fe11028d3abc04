//! Reading files, plain or gzip-compressed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::DataError;

/// The first two bytes of a gzip file (RFC 1952).
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Opens a file and decompresses gzip data, regardless of the file's name.
pub(super) fn open(path: &Path) -> Result<BufReader<Box<dyn Read>>, DataError> {
    let opened = || -> io::Result<Box<dyn Read>> {
        let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
        let compressed = file.fill_buf()?.starts_with(&MAGIC);
        Ok(if compressed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
    };
    Ok(BufReader::new(opened().map_err(|error| DataError::read(path, error))?))
}

/// Reads at most `limit` bytes. More is an error, because a small compressed file may expand to a large one.
pub(super) fn read_whole(path: &Path, limit: u64) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| DataError::read(path, error))?;
    if bytes.len() as u64 > limit {
        return Err(DataError::file(path, format!("more than {limit} bytes; use a smaller file")));
    }
    Ok(bytes)
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    /// Compresses bytes.
    pub(in super::super) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn plain_compressed_and_joined() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let joined = [gzip(b"on"), gzip(b"e")].concat();
        for bytes in [b"one".to_vec(), gzip(b"one"), joined] {
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(read_whole(&path, 3).unwrap(), b"one");
            assert!(read_whole(&path, 2).unwrap_err().to_string().contains("more than 2 bytes"));
        }
    }

    #[test]
    fn a_bomb_costs_no_more_than_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bomb.gz");
        let megabytes = gzip(&vec![0; 1 << 20]);
        assert!(megabytes.len() < 2000);
        std::fs::write(&path, megabytes.repeat(64)).unwrap();
        assert!(read_whole(&path, 1000).unwrap_err().to_string().contains("more than 1000 bytes"));
    }

    #[test]
    fn unreadable_files_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cut.gz");
        let compressed = gzip(b"some text that is long enough to be cut in two");
        std::fs::write(&path, &compressed[..compressed.len() / 2]).unwrap();
        for path in [path, folder.path().join("absent"), folder.path().to_owned()] {
            let message = read_whole(&path, 100).unwrap_err().to_string();
            assert!(message.contains("cannot be read") && message.contains(path.to_str().unwrap()), "{message}");
        }
    }
}
