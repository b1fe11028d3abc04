//! Findings in healthy checkpoints that were investigated and confirmed: `campaigns/calibration/explained.toml`.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use fanin_core::resolve::{Pattern, PatternError};
use serde::Deserialize;

use super::findings::Finding;

/// The known faults.
pub(crate) struct Explained(Vec<Entry>);

/// The faulty tensors of a checkpoint, the rules that report them, and an explanation.
pub(crate) struct Entry {
    pub(crate) checkpoint: String,
    pub(crate) tensors: String,
    pattern: Pattern,
    pub(crate) rules: Vec<String>,
    pub(crate) why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    checkpoint: String,
    tensors: String,
    rules: Vec<String>,
    why: String,
}

impl Explained {
    pub(crate) fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut file: BTreeMap<String, Vec<Written>> = toml::from_str(&text)?;
        let entries = file.remove("explained").unwrap_or_default().into_iter().map(|written| {
            let pattern = Pattern::new(&written.tensors)?;
            let Written { checkpoint, tensors, rules, why } = written;
            Ok(Entry { checkpoint, tensors, pattern, rules, why })
        });
        Ok(Self(entries.collect::<Result<_, PatternError>>()?))
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// Whether the finding is listed as true.
    pub(crate) fn explains(&self, checkpoint: &str, finding: &Finding) -> bool {
        self.0.iter().any(|entry| entry.explains(checkpoint, finding))
    }

    /// Whether the tensor already has a fault, so that no other can be injected.
    pub(crate) fn has_fault(&self, checkpoint: &str, tensor: &str) -> bool {
        self.0.iter().any(|entry| entry.checkpoint == checkpoint && entry.pattern.matches(tensor))
    }
}

impl Entry {
    pub(crate) fn explains(&self, checkpoint: &str, finding: &Finding) -> bool {
        let ruled = self.rules.iter().any(|rule| rule == finding.rule);
        self.checkpoint == checkpoint && ruled && self.pattern.matches(&finding.tensor)
    }
}
