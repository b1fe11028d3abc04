//! Parsing an IDX file: a header of big-endian numbers, then bytes.

use std::io::Read;
use std::path::Path;

use super::super::{DataError, gzip};

/// The type code of unsigned bytes.
const UNSIGNED_BYTE: u8 = 0x08;
/// The largest supported number of dimensions.
const MOST_DIMENSIONS: u8 = 4;
/// The largest supported number of elements: 2 GiB as `f64`.
pub(super) const MOST_ELEMENTS: u64 = 1 << 28;

/// The array of an IDX file.
#[derive(Debug, PartialEq)]
pub(super) struct Array {
    /// Never empty, and no dimension is 0.
    pub(super) dimensions: Vec<usize>,
    pub(super) bytes: Vec<u8>,
}

/// Reads an IDX file, plain or gzip-compressed: two zero bytes, the type code (only unsigned bytes are supported), the
/// number of dimensions, the dimensions as big-endian `u32`, the elements. Memory is allocated only for elements that
/// are present.
///
/// Source: Y. `LeCun`, C. Cortes and C. Burges, *The MNIST database of handwritten digits*, section "file formats".
pub(super) fn read(path: &Path, most: u64) -> Result<Array, DataError> {
    let refuse = |reason: String| Err(DataError::file(path, reason));
    let read_error = |error| DataError::read(path, error);
    let mut reader = gzip::open(path)?;
    let header = take(&mut reader, 4).map_err(read_error)?;
    let (kind, rank) = match header.as_slice() {
        [0, 0, kind, rank] => (*kind, *rank),
        other => return refuse(format!("it starts with the bytes {other:02x?}, but an IDX file starts with 00 00 08")),
    };
    if kind != UNSIGNED_BYTE {
        return refuse(format!("its elements have type {kind:#04x}; use a file of unsigned bytes (0x08)"));
    }
    if rank == 0 || rank > MOST_DIMENSIONS {
        return refuse(format!("it has {rank} dimensions; use a file with 1 to {MOST_DIMENSIONS}"));
    }
    let sizes = take(&mut reader, 4 * u64::from(rank)).map_err(read_error)?;
    let sizes: Vec<u32> =
        sizes.chunks_exact(4).filter_map(|four| four.try_into().ok().map(u32::from_be_bytes)).collect();
    if sizes.len() != usize::from(rank) {
        return refuse("it ends within its header; download the file again".to_owned());
    }
    let elements = sizes.iter().try_fold(1_u64, |product, size| product.checked_mul(u64::from(*size)));
    let elements = match elements {
        Some(0) => return refuse(format!("its dimensions {sizes:?} contain a zero; download the file again")),
        Some(elements) if elements <= most => elements,
        _ => return refuse(format!("its header declares {sizes:?} elements, but at most {most} are supported")),
    };
    let bytes = take(&mut reader, elements).map_err(read_error)?;
    if (bytes.len() as u64) < elements {
        return refuse(format!("it ends after {} of {elements} elements; download the file again", bytes.len()));
    }
    if !take(&mut reader, 1).map_err(read_error)?.is_empty() {
        return refuse(format!("it has data after its {elements} elements; download the file again"));
    }
    let dimensions = sizes.iter().filter_map(|size| usize::try_from(*size).ok()).collect();
    Ok(Array { dimensions, bytes })
}

/// Reads at most `count` bytes. Memory grows with the data present, not with `count`.
fn take(reader: &mut impl Read, count: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::super::gzip::tests::gzip;
    use super::super::tests::idx;
    use super::*;

    fn message(bytes: &[u8], most: u64) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).unwrap();
        let message = read(&path, most).unwrap_err().to_string();
        assert!(message.contains("file\"") && !message.contains('\n'), "{message}");
        message
    }

    #[test]
    fn plain_and_compressed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let elements: Vec<u8> = (0..24).collect();
        let plain = idx(&[2, 3, 4], &elements);
        for bytes in [gzip(&plain), plain] {
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(read(&path, 24).unwrap(), Array { dimensions: vec![2, 3, 4], bytes: elements.clone() });
        }
    }

    #[test]
    fn hostile_headers() {
        for (bytes, words) in [
            (vec![], "starts with the bytes []"),
            (vec![0, 0, 8], "starts with the bytes [00, 00, 08]"),
            (b"PK\x03\x04".to_vec(), "starts with the bytes [50, 4b, 03, 04]"),
            (vec![0, 0, 0x0d, 1, 0, 0, 0, 1, 0, 0, 0, 0], "type 0x0d"),
            (vec![0, 0, 8, 0], "0 dimensions"),
            (vec![0, 0, 8, 255], "255 dimensions"),
            (vec![0, 0, 8, 2, 0, 0, 0, 1, 0, 0], "ends within its header"),
            (idx(&[1 << 31, 1 << 31, 1 << 31], &[]), "declares [2147483648, 2147483648, 2147483648]"),
            (idx(&[u32::MAX, u32::MAX, u32::MAX, u32::MAX], &[]), "at most 1000 are supported"),
            (idx(&[1001], &[0; 1001]), "at most 1000 are supported"),
            (idx(&[0, 28, 28], &[]), "contain a zero"),
            (idx(&[1000], &[0; 3]), "ends after 3 of 1000"),
            (idx(&[3], &[0; 4]), "has data after its 3"),
        ] {
            assert!(message(&bytes, 1000).contains(words), "{words}: {}", message(&bytes, 1000));
            if !bytes.is_empty() {
                assert!(message(&gzip(&bytes), 1000).contains(words), "{words}");
            }
        }
        // A header may declare any size: memory is allocated only for data that is present.
        assert!(message(&idx(&[1 << 28], &[7]), MOST_ELEMENTS).contains("ends after 1 of"));
    }

    #[test]
    fn a_bomb_is_read_no_further_than_its_header() {
        let megabyte = gzip(&vec![0; 1 << 20]);
        let bomb = [gzip(&idx(&[10], &[])), megabyte.repeat(64)].concat();
        assert!(message(&bomb, 1000).contains("has data after its 10"));
        let cut = gzip(&idx(&[2, 50], &[9; 100]));
        assert!(message(&cut[..cut.len() - 9], 1000).contains("cannot be read"));
    }
}
