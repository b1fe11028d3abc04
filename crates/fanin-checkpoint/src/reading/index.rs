//! Indices of shards, as Hugging Face writes them beside the shards: which tensor lies in which file.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use serde::Deserialize;

use super::entries::Entries;

/// What an index of shards ends on.
pub(super) const SUFFIX: &str = ".index.json";

/// An index: each tensor with the name of its file.
#[derive(Debug)]
pub(super) struct Index(Vec<(String, String)>);

impl Index {
    /// Reads an index. Only its `weight_map` is looked into.
    pub(super) fn read(text: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Fields {
            weight_map: Option<Entries<String>>,
        }
        let fields: Fields = serde_json::from_slice(text).map_err(|error| format!("is no index of shards: {error}"))?;
        let Some(Entries(map)) = fields.weight_map else {
            return Err("has no weight_map: an index of shards was expected (for a list of shapes, say so)".to_owned());
        };
        for (name, file) in &map {
            let mut parts = Path::new(file).components();
            if !matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None)) {
                return Err(format!("'{name}' lies in \"{file}\", which is no file beside the index"));
            }
        }
        if map.is_empty() {
            return Err("names no tensor".to_owned());
        }
        Ok(Self(map))
    }

    /// The files that it names, in the order of their names.
    pub(super) fn files(&self) -> BTreeSet<&str> {
        self.0.iter().map(|(_, file)| file.as_str()).collect()
    }

    /// Each tensor with the name of its file.
    pub(super) fn tensors(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, file)| (name.as_str(), file.as_str()))
    }
}
