//! The page of an audit rule.

use fanin_audit::AuditRule;
use serde_json::json;

use super::Page;

pub(super) fn page(rule: &AuditRule) -> Page {
    let json = json!({
        "rule": rule.id, "severity": rule.severity, "finds": rule.finds, "why": rule.why, "evidence": rule.evidence,
        "remedy": rule.remedy, "deep": rule.deep,
    });
    let deep = if rule.deep { "; checked only with --deep" } else { "" };
    let text = format!(
        "{}: {}\nSeverity: {} at most{deep}\n\nWhy: {}\n\nEvidence: {}\n\nWhat to do: {}\n\nTo skip it: fanin audit --ignore {}\n",
        rule.id, rule.finds, rule.severity, rule.why, rule.evidence, rule.remedy, rule.id
    );
    Page { text, json }
}
