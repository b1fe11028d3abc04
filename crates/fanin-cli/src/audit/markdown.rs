//! The Markdown report, for pull requests.

use std::fmt::Write;

use fanin_audit::{Severity, rule};

use super::AuditReport;
use crate::plain;

/// Findings in more tensors than this are folded.
const OPEN: usize = 10;

pub(super) fn report(report: &AuditReport) -> String {
    let mut page = format!("### fanin audit: {}\n\n", report.counts());
    for checkpoint in &report.checkpoints {
        let path = cell(&plain::name(&checkpoint.path.to_string_lossy()));
        let _ = writeln!(page, "- `{path}`: {}", checkpoint.audit.decision);
        for told in checkpoint.not_examined() {
            let _ = writeln!(page, "- `{path}`: {}", cell(&plain::message(&told)));
        }
    }
    for unreadable in &report.unreadable {
        let _ = writeln!(page, "- **not read**: {}", cell(&plain::message(&unreadable.error)));
    }
    if let Some(known) = report.known() {
        let _ = writeln!(page, "- {}", cell(&plain::message(&known)));
    }
    if report.findings.is_empty() {
        return page;
    }
    let folded = report.by_tensor().count() > OPEN;
    if folded {
        page.push_str("\n<details><summary>Findings</summary>\n");
    }
    page.push_str("\n| | tensor | finding | rule |\n|---|---|---|---|\n");
    for finding in &report.findings {
        let mark = match finding.severity {
            Severity::Error => "**error**",
            Severity::Warning => "warn",
            Severity::Note => "note",
        };
        let (tensor, message) = (cell(&plain::name(&finding.tensor)), cell(&plain::message(&finding.message)));
        let _ = writeln!(page, "| {mark} | `{tensor}` | {message} | `{}` |", finding.rule);
    }
    if folded {
        page.push_str("\n</details>\n");
    }
    let mut rules: Vec<&str> = report.findings.iter().map(|finding| finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    page.push('\n');
    for found in rules.into_iter().filter_map(rule) {
        let _ = writeln!(page, "- `{}`: {}", found.id, found.remedy);
    }
    page
}

/// Escapes text for a table cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('`', "'").replace(['\n', '\r'], " ")
}
