//! The report for a terminal.

use std::fmt::Write;
use std::io::IsTerminal;

use fanin_checkpoint::audit::{Finding, Severity, rule};

use super::{Audited, Report};
use crate::plain;

/// The narrowest text that is broken into lines.
const NARROWEST: usize = 30;

/// What the report is written for.
#[derive(Clone, Copy)]
struct Style {
    /// The width of the terminal; nothing for a pipe, where no line is too long.
    width: Option<usize>,
    colors: bool,
}

pub(super) fn report(report: &Report) -> String {
    let terminal = std::io::stdout().is_terminal();
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let width = terminal.then(|| comfy_table::Table::new().width()).flatten().map(usize::from);
    written(report, Style { width, colors: terminal && !unwanted })
}

fn written(report: &Report, style: Style) -> String {
    let mut page = String::new();
    for checkpoint in &report.checkpoints {
        let Audited { path, files, audit } = checkpoint;
        style.line(&mut page, 0, &format!("{}: {}", plain::name(&path.to_string_lossy()), audit.decision));
        if !audit.skipped.is_empty() {
            style.line(&mut page, 2, &format!("  {}", audit.skipped));
        }
        let several = report.checkpoints.len() > 1 || files.len() > 1;
        let of_this = report.by_tensor().filter(|findings| findings.first().is_some_and(|f| files.contains(&f.file)));
        for findings in of_this {
            let Some(first) = findings.first() else { continue };
            let file =
                if several { format!("  ({})", plain::name(&first.file.to_string_lossy())) } else { String::new() };
            style.line(&mut page, 0, &format!("\n{}{file}", style.bold(&plain::name(&first.tensor))));
            for finding in findings {
                style.finding(&mut page, finding);
            }
        }
        if !report.findings.is_empty() {
            page.push('\n');
        }
    }
    let mut remedies: Vec<&str> = report.findings.iter().map(|finding| finding.rule).collect();
    remedies.sort_unstable();
    remedies.dedup();
    for found in remedies.iter().filter_map(|id| rule(id)) {
        style.line(&mut page, 4, &format!("{}: {}", found.id, found.remedy));
    }
    if !remedies.is_empty() {
        style.line(&mut page, 0, "`fanin explain RULE` says more; `--ignore RULE:TENSOR` leaves one out.\n");
    }
    if let Some(known) = report.known() {
        style.line(&mut page, 0, &plain::message(&known));
    }
    style.line(&mut page, 0, &report.counts());
    page
}

impl Style {
    fn finding(self, page: &mut String, finding: &Finding) {
        let (name, color) = match finding.severity {
            Severity::Error => ("error", "31;1"),
            Severity::Warning => ("warn ", "33;1"),
            Severity::Note => ("note ", "36"),
        };
        let text = format!("  {name}  {} [{}]", plain::message(&finding.message), finding.rule);
        let mut lines = String::new();
        self.line(&mut lines, 9, &text);
        page.push_str(&lines.replacen(name, &self.painted(name, color), 1));
    }

    fn bold(self, text: &str) -> String {
        self.painted(text, "1")
    }

    fn painted(self, text: &str, code: &str) -> String {
        if self.colors { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Writes a paragraph, broken at spaces where the terminal ends, further lines indented.
    fn line(self, page: &mut String, indent: usize, text: &str) {
        let width = self.width.unwrap_or(usize::MAX).max(NARROWEST);
        let mut column = 0;
        for (at, word) in text.split(' ').enumerate() {
            let length = word.chars().count();
            if at > 0 {
                if column + 1 + length > width && column > indent {
                    let _ = write!(page, "\n{}", " ".repeat(indent));
                    column = indent;
                } else {
                    page.push(' ');
                    column += 1;
                }
            }
            page.push_str(word);
            column += length;
        }
        page.push('\n');
    }
}
