//! The fields of a configuration, with the family's defaults. `null` counts as missing.

use serde_json::{Map, Value};

use super::error::ConfigError;

/// The maximum number of layers, stages or labels, which bounds the memory for their names.
const MANY: usize = 100_000;

/// The fields of a configuration.
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    /// Field aliases and the family's own field names (`attribute_map`).
    aliases: &'static [(&'static str, &'static str)],
}

impl<'a> Fields<'a> {
    pub(super) fn new(object: &'a Map<String, Value>, aliases: &'static [(&'static str, &'static str)]) -> Self {
        Self { object, aliases }
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.given(name).map(|(_, value)| value)
    }

    /// Returns a field and the name under which it is given. Aliases take precedence, as in transformers.
    fn given<'n>(&self, name: &'n str) -> Option<(&'n str, &'a Value)> {
        let others = self.aliases.iter().filter(|(_, own)| *own == name).map(|(other, _)| -> &'n str { other });
        let mut names = others.chain([name]);
        names.find_map(|name| Some((name, self.object.get(name).filter(|value| !value.is_null())?)))
    }

    /// Whether a field is `null`.
    pub(super) fn is_null(&self, name: &str) -> bool {
        self.object.get(name).is_some_and(Value::is_null)
    }

    pub(super) fn refuse(&self, field: &str, expected: &str) -> ConfigError {
        let (field, given) = match self.given(field) {
            Some((name, value)) => (name, value.to_string()),
            None => (field, "not given".to_owned()),
        };
        ConfigError::Field { field: field.to_owned(), given, expected: expected.to_owned() }
    }

    /// Rejects a number of heads that does not divide the width, as transformers does.
    pub(super) fn divides(&self, heads: (&str, usize), width: (&str, usize)) -> Result<(), ConfigError> {
        if width.1.is_multiple_of(heads.1) {
            return Ok(());
        }
        let name = |field| self.given(field).map_or(field, |(name, _)| name);
        Err(ConfigError::Heads {
            heads: name(heads.0).to_owned(),
            count: heads.1,
            width: name(width.0).to_owned(),
            of: width.1,
        })
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, ConfigError> {
        let read = |value: &'a Value| value.as_str().ok_or_else(|| self.refuse(name, "use a string"));
        self.get(name).map(read).transpose()
    }

    /// The first string of a list, if any.
    pub(super) fn first_text(&self, name: &str) -> Result<Option<&'a str>, ConfigError> {
        let refuse = || self.refuse(name, "use a list of strings");
        let Some(value) = self.get(name) else { return Ok(None) };
        let list = value.as_array().ok_or_else(refuse)?;
        list.first().map(|first| first.as_str().ok_or_else(refuse)).transpose()
    }

    /// The length of an axis, at least 1.
    pub(super) fn width(&self, name: &str, default: usize) -> Result<usize, ConfigError> {
        Ok(self.width_if_given(name)?.unwrap_or(default))
    }

    pub(super) fn width_if_given(&self, name: &str) -> Result<Option<usize>, ConfigError> {
        self.get(name).map(|value| self.read_width(name, value)).transpose()
    }

    fn read_width(&self, name: &str, value: &Value) -> Result<usize, ConfigError> {
        let width = value.as_u64().and_then(|width| usize::try_from(width).ok()).filter(|width| *width > 0);
        width.ok_or_else(|| self.refuse(name, "use a whole number above 0"))
    }

    /// A number of named items, such as layers.
    pub(super) fn count(&self, name: &str, default: usize) -> Result<usize, ConfigError> {
        let Some(value) = self.get(name) else { return Ok(default) };
        let count = value.as_u64().and_then(|count| usize::try_from(count).ok()).filter(|count| *count <= MANY);
        count.ok_or_else(|| self.refuse(name, "use a whole number up to 100000"))
    }

    /// The lengths of axes.
    pub(super) fn widths(&self, name: &str, default: &[usize]) -> Result<Vec<usize>, ConfigError> {
        let Some(value) = self.get(name) else { return Ok(default.to_vec()) };
        let list = value.as_array().ok_or_else(|| self.refuse(name, "use a list of whole numbers above 0"))?;
        if list.len() > MANY {
            return Err(self.refuse(name, "use fewer"));
        }
        list.iter().map(|value| self.read_width(name, value)).collect()
    }

    pub(super) fn flag(&self, name: &str, default: bool) -> Result<bool, ConfigError> {
        let Some(value) = self.get(name) else { return Ok(default) };
        value.as_bool().ok_or_else(|| self.refuse(name, "use true or false"))
    }

    pub(super) fn number(&self, name: &str, default: f64) -> Result<f64, ConfigError> {
        let Some(value) = self.get(name) else { return Ok(default) };
        value.as_f64().ok_or_else(|| self.refuse(name, "use a number"))
    }

    /// The zero row of the word embeddings, or -1 if no row is zero: the recipe variable `padding`.
    #[expect(clippy::cast_precision_loss, reason = "no vocabulary has 2^53 words")]
    pub(super) fn padding(&self, default: Option<usize>, words: usize) -> Result<f64, ConfigError> {
        let row = match self.object.get("pad_token_id") {
            None => default,
            Some(Value::Null) => None,
            Some(value) => match value.as_i64() {
                // A negative row counts from the end, as in PyTorch.
                Some(row) if row < 0 => words.checked_add_signed(isize::try_from(row).unwrap_or(isize::MIN)),
                Some(row) => usize::try_from(row).ok(),
                None => return Err(self.refuse("pad_token_id", "use a whole number")),
            },
        };
        match row {
            Some(row) if row >= words => Err(self.refuse("pad_token_id", "use a row of the vocabulary")),
            Some(row) => Ok(row as f64),
            None => Ok(-1.0),
        }
    }

    /// The number of labels: the length of `id2label`, or `num_labels`, or 2.
    pub(super) fn labels(&self) -> Result<usize, ConfigError> {
        match self.get("id2label") {
            Some(Value::Object(labels)) if !labels.is_empty() => Ok(labels.len()),
            Some(_) => Err(self.refuse("id2label", "use an object that maps indices to labels")),
            None => self.width("num_labels", 2),
        }
    }
}
