//! The names and shapes of a model, from a checkpoint or a list.

mod entry;
mod error;
mod shapes;
pub mod ties;

use std::path::Path;
use std::sync::Arc;

use fanin_core::ParamSpec;

use crate::reading::{Checkpoint, ElementType, Tensor};

use entry::parameter;
pub use entry::{Entry, StoredValues};
pub use error::ListingError;

/// Lists the parameters of a checkpoint in any format that [`Checkpoint`] supports, without reading values. Files are
/// sorted by name; parameters are in the order of [`Checkpoint::tensors`]. Tied parameters are skipped.
///
/// # Errors
/// [`ListingError`], which names the file.
pub fn of_checkpoint(path: &Path) -> Result<Vec<ParamSpec>, ListingError> {
    let stored = entries_of_checkpoint(path)?.into_iter().filter(|entry| entry.tied_to.is_none());
    Ok(stored.map(|entry| entry.param).collect())
}

/// Like [`of_checkpoint`], but also returns element types, the location of the values, and ties: `torch.save` stores
/// tied weights once under several names. The values belong to the name that transformers stores: the first in the
/// file, except that an output head or the embedding of a submodel comes last.
///
/// # Errors
/// [`ListingError`], which names the file.
pub fn entries_of_checkpoint(path: &Path) -> Result<Vec<Entry>, ListingError> {
    let checkpoint = Arc::new(Checkpoint::open(path)?);
    let entry = |tensor: &Tensor| {
        if let ElementType::Unread { how } = tensor.element() {
            let reason =
                format!("'{}' contains {how}, whose shape is unknown; save it as a plain tensor", tensor.name());
            return Err(ListingError::format(checkpoint.file_of(tensor), reason));
        }
        let param = parameter(checkpoint.file_of(tensor), tensor.name(), tensor.shape())?;
        Ok(Entry::of(param, &checkpoint, tensor))
    };
    let mut entries: Vec<Entry> = checkpoint.tensors().iter().map(entry).collect::<Result<_, ListingError>>()?;
    ties::tie(&mut entries, checkpoint.tensors());
    Ok(entries)
}

/// Reads a list of shapes, in order: a JSON object that maps names to shapes or to objects with a `shape` and
/// optionally `dtype`, `role` ([`Role`](fanin_core::Role)) and `tied_to`. Tied parameters are skipped.
///
/// ```json
/// { "wte.weight": [50, 8], "fc.bias": { "shape": [10], "dtype": "F32", "role": "bias" }, "head.weight": { "tied_to": "wte.weight" } }
/// ```
///
/// # Errors
/// [`ListingError`], which names the file.
pub fn of_shapes(path: &Path) -> Result<Vec<ParamSpec>, ListingError> {
    let stored = entries_of_shapes(path)?.into_iter().filter(|entry| entry.tied_to.is_none());
    Ok(stored.map(|entry| entry.param).collect())
}

/// Like [`of_shapes`], but also returns element types, if stated, and ties: a tied parameter has the shape of its
/// target, which must be in the list and not be tied itself.
///
/// # Errors
/// [`ListingError`], which names the file.
pub fn entries_of_shapes(path: &Path) -> Result<Vec<Entry>, ListingError> {
    shapes::read(path)
}

