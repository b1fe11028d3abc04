//! Lists of shapes in JSON.

use std::path::Path;

use fanin_core::Role;
use fanin_recipes::text_file;
use indexmap::IndexMap;
use safetensors::Dtype;
use serde_json::Value;

use super::entry::{Entry, parameter};
use super::error::ListingError;
use crate::reading::Entries;

/// The maximum size of a list in bytes, enough for a few million tensors.
const LONGEST: u64 = 512_000_000;

pub(super) fn read(path: &Path) -> Result<Vec<Entry>, ListingError> {
    parse(&text_file::read(path, LONGEST).map_err(ListingError::read(path))?, path)
}

pub(super) fn parse(text: &str, path: &Path) -> Result<Vec<Entry>, ListingError> {
    let Entries(list): Entries<Value> = serde_json::from_str(text).map_err(|error| {
        ListingError::format(path, format!("is not a list of shapes (a JSON object of names and shapes): {error}"))
    })?;
    let list: IndexMap<String, Value> = list.into_iter().collect();
    list.iter().map(|(name, value)| List { path, list: &list }.entry(name, value)).collect()
}

struct List<'a> {
    path: &'a Path,
    list: &'a IndexMap<String, Value>,
}

impl List<'_> {
    fn entry(&self, name: &str, value: &Value) -> Result<Entry, ListingError> {
        let tied_to = value.get("tied_to").map(|tied| self.target(name, tied)).transpose()?;
        let stated = value.get("shape");
        let shape = match &tied_to {
            Some((tied_to, target)) => {
                let shape = self.shape(tied_to, target.get("shape").unwrap_or(target))?;
                if let Some(stated) = stated.filter(|stated| self.shape(name, stated).ok().as_ref() != Some(&shape)) {
                    return Err(self.refuse(format!(
                        "'{name}' has shape {stated} but is tied to '{tied_to}' of shape {shape:?}; remove the shape"
                    )));
                }
                shape
            }
            None => self.shape(name, stated.unwrap_or(value))?,
        };
        let dtype = value.get("dtype").map(|dtype| self.dtype(name, dtype)).transpose()?;
        let param = parameter(self.path, name, &shape)?;
        let param = match value.get("role") {
            Some(role) => param.with_role(self.role(name, role)?),
            None => param,
        };
        Ok(Entry { dtype, tied_to: tied_to.map(|(name, _)| name.to_owned()), ..Entry::new(param) })
    }

    fn refuse(&self, reason: String) -> ListingError {
        ListingError::format(self.path, reason)
    }

    /// Returns the target of a tie, which must have values of its own.
    fn target<'t>(&'t self, name: &str, tied: &'t Value) -> Result<(&'t str, &'t Value), ListingError> {
        let target = tied.as_str().and_then(|target| self.list.get_key_value(target));
        match target {
            Some((_, value)) if value.get("tied_to").is_some() => Err(self
                .refuse(format!("'{name}' is tied to {tied}, which is itself tied; tie both to the one with values"))),
            Some((target, value)) => Ok((target, value)),
            None => {
                let tied = tied.as_str().map_or_else(|| tied.to_string(), |tied| format!("'{tied}'"));
                Err(self
                    .refuse(format!("'{name}' is tied to {tied}, which is not in the list; use a name from the list")))
            }
        }
    }

    fn shape(&self, name: &str, value: &Value) -> Result<Vec<usize>, ListingError> {
        let axes = value
            .as_array()
            .and_then(|axes| axes.iter().map(|axis| usize::try_from(axis.as_u64()?).ok()).collect::<Option<_>>());
        axes.ok_or_else(|| {
            self.refuse(format!("the shape of '{name}' is {value}; use whole numbers, such as [64, 32]"))
        })
    }

    fn role(&self, name: &str, value: &Value) -> Result<Role, ListingError> {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text.parse().map_err(|error| self.refuse(format!("the role of '{name}': {error}")))
    }

    fn dtype(&self, name: &str, value: &Value) -> Result<Dtype, ListingError> {
        // The format uses upper case; accept lower case too.
        let capitals = value.as_str().map(|text| Value::from(text.to_uppercase()));
        capitals.and_then(|text| serde_json::from_value(text).ok()).ok_or_else(|| {
            self.refuse(format!("the dtype of '{name}' is {value}; use a safetensors type, such as F32 or BF16"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(role: &str) -> Result<Role, String> {
        let entries =
            parse(&format!(r#"{{"block.scale": {{"shape": [1], "role": {role}}}}}"#), Path::new("shapes.json"));
        entries.map(|entries| entries[0].param.role()).map_err(|error| error.to_string())
    }

    #[test]
    fn every_role_is_read_by_its_name() {
        for role in Role::ALL {
            assert_eq!(read(&format!("\"{role}\"")), Ok(role));
        }
        let error = read("\"norm gain\"").unwrap_err();
        let told =
            "the role of 'block.scale': unknown role 'norm gain'; did you mean 'norm_gain'? the roles are weight, ";
        assert!(error.contains(told), "{error}");
        assert!(read("3").unwrap_err().contains("unknown role '3'"));
    }
}
