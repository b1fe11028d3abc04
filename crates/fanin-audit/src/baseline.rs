//! Baselines: known findings that are accepted.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Finding;

/// Accepted findings, identified by rule, tensor and severity, so that numbers may change from run to run. A finding whose
/// severity rises is new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeSet<Known>);

/// A file that is not a baseline.
#[derive(Debug, Error)]
#[error("is not a baseline: {0}; write one with --write-baseline")]
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

/// Findings compared with a baseline.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// New findings.
    pub new: Vec<Finding>,
    /// The number of findings that the baseline hides.
    pub hidden: usize,
    /// Baseline findings that no longer occur, as `tensor (rule)`.
    pub gone: Vec<String>,
}

const VERSION: u32 = 1;

impl Baseline {
    /// Builds a baseline that accepts these findings.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        Self(findings.into_iter().map(Known::of).collect())
    }

    /// Reads the JSON form.
    ///
    /// # Errors
    /// [`BaselineError`], which names the fault.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let file: File = serde_json::from_str(text).map_err(|error| BaselineError(error.to_string()))?;
        if file.version != VERSION {
            return Err(BaselineError(format!("its version is {}; expected {VERSION}", file.version)));
        }
        Ok(Self(file.findings.into_iter().collect()))
    }

    /// The JSON form: sorted, the same bytes for the same findings.
    ///
    /// # Errors
    /// Errors of `serde_json`; none occur for strings.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let file = File { version: VERSION, findings: self.0.iter().cloned().collect() };
        Ok(serde_json::to_string_pretty(&file)? + "\n")
    }

    /// Separates known findings from new ones.
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
