//! The text report, for terminals.

use anstyle::{AnsiColor, Style};
use fanin_audit::{Finding, Severity, rule};

use super::{Audited, Report};
use crate::plain;
use crate::prose::paragraph;

/// Formats the report in lines of at most `width` columns.
pub(super) fn report(report: &Report, width: Option<usize>) -> String {
    let mut page = String::new();
    let mut line = |hang: usize, text: &str| page.push_str(&paragraph(text, hang, width));
    for checkpoint in &report.checkpoints {
        let Audited { path, files, audit, .. } = checkpoint;
        line(2, &format!("{}: {}", plain::name(&path.to_string_lossy()), audit.decision));
        for told in checkpoint.not_examined() {
            line(4, &format!("  {}", plain::message(&told)));
        }
        let several = report.checkpoints.len() > 1 || files.len() > 1;
        let of_this = report.by_tensor().filter(|findings| findings.first().is_some_and(|f| files.contains(&f.file)));
        for findings in of_this {
            let Some(first) = findings.first() else { continue };
            let file =
                if several { format!("  ({})", plain::name(&first.file.to_string_lossy())) } else { String::new() };
            line(0, "");
            line(2, &format!("{}{file}", painted(&plain::name(&first.tensor), Style::new().bold())));
            for finding in findings {
                line(9, &found(finding));
            }
        }
        if !report.findings.is_empty() {
            line(0, "");
        }
    }
    let mut rules: Vec<&str> = report.findings.iter().map(|finding| finding.rule).collect();
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

/// `  error  the message [rule]`
fn found(finding: &Finding) -> String {
    let (name, style) = match finding.severity {
        Severity::Error => ("error", AnsiColor::Red.on_default().bold()),
        Severity::Warning => ("warn ", AnsiColor::Yellow.on_default().bold()),
        Severity::Note => ("note ", AnsiColor::Cyan.on_default()),
    };
    format!("  {}  {} [{}]", painted(name, style), plain::message(&finding.message), finding.rule)
}

/// Adds escape sequences, which the console removes if colors are off.
fn painted(text: &str, style: Style) -> String {
    format!("{style}{text}{style:#}")
}