/// Like [`entries_of_shapes`], but parses a text. `origin` names it in errors.
///
/// # Errors
/// [`ListingError`], which names the origin.
pub fn parse_shapes(text: &str, origin: &Path) -> Result<Vec<Entry>, ListingError> {
    shapes::parse(text, origin)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn checkpoint(header: &str, data: usize) -> Vec<u8> {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(header.as_bytes());
        bytes.resize(bytes.len() + data, 0);
        bytes
    }

    fn list(params: &[ParamSpec]) -> Vec<(&str, &[usize])> {
        params.iter().map(|param| (param.name(), param.shape())).collect()
    }

    const HEADER: &str = r#"{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F16","shape":[1,2],"data_offsets":[8,12]}}"#;

    #[test]
    fn a_file_a_folder_and_an_index_are_listed() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("model.safetensors");
        fs::write(&file, checkpoint(HEADER, 12)).expect("written");
        let expected = [("b", &[2][..]), ("a", &[1, 2])];
        assert_eq!(list(&of_checkpoint(&file).expect("a file")), expected);
        assert_eq!(list(&of_checkpoint(folder.path()).expect("a folder")), expected);
        let index = folder.path().join("model.safetensors.index.json");
        fs::write(&index, r#"{"metadata":{},"weight_map":{"b":"model.safetensors","a":"model.safetensors"}}"#)
            .expect("written");
        assert_eq!(list(&of_checkpoint(&index).expect("an index")), expected);
        assert_eq!(list(&of_checkpoint(folder.path()).expect("a folder with an index")), expected);
    }

    #[test]
    fn shapes_keep_their_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("shapes.json");
        fs::write(&file, r#"{"w": [3, 2], "a": {"shape": [], "dtype": "F32"}}"#).expect("written");
        assert_eq!(list(&of_shapes(&file).expect("a list")), [("w", &[3, 2][..]), ("a", &[])]);
    }

    #[test]
    fn entries_have_types_places_and_ties() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("model.safetensors");
        fs::write(&file, checkpoint(HEADER, 12)).expect("written");
        let entries = entries_of_checkpoint(&file).expect("a file");
        let [_, a] = &entries[..] else { panic!("two: {entries:?}") };
        assert_eq!(a.dtype, Some(::safetensors::Dtype::F16));
        let stored = a.stored.as_ref().expect("values");
        assert_eq!(&*stored.load().expect("read").bytes().to_vec(), &[0; 4]);

        let list = folder.path().join("shapes.json");
        fs::write(&list, r#"{"head": {"tied_to": "w"}, "w": {"shape": [3, 2], "dtype": "bf16"}}"#).expect("written");
        let entries = entries_of_shapes(&list).expect("a list");
        let [head, w] = &entries[..] else { panic!("two: {entries:?}") };
        assert_eq!((head.param.shape(), head.tied_to.as_deref()), (&[3, 2][..], Some("w")));
        assert_eq!(w.dtype, Some(::safetensors::Dtype::BF16));
        assert_eq!(of_shapes(&list).expect("a list").len(), 1);
    }

    #[test]
    fn errors_name_the_problem() {
        let folder = tempfile::tempdir().expect("a folder");
        let check = |name: &str, bytes: &[u8], part: &str| {
            let file = folder.path().join(name);
            fs::write(&file, bytes).expect("written");
            let listed = if name.ends_with("shapes.json") { of_shapes(&file) } else { of_checkpoint(&file) };
            let error = listed.expect_err(part).to_string();
            assert!(error.contains(part) && error.contains(name), "{part}: {error}");
        };
        let f32s = |shape: &str, end: &str| {
            checkpoint(&format!(r#"{{"a":{{"dtype":"F32","shape":{shape},"data_offsets":[0,{end}]}}}}"#), 8)
        };
        check("empty.safetensors", b"", "too few");
        check("long.safetensors", &u64::MAX.to_le_bytes(), "a header of 18446744073709551615 bytes");
        check("cut.safetensors", &checkpoint(HEADER, 12)[..40], "is truncated");
        check("words.safetensors", &checkpoint("words", 0), "invalid safetensors header");
        check("data.safetensors", &checkpoint(HEADER, 11), "12 bytes of values, but the file contains 11");
        check("offsets.safetensors", &f32s("[3]", "8"), "'a' needs 12 bytes");
        check("huge.safetensors", &f32s("[4294967296,4294967296]", "8"), "too large for memory");
        check("index.json", br#"{"weights":{}}"#, "weight_map");
        check("escape.json", br#"{"weight_map":{"a":"../x.safetensors"}}"#, "../x.safetensors");
        check("a.shapes.json", br#"{"a": [1, -2]}"#, "'a'");
        check("b.shapes.json", b"[1]", "object of names and shapes");
        check("c.shapes.json", br#"{"a": [1"#, "EOF");
        check("d.shapes.json", br#"{"a": [4294967296, 4294967296]}"#, "'a'");
        check("e.shapes.json", br#"{"a": {"shape": [1], "dtype": "F31"}}"#, "F31");
        check("f.shapes.json", br#"{"a": {"tied_to": "b"}}"#, "'b', which is not in the list");
        check("g.shapes.json", br#"{"b": {"tied_to": "a"}, "a": {"tied_to": "b"}}"#, "itself tied");
        check("h.shapes.json", br#"{"b": [2], "a": {"tied_to": "b", "shape": [3]}}"#, "[3]");
        assert!(of_checkpoint(&folder.path().join("nothing.safetensors")).is_err());
        let bare = tempfile::tempdir().expect("a folder");
        assert!(of_checkpoint(bare.path()).unwrap_err().to_string().contains("no .safetensors file"));
    }
}
