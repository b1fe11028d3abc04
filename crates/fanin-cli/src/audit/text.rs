//! The text report, for terminals. Notes of a rule are grouped unless `--notes` is set.

use std::collections::BTreeMap;

use anstyle::AnsiColor;
use fanin_audit::{Finding, Severity, rule};

use super::{AuditReport, Audited};
use crate::plain;
use crate::prose::paragraph;
use crate::styled::{bold, styled};

/// The maximum number of tensors named in a group of notes.
const NAMED: usize = 3;

/// Formats the report in lines of at most `width` columns, with each note if `notes` is set.
pub(super) fn report(report: &AuditReport, notes: bool, width: Option<usize>) -> String {
    let grouped = if notes { BTreeMap::new() } else { grouped(report) };
    let is_shown = |finding: &&Finding| finding.severity > Severity::Note || !grouped.contains_key(finding.rule);
    let mut page = String::new();
    let mut line = |hang: usize, text: &str| page.push_str(&paragraph(text, hang, width));
    for checkpoint in &report.checkpoints {
        let Audited { path, files, audit, .. } = checkpoint;
        line(2, &format!("{}: {}", bold(&plain::name(&path.to_string_lossy())), audit.decision));
        for told in checkpoint.not_examined() {
            line(4, &format!("  {}", plain::message(&told)));
        }
        let several = report.checkpoints.len() > 1 || files.len() > 1;
        let of_this = report.by_tensor().filter(|findings| findings.first().is_some_and(|f| files.contains(&f.file)));
        for findings in of_this {
            let Some(first) = findings.iter().find(is_shown) else { continue };
            let file =
                if several { format!("  ({})", plain::name(&first.file.to_string_lossy())) } else { String::new() };
            line(0, "");
            line(2, &format!("{}{file}", bold(&plain::name(&first.tensor))));
            for finding in findings.iter().filter(is_shown) {
                line(9, &found(finding));
            }
        }
        if !report.findings.is_empty() {
            line(0, "");
        }
    }
    for (rule, findings) in &grouped {
        line(9, &group(rule, findings));
    }
    if !grouped.is_empty() {
        line(0, "");
    }
    let mut rules: Vec<&str> = report.findings.iter().filter(is_shown).map(|finding| finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    for found in rules.iter().filter_map(|id| rule(id)) {
        line(4, &format!("{}: {}", found.id, found.remedy));
    }
    if !rules.is_empty() {
        line(2, "`fanin explain RULE` explains a rule; `--ignore RULE:TENSOR` skips it for a tensor.");
        line(0, "");
    }
    if let Some(known) = report.known() {
        line(2, &plain::message(&known));
    }
    line(2, &report.counts());
    page
}

/// The notes of each rule that has several.
fn grouped(report: &AuditReport) -> BTreeMap<&'static str, Vec<&Finding>> {
    let mut grouped: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.severity == Severity::Note) {
        grouped.entry(finding.rule).or_default().push(finding);
    }
    grouped.retain(|_, findings| findings.len() > 1);
    grouped
}

/// `  note   12 notes of scale: a, b, c and 9 more; --notes shows each`
fn group(rule: &str, findings: &[&Finding]) -> String {
    let names = findings.iter().take(NAMED).map(|finding| plain::name(&finding.tensor));
    let names = names.collect::<Vec<_>>().join(", ");
    let more = match findings.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let name = styled("note ", AnsiColor::Cyan.on_default());
    format!("  {name}  {} notes of {rule}: {names}{more}; --notes shows each", findings.len())
}

/// `  error  the message [rule]`
fn found(finding: &Finding) -> String {
    let (name, style) = match finding.severity {
        Severity::Error => ("error", AnsiColor::Red.on_default().bold()),
        Severity::Warning => ("warn ", AnsiColor::Yellow.on_default().bold()),
        Severity::Note => ("note ", AnsiColor::Cyan.on_default()),
    };
    format!("  {}  {} [{}]", styled(name, style), plain::message(&finding.message), finding.rule)
}
