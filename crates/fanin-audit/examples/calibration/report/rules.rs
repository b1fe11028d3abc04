//! Precision and recall of each rule.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::campaign::{Audited, Fault};
use super::super::findings::{Finding, Severity};
use super::super::setting::Setting;
use super::{Results, percent, tensors};

/// The findings of one rule.
#[derive(Default)]
struct Said {
    alarms: usize,
    truths: usize,
    meant: usize,
    found: usize,
    beside: usize,
}

impl Said {
    fn by(rule: &str, audited: &[&Audited<'_>], results: &Results<'_>) -> Self {
        let mut said = Self::default();
        for audited in audited {
            let healthy = || audited.healthy.iter().filter(|f| f.rule == rule && f.severity >= Severity::Warning);
            said.alarms += tensors(healthy().filter(|finding| !results.is_known(audited, finding)));
            said.truths += tensors(healthy().filter(|finding| results.is_known(audited, finding)));
            let meant =
                |fault: &&Fault| audited.setting.rules(fault.mutation).contains(&rule) && fault.evidence.decides();
            for fault in audited.faults.iter().filter(meant) {
                said.meant += 1;
                said.found += usize::from(fault.found_by.contains(rule));
                let beside = |f: &&Finding| {
                    f.rule == rule
                        && f.severity >= Severity::Warning
                        && f.tensor != fault.tensor
                        && !results.is_known(audited, f)
                };
                said.beside += fault.findings.iter().filter(beside).count();
            }
        }
        said
    }
}

pub(super) fn write(out: &mut String, results: &Results<'_>) {
    let _ = writeln!(out, "## Rules\n");
    let _ = writeln!(
        out,
        "A fault that either of two rules may find is meant for both, so that each recalls a part of them.\n"
    );
    let _ = writeln!(
        out,
        "| checkpoint | rule | healthy tensors: alarms | true | faults meant for it | found | recall | findings beside them | precision |\n\
         |---|---|---:|---:|---:|---:|---:|---:|---:|"
    );
    for setting in Setting::ALL {
        let here: Vec<&Audited<'_>> = results.of(setting).collect();
        let mut names: BTreeSet<&str> =
            setting.faults().flat_map(|mutation| setting.rules(mutation)).copied().collect();
        let loud = here.iter().flat_map(|a| &a.healthy).filter(|finding| finding.severity >= Severity::Warning);
        names.extend(loud.map(|finding| finding.rule));
        for rule in names {
            let Said { alarms, truths, meant, found, beside } = Said::by(rule, &here, results);
            let (recall, precision, setting) = (percent(found, meant), percent(found, found + beside), setting.name());
            let _ = writeln!(
                out,
                "| {setting} | `{rule}` | {alarms} | {truths} | {meant} | {found} | {recall} | {beside} | {precision} |"
            );
        }
    }
    let _ = writeln!(out);
}
