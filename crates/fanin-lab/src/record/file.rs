//! Reading and writing `run.json`.

use thiserror::Error;

use super::{RunRecord, SCHEMA};

/// An error from reading or writing a record.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The text is not a record.
    #[error("not a recorded run: {0}")]
    Json(#[from] serde_json::Error),
    /// The record has another schema version.
    #[error("the recorded run has schema {found}, but this program supports schema {SCHEMA}")]
    Schema {
        /// Its schema version.
        found: u64,
    },
}

impl RunRecord {
    /// Serializes the record as the text of `run.json`.
    ///
    /// # Errors
    /// [`RecordError::Json`]; does not happen for the record of an experiment.
    pub fn to_json(&self) -> Result<String, RecordError> {
        Ok(serde_json::to_string(self)? + "\n")
    }

    /// Parses the text of a `run.json`.
    ///
    /// # Errors
    /// [`RecordError::Json`] if it is not a record, [`RecordError::Schema`] if it has another schema version.
    pub fn from_json(text: &str) -> Result<Self, RecordError> {
        let value: serde_json::Value = serde_json::from_str(text)?;
        match value.get("schema").and_then(serde_json::Value::as_u64) {
            Some(schema) if schema != u64::from(SCHEMA) => Err(RecordError::Schema { found: schema }),
            _ => Ok(serde_json::from_value(value)?),
        }
    }
}
