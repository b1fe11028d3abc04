//! The rule type.

use std::path::Path;

use serde_json::{Map, Value};

use crate::Progress;
use crate::judge::Model;
use crate::judge::Subject;
use crate::{AuditError, Finding, Severity};

/// A rule of the audit: an id, a page, and a decision based on statistics.
#[derive(Debug)]
#[non_exhaustive]
pub struct AuditRule {
    /// The id.
    pub id: &'static str,
    /// The most severe finding that it reports.
    pub severity: Severity,
    /// A one-line summary of what it reports.
    pub finds: &'static str,
    /// The reason it matters.
    pub why: &'static str,
    /// The evidence, its thresholds, and what is skipped.
    pub evidence: &'static str,
    /// The recommended action.
    pub remedy: &'static str,
    /// Whether it runs only with `--deep`.
    pub deep: bool,
    pub(crate) decide: fn(&Model<'_>, &dyn Progress) -> Result<Vec<Finding>, AuditError>,
}

impl AuditRule {
    /// Builds a finding of this rule.
    pub(super) fn finding(
        &self,
        subject: &Subject<'_>,
        severity: Severity,
        message: String,
        evidence: Value,
    ) -> Finding {
        let finding = self.finding_in(subject.name(), subject.file(), severity, message, evidence);
        Finding { part: subject.part(), ..finding }
    }

    /// Builds a finding of this rule in a tensor that was not read.
    pub(super) fn finding_in(
        &self,
        tensor: &str,
        file: &Path,
        severity: Severity,
        message: String,
        evidence: Value,
    ) -> Finding {
        let evidence = match evidence {
            Value::Object(evidence) => evidence,
            other => Map::from_iter([("value".to_owned(), other)]),
        };
        let (tensor, file) = (tensor.to_owned(), file.to_owned());
        Finding { rule: self.id, severity, tensor, file, message, evidence, part: None }
    }
}
