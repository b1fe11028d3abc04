//! Code shared by the fuzz targets: reading a whole checkpoint, and building archives around fuzzer input.

use std::fs;
use std::path::{Path, PathBuf};

use fanin_checkpoint::reading::Checkpoint;

/// Tensors of more bytes than this are not loaded; the memory bound has its own test.
const LOADED: usize = 1 << 22;

/// Opens a file with these bytes and loads every tensor. Panics if an opened file is inconsistent, for example with
/// duplicate names.
pub fn read(bytes: Vec<u8>) {
    if let Ok(checkpoint) = Checkpoint::of_bytes(Path::new("memory"), bytes) {
        load(&checkpoint);
    }
}

/// Loads every tensor.
pub fn load(checkpoint: &Checkpoint) {
    let mut names: Vec<_> = checkpoint.tensors().iter().map(|tensor| tensor.name()).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "a name is there twice");
    for tensor in checkpoint.tensors() {
        assert_eq!(tensor.len(), tensor.shape().iter().product::<usize>());
        let bytes = tensor.element().bytes(tensor.len()).expect("a size");
        if bytes > LOADED {
            continue;
        }
        if let Ok(data) = checkpoint.load(tensor) {
            assert_eq!(data.bytes().len(), bytes);
            let mut values = [0.0; 64];
            let read = data.read_f64(tensor.len() / 2, &mut values);
            assert!(read <= values.len());
        }
    }
}

/// Returns the path of a file in an in-memory folder, private to this process.
pub fn file(name: &str) -> PathBuf {
    let folder = PathBuf::from(format!("/dev/shm/fanin-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    folder.join(name)
}

/// Returns a zip archive of stored members.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in members {
        let place = u32::try_from(bytes.len()).expect("small").to_le_bytes();
        let mut fields = vec![0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let length = u32::try_from(content.len()).expect("small").to_le_bytes();
        fields.extend(length);
        fields.extend(length);
        fields.extend(u16::try_from(name.len()).expect("small").to_le_bytes());
        fields.extend([0, 0]);
        bytes.extend(b"PK\x03\x04\x14\x00");
        bytes.extend(&fields);
        bytes.extend(name.as_bytes());
        bytes.extend(*content);
        directory.extend(b"PK\x01\x02\x14\x00\x14\x00");
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(place);
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(members.len()).expect("few").to_le_bytes();
    let (start, length) = (bytes.len(), directory.len());
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\x00\x00\x00\x00");
    bytes.extend(count);
    bytes.extend(count);
    bytes.extend(u32::try_from(length).expect("small").to_le_bytes());
    bytes.extend(u32::try_from(start).expect("small").to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}
