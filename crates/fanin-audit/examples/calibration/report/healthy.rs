//! Findings in healthy checkpoints.

use std::fmt::Write as _;

use super::super::campaign::Audited;
use super::super::findings::{Finding, Severity};
use super::super::setting::Setting;
use super::{Results, percent, situation, tensors};

/// Counts of findings and of the tensors with findings.
#[derive(Default)]
pub(super) struct Healthy {
    pub(super) tensors: usize,
    pub(super) errors: usize,
    pub(super) warned: usize,
    notes: usize,
    truths: usize,
}

impl Healthy {
    pub(super) fn of(results: &Results<'_>, setting: Setting) -> Self {
        results.of(setting).fold(Self::default(), |sum, audited| {
            let row = Self::in_one(results, audited);
            Self {
                tensors: sum.tensors + row.tensors,
                errors: sum.errors + row.errors,
                warned: sum.warned + row.warned,
                notes: sum.notes + row.notes,
                truths: sum.truths + row.truths,
            }
        })
    }

    fn in_one(results: &Results<'_>, audited: &Audited<'_>) -> Self {
        let (truths, alarms): (Vec<&Finding>, Vec<&Finding>) =
            audited.healthy.iter().partition(|finding| results.is_known(audited, finding));
        let at = |severity: Severity| alarms.iter().copied().filter(move |finding| finding.severity == severity);
        Self {
            tensors: audited.checkpoint.tensors.len(),
            errors: at(Severity::Error).count(),
            warned: tensors(at(Severity::Error).chain(at(Severity::Warning))),
            notes: tensors(at(Severity::Note)),
            truths: tensors(truths.into_iter()),
        }
    }
}

pub(super) fn write(out: &mut String, results: &Results<'_>) {
    let _ = writeln!(out, "## Healthy checkpoints\n");
    let _ = writeln!(
        out,
        "| checkpoint | package | kind | tensors | errors | warned | notes | true findings |\n|---|---|---|---:|---:|---:|---:|---:|"
    );
    for audited in results.of(Setting::Trained) {
        let Healthy { tensors, errors, warned, notes, truths } = Healthy::in_one(results, audited);
        let (name, package, kind) = (&audited.checkpoint.name, &audited.checkpoint.package, &audited.checkpoint.kind);
        let _ = writeln!(out, "| {name} | {package} | {kind} | {tensors} | {errors} | {warned} | {notes} | {truths} |");
    }
    for setting in Setting::ALL {
        let Healthy { tensors, errors, warned, notes, truths } = Healthy::of(results, setting);
        let (name, share_warned) = (setting.name(), percent(warned, tensors));
        let _ = writeln!(
            out,
            "| **all {name}** | | | **{tensors}** | **{errors}** | **{warned}**, {share_warned} | **{notes}** | **{truths}** |"
        );
    }
    let names = |checkpoint: &str| results.audited.iter().any(|audited| audited.checkpoint.name == checkpoint);
    let _ = writeln!(out, "\nTrue findings, which were investigated:\n");
    for entry in results.explained.entries().iter().filter(|entry| names(&entry.checkpoint)) {
        let rules = entry.rules.join(", ");
        let _ = writeln!(out, "- {}, `{}` ({rules}): {}", entry.checkpoint, entry.tensors, entry.why);
    }
    let _ = writeln!(out);
}

pub(super) fn alarms(out: &mut String, results: &Results<'_>) {
    let _ = writeln!(out, "The alarms:\n");
    let _ = writeln!(out, "| checkpoint | tensor | rule | what it says |\n|---|---|---|---|");
    for audited in &results.audited {
        let alarm = |finding: &&Finding| finding.severity >= Severity::Warning && !results.is_known(audited, finding);
        for Finding { rule, tensor, message, severity, .. } in audited.healthy.iter().filter(alarm) {
            let (name, situation) = (&audited.checkpoint.name, situation(audited));
            let error = if *severity == Severity::Error { ", an error" } else { "" };
            let _ = writeln!(out, "| {name}, {situation} | `{tensor}` | `{rule}`{error} | {message} |");
        }
    }
    let _ = writeln!(out);
}
