//! Findings that are known and accepted.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Finding;

/// Known findings, by rule, tensor and severity: numbers may change from run to run, what was accepted does not. A finding that
/// has become worse is new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeSet<Known>);

/// A file that is no baseline.
#[derive(Debug, Error)]
#[error("is no baseline: {0}; write one with --write-baseline")]
pub struct BaselineError(String);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    tensor: String,
    rule: String,
    severity: String,
}

#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    findings: Vec<Known>,
}

/// What a baseline makes of findings.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// Those that are new.
    pub new: Vec<Finding>,
    /// How many are known.
    pub hidden: usize,
    /// Known ones that no longer occur, as `tensor (rule)`.
    pub gone: Vec<String>,
}

const VERSION: u32 = 1;

impl Baseline {
    /// Accepts findings.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        Self(findings.into_iter().map(Known::of).collect())
    }

    /// Reads the JSON form.
    ///
    /// # Errors
    /// [`BaselineError`], which says what is wrong.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let file: File = serde_json::from_str(text).map_err(|error| BaselineError(error.to_string()))?;
        if file.version != VERSION {
            return Err(BaselineError(format!("its version is {}, and {VERSION} is known", file.version)));
        }
        Ok(Self(file.findings.into_iter().collect()))
    }

    /// The JSON form: a finding a line, sorted, the same bytes for the same findings.
    ///
    /// # Errors
    /// Those of `serde_json`, which strings do not meet.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let file = File { version: VERSION, findings: self.0.iter().cloned().collect() };
        Ok(serde_json::to_string_pretty(&file)? + "\n")
    }

    /// Takes known findings out.
    #[must_use]
    pub fn compare(&self, findings: Vec<Finding>) -> Compared {
        let mut met = BTreeSet::new();
        let mut new = Vec::new();
        let mut hidden = 0;
        for finding in findings {
            let known = Known::of(&finding);
            if self.0.contains(&known) {
                hidden += 1;
                met.insert(known);
            } else {
                new.push(finding);
            }
        }
        let gone = self.0.difference(&met).map(|known| format!("{} ({})", known.tensor, known.rule)).collect();
        Compared { new, hidden, gone }
    }
}

impl Known {
    fn of(finding: &Finding) -> Self {
        Self {
            tensor: finding.tensor.clone(),
            rule: finding.rule.to_owned(),
            severity: finding.severity.name().to_owned(),
        }
    }
}
