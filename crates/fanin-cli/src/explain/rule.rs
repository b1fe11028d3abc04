//! The page of a rule of the audit.

use fanin_checkpoint::audit::AuditRule;
use serde_json::json;

use crate::failure::Failure;

pub(super) fn page(rule: &AuditRule, json: bool) -> Result<String, Failure> {
    if json {
        let page = json!({
            "rule": rule.id, "severity": rule.severity, "finds": rule.finds, "why": rule.why, "evidence": rule.evidence,
            "remedy": rule.remedy, "deep": rule.deep,
        });
        return Ok(serde_json::to_string_pretty(&page).map_err(Failure::internal)? + "\n");
    }
    let deep = if rule.deep { "; asked under --deep alone" } else { "" };
    Ok(format!(
        "{}: {}\nAt worst: {}{deep}\n\nWhy: {}\n\nEvidence: {}\n\nWhat to do: {}\n\nTo leave it out: fanin audit --ignore {}\n",
        rule.id, rule.finds, rule.severity, rule.why, rule.evidence, rule.remedy, rule.id
    ))
}
