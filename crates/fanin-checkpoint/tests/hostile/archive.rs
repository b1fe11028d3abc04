//! Builds valid and invalid zip archives byte by byte.

use std::io::Write;

use flate2::Crc;
use flate2::write::DeflateEncoder;

/// An archive member, as described in the directory.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) crc: u32,
    pub(crate) size: u32,
    /// The offset stated in the directory, if it differs from the real one.
    pub(crate) place: Option<u32>,
}

/// Creates a stored member.
pub(crate) fn stored(name: &str, content: &[u8]) -> Member {
    let size = u32::try_from(content.len()).expect("a small member");
    let crc = crc(content);
    Member { name: name.to_owned(), content: content.to_vec(), method: 0, flags: 0, crc, size, place: None }
}

/// Creates a deflated member.
pub(crate) fn deflated(name: &str, content: &[u8]) -> Member {
    let mut encoder = DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).expect("memory");
    Member { method: 8, content: encoder.finish().expect("memory"), ..stored(name, content) }
}

/// Returns an archive with these members.
pub(crate) fn archive(members: &[Member]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for member in members {
        let place = u32::try_from(bytes.len()).expect("a small archive");
        let mut fields = Vec::new();
        fields.extend(member.flags.to_le_bytes());
        fields.extend(member.method.to_le_bytes());
        fields.extend([0; 4]);
        fields.extend(member.crc.to_le_bytes());
        fields.extend(u32::try_from(member.content.len()).expect("a small member").to_le_bytes());
        fields.extend(member.size.to_le_bytes());
        fields.extend(u16::try_from(member.name.len()).expect("a short name").to_le_bytes());
        fields.extend([0; 2]);
        bytes.extend(b"PK\x03\x04\x14\x00");
        bytes.extend(&fields);
        bytes.extend(member.name.as_bytes());
        bytes.extend(&member.content);
        directory.extend(b"PK\x01\x02\x14\x00\x14\x00");
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(member.place.unwrap_or(place).to_le_bytes());
        directory.extend(member.name.as_bytes());
    }
    let count = u16::try_from(members.len()).expect("few members").to_le_bytes();
    let start = u32::try_from(bytes.len()).expect("a small archive");
    let length = u32::try_from(directory.len()).expect("a small directory");
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\x00\x00\x00\x00");
    bytes.extend([count, count].concat());
    bytes.extend([length.to_le_bytes(), start.to_le_bytes()].concat());
    bytes.extend([0; 2]);
    bytes
}

fn crc(content: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(content);
    crc.sum()
}
