//! The members of a zip archive.

use std::collections::HashMap;

use rawzip::{CompressionMethod, ZipArchive};

use super::inflate;
use super::place::Source;

/// A zip archive whose members have distinct names and do not overlap.
#[derive(Debug)]
pub(super) struct Archive {
    members: Vec<Member>,
    numbers: HashMap<String, usize>,
}

/// A file in an archive.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) source: Source,
}

impl Archive {
    /// Reads the directory of an archive; `bytes` is the whole file.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let cut = |error: rawzip::Error| format!("is a damaged or truncated zip archive: {error}");
        let zip = ZipArchive::from_slice(bytes).map_err(cut)?;
        if zip.directory_offset() > zip.eocd_offset() {
            return Err("is a damaged zip archive: its directory is out of place".to_owned());
        }
        let mut archive = Self { members: Vec::new(), numbers: HashMap::new() };
        let mut ranges = Vec::new();
        for entry in zip.entries() {
            let entry = entry.map_err(cut)?;
            let Ok(name) = str::from_utf8(entry.file_path().as_bytes()) else {
                return Err("contains a member whose name is not valid UTF-8".to_owned());
            };
            if name.ends_with('/') {
                continue;
            }
            let refuse = |reason: String| format!("member '{name}' {reason}");
            if entry.flags().is_encrypted() {
                return Err(refuse("is encrypted; decrypt it first".to_owned()));
            }
            let found = zip.get_entry(entry.wayfinder()).map_err(|error| refuse(format!("is truncated: {error}")))?;
            let (start, end) = found.compressed_data_range();
            ranges.push((entry.local_header_offset(), end, archive.members.len()));
            let place = |value: u64| {
                usize::try_from(value).map_err(|_| refuse(format!("has an invalid size of {value} bytes")))
            };
            let (start, len, size) = (place(start)?, place(end - start)?, place(entry.uncompressed_size_hint())?);
            let source = match entry.compression_method() {
                CompressionMethod::STORE if len != size => {
                    return Err(refuse(format!("is stored uncompressed in {len} bytes but declares {size}")));
                }
                CompressionMethod::STORE => Source::Stored { start, len },
                CompressionMethod::DEFLATE => {
                    inflate::check(len, size).map_err(refuse)?;
                    Source::Deflated { start, len, size, crc: entry.crc32() }
                }
                method => {
                    return Err(refuse(format!("uses the compression {method}; only deflate is supported")));
                }
            };
            if archive.numbers.insert(name.to_owned(), archive.members.len()).is_some() {
                return Err(refuse("is in the archive twice".to_owned()));
            }
            archive.members.push(Member { name: name.to_owned(), source });
        }
        ranges.sort_unstable();
        for pair in ranges.windows(2) {
            if let [(_, end, first), (start, _, second)] = *pair
                && start < end
            {
                let name = |number: usize| archive.members.get(number).map_or("", |member| &member.name);
                return Err(format!("members '{}' and '{}' overlap", name(first), name(second)));
            }
        }
        Ok(archive)
    }

    /// The members, in the order of the directory.
    pub(super) fn members(&self) -> &[Member] {
        &self.members
    }

    /// The member with this name.
    pub(super) fn member(&self, name: &str) -> Option<&Member> {
        self.members.get(*self.numbers.get(name)?)
    }
}
