//! Findings and their severities.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::Part;

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing, not a fault.
    Note,
    /// Probably a fault.
    Warning,
    /// A fault.
    Error,
}

/// A finding of a rule in one tensor.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The id of the rule.
    pub rule: &'static str,
    /// The severity.
    pub severity: Severity,
    /// The tensor.
    pub tensor: String,
    /// The file that holds it.
    pub file: PathBuf,
    /// The finding, in one sentence.
    pub message: String,
    /// The numbers behind the finding.
    pub evidence: Map<String, Value>,
    /// The part of a stacked tensor, until the findings of its parts are merged.
    #[serde(skip)]
    pub(crate) part: Option<Part>,
}

impl Severity {
    /// All severities, mildest first.
    pub const ALL: [Self; 3] = [Self::Note, Self::Warning, Self::Error];

    /// `note`, `warn` or `error`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warn",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "warning" => Ok(Self::Warning),
            _ => Self::ALL
                .into_iter()
                .find(|severity| severity.name() == text)
                .ok_or_else(|| format!("unknown severity '{text}'; expected error, warn or note")),
        }
    }
}

impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
