//! Reading small text files, such as recipes and configurations, with bounded memory.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Reads a text file of at most `longest` bytes.
///
/// # Errors
/// The system's error; or an error if the path is not a regular file (a device may be endless, and a pipe may have no
/// writer), if the file is longer, or if it is not UTF-8.
pub fn read(path: &Path, longest: u64) -> io::Result<String> {
    let no_file = || io::Error::new(ErrorKind::InvalidInput, "it is not a regular file");
    // Checked first, because opening a pipe waits for its writer.
    if !fs::metadata(path)?.is_file() {
        return Err(no_file());
    }
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(no_file());
    }
    let mut bytes = Vec::new();
    file.take(longest.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > longest {
        let megabytes = longest / 1_000_000;
        return Err(io::Error::new(ErrorKind::InvalidInput, format!("it is larger than {megabytes} MB")));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is not valid UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let manifest = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        let len = fs::metadata(manifest).expect("there").len();
        assert_eq!(read(manifest, len).expect("it is read").len() as u64, len);
        let error = read(manifest, len - 1).expect_err("too long").to_string();
        assert!(error.contains("larger than"), "{error}");
        let folder = read(Path::new(env!("CARGO_MANIFEST_DIR")), len).expect_err("a folder").to_string();
        assert!(folder.contains("not a regular file"), "{folder}");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_without_an_end_is_refused() {
        let error = read(Path::new("/dev/zero"), 10).expect_err("a device").to_string();
        assert!(error.contains("not a regular file"), "{error}");
    }
}
