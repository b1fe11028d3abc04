//! Builds pickles, instruction by instruction.

use super::archive::{archive, stored};

/// Returns a torch archive with this pickle and one storage of four f32.
pub(crate) fn torch(content: &[u8]) -> Vec<u8> {
    let program = [b"\x80\x02", content, b"."].concat();
    archive(&[stored("a/data.pkl", &program), stored("a/data/0", &[0; 16])])
}

/// Returns a file of the format before 1.6 with this pickle and these storages: key, values, stated length.
pub(crate) fn legacy(content: &[u8], storages: &[(&str, &[u8], u64)]) -> Vec<u8> {
    let keys: Vec<_> = storages.iter().map(|(key, _, _)| text(key)).collect();
    let mut bytes = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}.\x80\x02".to_vec();
    bytes.extend([content, b".\x80\x02", &list(&keys), b"."].concat());
    for (_, values, length) in storages {
        bytes.extend(length.to_le_bytes());
        bytes.extend(*values);
    }
    bytes
}

pub(crate) fn text(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).expect("a short text").to_le_bytes();
    [b"X", &length[..], text.as_bytes()].concat()
}

pub(crate) fn long(int: i64) -> Vec<u8> {
    [b"\x8a\x08", &int.to_le_bytes()[..]].concat()
}

pub(crate) fn tuple(items: &[i64]) -> Vec<u8> {
    let items: Vec<_> = items.iter().map(|item| long(*item)).collect();
    [b"(", &items.concat()[..], b"t"].concat()
}

pub(crate) fn list(items: &[Vec<u8>]) -> Vec<u8> {
    [b"(", &items.concat()[..], b"l"].concat()
}

/// Returns a dictionary with one entry.
pub(crate) fn entry(key: &str, value: &[u8]) -> Vec<u8> {
    [b"}", &text(key)[..], value, b"s"].concat()
}

/// Returns a call with one string argument.
pub(crate) fn call(module: &str, name: &str, argument: &str) -> Vec<u8> {
    [format!("c{module}\n{name}\n(").as_bytes(), &text(argument), b"tR"].concat()
}

/// Returns a view of the storage `0` of four f32.
pub(crate) fn tensor(shape: &[i64], strides: &[i64], offset: i64) -> Vec<u8> {
    let storage = [&text("storage")[..], b"ctorch\nFloatStorage\n", &text("0"), &text("cpu"), b"K\x04"].concat();
    [
        b"ctorch._utils\n_rebuild_tensor_v2\n((",
        &storage[..],
        b"tQ",
        &long(offset),
        &tuple(shape),
        &tuple(strides),
        b"\x89ccollections\nOrderedDict\n)RtR",
    ]
    .concat()
}
