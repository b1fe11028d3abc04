//! The report tables, in Markdown.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::campaign::{Audited, Fault};
use super::evidence::Evidence;
use super::explained::Explained;
use super::findings::{Finding, Severity};
use super::setting::Setting;

/// The largest share of the tensors of healthy checkpoints that may have a warning.
const MOST_WARNED: f64 = 0.01;
/// The smallest share of the faults of each kind that must be found.
const LEAST_FOUND: f64 = 0.95;

/// Returns the whole report, and whether all targets are met.
pub(crate) fn write(audited: &[Audited<'_>], explained: &Explained) -> (String, bool) {
    let mut out = String::new();
    let mut met = healthy(&mut out, audited, explained);
    alarms(&mut out, audited, explained);
    met &= faults(&mut out, audited);
    rules(&mut out, audited, explained);
    missed(&mut out, audited);
    (out, met)
}

/// Counts of findings and of the tensors with findings.
#[derive(Default)]
struct Healthy {
    errors: usize,
    warned: usize,
    notes: usize,
    truths: usize,
}

impl Healthy {
    fn of(audited: &Audited<'_>, explained: &Explained) -> Self {
        let (truths, alarms): (Vec<&Finding>, Vec<&Finding>) =
            audited.healthy.iter().partition(|finding| known(audited, explained, finding));
        let at = |severity: Severity| alarms.iter().copied().filter(move |finding| finding.severity == severity);
        Self {
            errors: at(Severity::Error).count(),
            warned: tensors(at(Severity::Error).chain(at(Severity::Warning))),
            notes: tensors(at(Severity::Note)),
            truths: tensors(truths.into_iter()),
        }
    }
}

fn healthy(out: &mut String, audited: &[Audited<'_>], explained: &Explained) -> bool {
    let _ = writeln!(out, "## Healthy checkpoints\n");
    let _ = writeln!(
        out,
        "| checkpoint | package | kind | tensors | errors | warned | notes | true findings |\n|---|---|---|---:|---:|---:|---:|---:|"
    );
    let mut met = true;
    for setting in Setting::ALL {
        let (mut all, mut total) = (0, Healthy::default());
        for audited in audited.iter().filter(|audited| audited.setting == setting) {
            let row = Healthy::of(audited, explained);
            all += audited.checkpoint.tensors.len();
            total.errors += row.errors;
            total.warned += row.warned;
            total.notes += row.notes;
            total.truths += row.truths;
            if setting == Setting::Trained {
                let (checkpoint, Healthy { errors, warned, notes, truths }) = (audited.checkpoint, row);
                let (name, package, kind) = (&checkpoint.name, &checkpoint.package, &checkpoint.kind);
                let count = checkpoint.tensors.len();
                let _ = writeln!(
                    out,
                    "| {name} | {package} | {kind} | {count} | {errors} | {warned} | {notes} | {truths} |"
                );
            }
        }
        let Healthy { errors, warned, notes, truths } = total;
        let share_warned = percent(warned, all);
        let _ = writeln!(
            out,
            "| **all {}** | | | **{all}** | **{errors}** | **{warned}**, {share_warned} | **{notes}** | **{truths}** |",
            setting.name()
        );
        // By design, chance makes some fresh checkpoints differ from their recipe.
        met &= share(warned, all) <= MOST_WARNED && (errors == 0 || setting != Setting::Trained);
    }
    let _ = writeln!(out, "\nTrue findings, which were looked into and are no false alarms:\n");
    for entry in explained.entries() {
        let rules = entry.rules.join(", ");
        let _ = writeln!(out, "- {}, `{}` ({rules}): {}", entry.checkpoint, entry.tensors, entry.why);
    }
    let _ = writeln!(out);
    met
}

fn alarms(out: &mut String, audited: &[Audited<'_>], explained: &Explained) {
    let _ = writeln!(out, "The alarms:\n");
    let _ = writeln!(out, "| checkpoint | tensor | rule | what it says |\n|---|---|---|---|");
    for audited in audited {
        let alarm = |finding: &&Finding| finding.severity >= Severity::Warning && !known(audited, explained, finding);
        for Finding { rule, tensor, message, .. } in audited.healthy.iter().filter(alarm) {
            let (name, setting) = (&audited.checkpoint.name, audited.setting.name());
            let _ = writeln!(out, "| {name}, {setting} | `{tensor}` | `{rule}` | {message} |");
        }
    }
    let _ = writeln!(out);
}

fn faults(out: &mut String, audited: &[Audited<'_>]) -> bool {
    let mut met = true;
    let _ = writeln!(out, "## Faults put in\n");
    let _ = writeln!(
        out,
        "| checkpoint | fault | where | put in | found by the right rule | recall | by a warning or error | found by any rule |\n\
         |---|---|---|---:|---:|---:|---:|---:|"
    );
    for setting in Setting::ALL {
        for mutation in setting.faults() {
            let of_setting = audited.iter().filter(|audited| audited.setting == setting);
            let all: Vec<&Fault> = of_setting.flat_map(|a| &a.faults).filter(|f| f.mutation == mutation).collect();
            let mut groups: Vec<(&str, Vec<&Fault>, bool)> = Vec::new();
            if mutation.is_of_scale() && setting != Setting::Declared {
                for evidence in Evidence::ALL {
                    let told: Vec<&Fault> = all.iter().copied().filter(|fault| fault.evidence == evidence).collect();
                    if !told.is_empty() {
                        groups.push((evidence.name(setting), told, evidence.decides()));
                    }
                }
            }
            groups.push(("anywhere", all, groups.is_empty()));
            for (place, faults, held) in groups {
                let found = faults.iter().filter(|fault| fault.found).count();
                let warned = faults.iter().filter(|fault| fault.warned).count();
                let any = faults.iter().filter(|fault| !fault.found_by.is_empty()).count();
                met &= !held || (!faults.is_empty() && share(found, faults.len()) >= LEAST_FOUND);
                let (put_in, recall) = (faults.len(), percent(found, faults.len()));
                let (setting, fault) = (setting.name(), mutation.name());
                let _ = writeln!(
                    out,
                    "| {setting} | {fault} | {place} | {put_in} | {found} | {recall} | {warned} | {any} |"
                );
            }
        }
    }
    let _ = writeln!(out);
    met
}

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
    fn by(rule: &str, audited: &[&Audited<'_>], explained: &Explained) -> Self {
        let mut said = Self::default();
        for audited in audited {
            let healthy = || audited.healthy.iter().filter(|f| f.rule == rule && f.severity >= Severity::Warning);
            said.alarms += tensors(healthy().filter(|finding| !known(audited, explained, finding)));
            said.truths += tensors(healthy().filter(|finding| known(audited, explained, finding)));
            let meant =
                |fault: &&Fault| audited.setting.rules(fault.mutation).contains(&rule) && fault.evidence.decides();
            for fault in audited.faults.iter().filter(meant) {
                said.meant += 1;
                said.found += usize::from(fault.found_by.contains(rule));
                let beside = |f: &&Finding| {
                    f.rule == rule
                        && f.severity >= Severity::Warning
                        && f.tensor != fault.tensor
                        && !known(audited, explained, f)
                };
                said.beside += fault.findings.iter().filter(beside).count();
            }
        }
        said
    }
}

fn rules(out: &mut String, audited: &[Audited<'_>], explained: &Explained) {
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
        let here: Vec<&Audited<'_>> = audited.iter().filter(|audited| audited.setting == setting).collect();
        let mut names: BTreeSet<&str> =
            setting.faults().flat_map(|mutation| setting.rules(mutation)).copied().collect();
        let loud = here.iter().flat_map(|a| &a.healthy).filter(|finding| finding.severity >= Severity::Warning);
        names.extend(loud.map(|finding| finding.rule));
        for rule in names {
            let Said { alarms, truths, meant, found, beside } = Said::by(rule, &here, explained);
            let (recall, precision, setting) = (percent(found, meant), percent(found, found + beside), setting.name());
            let _ = writeln!(
                out,
                "| {setting} | `{rule}` | {alarms} | {truths} | {meant} | {found} | {recall} | {beside} | {precision} |"
            );
        }
    }
    let _ = writeln!(out);
}

fn missed(out: &mut String, audited: &[Audited<'_>]) {
    let _ = writeln!(out, "## Faults that were missed\n");
    let _ = writeln!(out, "| checkpoint | fault | tensor | what was done | found by others |\n|---|---|---|---|---|");
    for audited in audited {
        for fault in audited.faults.iter().filter(|fault| !fault.found && fault.evidence.decides()) {
            let others: Vec<&str> = fault.found_by.iter().copied().collect();
            let (name, setting, tensor) = (&audited.checkpoint.name, audited.setting.name(), &fault.tensor);
            let (mutation, what, others) = (fault.mutation.name(), &fault.what, others.join(", "));
            let _ = writeln!(out, "| {name}, {setting} | {mutation} | `{tensor}` | {what} | {others} |");
        }
    }
}

/// Whether a finding is known to be true.
fn known(audited: &Audited<'_>, explained: &Explained, finding: &Finding) -> bool {
    audited.setting == Setting::Trained && explained.explains(&audited.checkpoint.name, finding)
}

/// Counts the tensors with findings.
fn tensors<'f>(findings: impl Iterator<Item = &'f Finding>) -> usize {
    findings.map(|finding| &finding.tensor).collect::<BTreeSet<_>>().len()
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 { "-".to_owned() } else { format!("{:.1} %", 100.0 * share(part, whole)) }
}
