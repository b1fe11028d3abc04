//! The SARIF 2.1.0 report (OASIS 2020), for code scanning.

use std::fmt::Write;
use std::path::Path;

use fanin_audit::{AuditRule, Finding, Severity, rules};
use serde_json::{Value, json};

use super::AuditReport;
use crate::plain;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

pub(super) fn report(report: &AuditReport) -> Value {
    let stages: Vec<Value> = report
        .checkpoints
        .iter()
        .map(|checkpoint| {
            let decision = &checkpoint.audit.decision;
            json!({
                "path": checkpoint.path, "stage": decision.stage, "reason": decision.reason,
                "passedOver": checkpoint.audit.skipped,
            })
        })
        .collect();
    let notification = |level: &str, text: &str, path: &Path| {
        json!({
            "level": level,
            "message": { "text": text },
            "locations": [{
                "physicalLocation": { "artifactLocation": { "uri": uri(&path.to_string_lossy()) } },
            }],
        })
    };
    let told = report.checkpoints.iter().flat_map(|checkpoint| {
        let level = if checkpoint.audit.skipped.unread.is_empty() { "note" } else { "warning" };
        checkpoint.not_examined().into_iter().map(move |text| notification(level, &text, &checkpoint.path))
    });
    let unread = report.unreadable.iter().map(|one| notification("error", &one.error, &one.path));
    let notifications: Vec<Value> = told.chain(unread).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "fanin audit",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules().iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            } },
            "invocations": [{ "executionSuccessful": report.unreadable.is_empty(), "toolExecutionNotifications": notifications }],
            "results": report.findings.iter().map(result).collect::<Vec<_>>(),
            "columnKind": "unicodeCodePoints",
            "properties": { "checkpoints": stages, "tensors": report.tensors() },
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn descriptor(rule: &AuditRule) -> Value {
    let help = format!("Why: {}\n\nEvidence: {}\n\nWhat to do: {}", rule.why, rule.evidence, rule.remedy);
    let markdown = format!("**Why** {}\n\n**Evidence** {}\n\n**What to do** {}", rule.why, rule.evidence, rule.remedy);
    json!({
        "id": rule.id,
        "shortDescription": { "text": sentence(rule.finds) },
        "fullDescription": { "text": rule.why },
        "help": { "text": help, "markdown": markdown },
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

/// Capitalizes text that code scanning shows as a title.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}

fn result(finding: &Finding) -> Value {
    let index = rules().iter().position(|rule| rule.id == finding.rule);
    json!({
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": level(finding.severity),
        "message": { "text": format!("{}: {}", plain::name(&finding.tensor), plain::message(&finding.message)) },
        "locations": [{
            "physicalLocation": { "artifactLocation": { "uri": uri(&finding.file.to_string_lossy()) } },
            "logicalLocations": [{ "fullyQualifiedName": finding.tensor, "kind": "variable" }],
        }],
        "partialFingerprints": { "ruleAndTensor/v1": format!("{}:{}", finding.rule, finding.tensor) },
        "properties": { "evidence": finding.evidence },
    })
}

/// Converts a path to a relative or absolute URI reference (RFC 3986), with `/` between parts and reserved characters
/// escaped.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    // A drive letter: `C:/`.
    let drive = matches!(path.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
    let absolute = drive || path.starts_with('/');
    let mut uri = if absolute { format!("file://{}", if drive { "/" } else { "" }) } else { String::new() };
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            // In a relative reference, a colon in the first part would delimit a scheme.
            b':' if absolute => uri.push(':'),
            other => {
                let _ = write!(uri, "%{other:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_are_references() {
        for (path, expected) in [
            ("model.safetensors", "model.safetensors"),
            ("a folder/m#1.pt", "a%20folder/m%231.pt"),
            ("/tmp/m.npz", "file:///tmp/m.npz"),
            ("C:\\m.npz", "file:///C:/m.npz"),
            ("a:b", "a%3Ab"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }
}
