//! Hugging Face's shard indices: the file of each tensor.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use serde::Deserialize;

use super::entries::Entries;

/// The suffix of a shard index.
pub(super) const SUFFIX: &str = ".index.json";

/// A shard index: the file of each tensor.
#[derive(Debug)]
pub(super) struct Index(Vec<(String, String)>);

impl Index {
    /// Parses an index; only its `weight_map` is used.
    pub(super) fn read(text: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Fields {
            weight_map: Option<Entries<String>>,
        }
        let fields: Fields = serde_json::from_slice(text).map_err(|error| format!("is not a shard index: {error}"))?;
        let Some(Entries(map)) = fields.weight_map else {
            return Err("has no weight_map, so it is not a shard index (use --shapes for a list of shapes)".to_owned());
        };
        for (name, file) in &map {
            let mut parts = Path::new(file).components();
            if !matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None)) {
                return Err(format!("'{name}' lies in \"{file}\", which is not a file next to the index"));
            }
        }
        if map.is_empty() {
            return Err("lists no tensors".to_owned());
        }
        Ok(Self(map))
    }

    /// The files in the index, sorted.
    pub(super) fn files(&self) -> BTreeSet<&str> {
        self.0.iter().map(|(_, file)| file.as_str()).collect()
    }

    /// Each tensor with its file name.
    pub(super) fn tensors(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, file)| (name.as_str(), file.as_str()))
    }
}
