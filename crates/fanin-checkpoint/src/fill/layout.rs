//! The layout of a checkpoint: the file and offset of each tensor. It depends only on names, shapes, element types and
//! the maximum file size.

use std::collections::BTreeMap;

use serde_json::json;

use super::error::FillError;
use super::header;
use super::size::ByteSize;
use super::tensor::Tensor;

/// The file name of a single-file checkpoint.
pub(super) const SINGLE: &str = "model.safetensors";

/// The file name of the index.
pub(super) const INDEX: &str = "model.safetensors.index.json";

/// The name reserved by the format.
const RESERVED: &str = "__metadata__";

/// The files of a checkpoint.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) files: Vec<FileLayout>,
    /// The index, if there are several files.
    pub(super) index: Option<Vec<u8>>,
}

/// One file.
#[derive(Debug)]
pub(super) struct FileLayout {
    pub(super) name: String,
    pub(super) header: Vec<u8>,
    pub(super) tensors: Vec<Placed>,
    /// The size of the file in bytes.
    pub(super) size: u64,
}

/// A tensor and its byte range in the file.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) tensor: Tensor,
    pub(super) start: u64,
    pub(super) end: u64,
}

impl Layout {
    /// Packs tensors in order, like `huggingface_hub`'s `split_torch_state_dict_into_shards`: a file is closed before a
    /// tensor that would exceed `size`; a tensor larger than `size` gets its own file, placed before the open one.
    pub(super) fn new(tensors: Vec<Tensor>, size: ByteSize) -> Result<Self, FillError> {
        if tensors.is_empty() {
            return Err(FillError::Empty);
        }
        if tensors.iter().any(|tensor| tensor.param.name() == RESERVED) {
            return Err(FillError::Reserved { name: RESERVED.to_owned() });
        }
        let (mut groups, mut open, mut taken, mut total) = (Vec::new(), Vec::new(), 0_u64, 0_u64);
        for tensor in tensors {
            let bytes = tensor.bytes();
            total = total.saturating_add(bytes);
            if bytes > size.0 {
                groups.push(vec![tensor]);
                continue;
            }
            if taken.saturating_add(bytes) > size.0 {
                groups.push(std::mem::take(&mut open));
                taken = 0;
            }
            open.push(tensor);
            taken += bytes;
        }
        if !open.is_empty() {
            groups.push(open);
        }
        let count = groups.len();
        let name = |place: usize| match count {
            1 => SINGLE.to_owned(),
            _ => format!("model-{:05}-of-{count:05}.safetensors", place + 1),
        };
        let files = groups.into_iter().enumerate();
        let files: Vec<_> =
            files.map(|(place, tensors)| FileLayout::new(name(place), tensors)).collect::<Result<_, _>>()?;
        let index = if count > 1 { Some(index(&files, total)?) } else { None };
        Ok(Self { files, index })
    }
}

/// The index as transformers writes it: sorted names, two spaces of indentation, a final newline.
fn index(files: &[FileLayout], total: u64) -> Result<Vec<u8>, FillError> {
    let placed =
        files.iter().flat_map(|file| file.tensors.iter().map(|placed| (placed.tensor.param.name(), &file.name)));
    let map: BTreeMap<_, _> = placed.collect();
    let index = json!({ "metadata": { "total_size": total }, "weight_map": map });
    let mut text = serde_json::to_vec_pretty(&index)
        .map_err(|error| FillError::Machine { what: format!("cannot build {INDEX}: {error}") })?;
    text.push(b'\n');
    Ok(text)
}

impl FileLayout {
    fn new(name: String, mut tensors: Vec<Tensor>) -> Result<Self, FillError> {
        let header = header::arrange(&name, &mut tensors)?;
        let mut size = header.len() as u64;
        let placed = tensors.into_iter().map(|tensor| {
            let start = size;
            size = size.saturating_add(tensor.bytes());
            Placed { tensor, start, end: size }
        });
        Ok(Self { name, header, tensors: placed.collect(), size })
    }
}

#[cfg(test)]
mod tests {

    use fanin_core::ParamSpec;
    use fanin_recipes::Recipe;
    use safetensors::Dtype;

    use super::*;
    use crate::fill::tensor::tensors;
    use crate::listing::Entry;

    /// Vectors of these sizes in bytes, named a, b, c, ...
    fn layout(bytes: &[usize], size: u64) -> Layout {
        let entry = |(place, bytes): (usize, &usize)| {
            let name = char::from(b'a' + u8::try_from(place).unwrap()).to_string();
            Entry { dtype: Some(Dtype::F16), ..Entry::new(ParamSpec::new(name, [bytes / 2]).unwrap()) }
        };
        let entries: Vec<_> = bytes.iter().enumerate().map(entry).collect();
        let recipe: Recipe =
            "name = 'z'\ntitle = 'z'\nsource = 'z'\nrules = [{ match = '*', init = 'zeros' }]".parse().unwrap();
        Layout::new(tensors(&entries, &recipe, None).unwrap(), ByteSize(size)).unwrap()
    }

    fn groups(layout: &Layout) -> Vec<String> {
        let names = |file: &FileLayout| file.tensors.iter().map(|placed| placed.tensor.param.name()).collect();
        layout.files.iter().map(names).collect()
    }

    #[test]
    fn files_are_closed_where_the_next_tensor_does_not_fit() {
        assert_eq!(groups(&layout(&[4, 4, 2], 100)), ["abc"]);
        assert_eq!(groups(&layout(&[4, 4, 2, 8], 8)), ["ab", "c", "d"]);
        // A tensor that is too large comes before the open file.
        assert_eq!(groups(&layout(&[4, 10, 4, 2], 8)), ["b", "ac", "d"]);
        assert_eq!(groups(&layout(&[10, 10], 8)), ["a", "b"]);
        // A tensor without elements takes no space.
        assert_eq!(groups(&layout(&[8, 0, 2], 8)), ["ab", "c"]);
    }

    #[test]
    fn names_and_index_are_those_of_transformers() {
        let one = layout(&[4, 4], 8);
        assert!(one.index.is_none() && one.files[0].name == "model.safetensors");
        let two = layout(&[4, 8], 8);
        assert_eq!(two.files[1].name, "model-00002-of-00002.safetensors");
        let expected = "{\n  \"metadata\": {\n    \"total_size\": 12\n  },\n  \"weight_map\": {\n    \
                        \"a\": \"model-00001-of-00002.safetensors\",\n    \"b\": \"model-00002-of-00002.safetensors\"\n  }\n}\n";
        assert_eq!(two.index.as_deref().map(String::from_utf8_lossy).as_deref(), Some(expected));
    }
}
