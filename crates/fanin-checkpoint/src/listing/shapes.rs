//! Lists of shapes in JSON.

use std::fs;
use std::path::Path;

use fanin_core::ParamSpec;
use serde_json::Value;

use super::{ListingError, parameter};
use crate::reading::Entries;

pub(super) fn parameters(path: &Path) -> Result<Vec<ParamSpec>, ListingError> {
    let text = fs::read_to_string(path).map_err(ListingError::read(path))?;
    let Entries(list): Entries<Value> = serde_json::from_str(&text).map_err(|error| {
        ListingError::format(path, format!("is no list of shapes, an object of names and shapes: {error}"))
    })?;
    let mut params = Vec::with_capacity(list.len());
    for (name, value) in &list {
        let Some(shape) = shape(value.get("shape").unwrap_or(value)) else {
            return Err(ListingError::format(
                path,
                format!("the shape of '{name}' is {value}; give whole numbers: [64, 32]"),
            ));
        };
        params.push(parameter(path, name, &shape)?);
    }
    Ok(params)
}

fn shape(value: &Value) -> Option<Vec<usize>> {
    value.as_array()?.iter().map(|axis| usize::try_from(axis.as_u64()?).ok()).collect()
}
