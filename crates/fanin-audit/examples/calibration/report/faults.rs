//! Injected faults.

use std::fmt::Write as _;

use super::super::campaign::Fault;
use super::super::corpus::{LARGE, Set};
use super::super::evidence::Evidence;
use super::super::mutation::Mutation;
use super::super::setting::Setting;
use super::{Results, percent, share};

/// The smallest share of the faults of each kind that must be found.
const LEAST_FOUND: f64 = 0.95;

/// The faults of one kind with the same evidence.
pub(super) struct Group<'r> {
    pub(super) setting: Setting,
    pub(super) mutation: Mutation,
    pub(super) place: &'static str,
    faults: Vec<&'r Fault>,
    /// Whether they must be found to meet the target.
    held: bool,
}

/// Returns the groups of a set.
pub(super) fn groups<'r>(results: &'r Results<'_>) -> Vec<Group<'r>> {
    let mut groups = Vec::new();
    for setting in Setting::ALL {
        for mutation in setting.faults() {
            let of_setting = results.of(setting);
            let all: Vec<&Fault> = of_setting.flat_map(|a| &a.faults).filter(|f| f.mutation == mutation).collect();
            let mut held = true;
            if mutation.is_of_scale() && setting != Setting::Declared {
                held = false;
                for evidence in Evidence::ALL {
                    let faults: Vec<&Fault> = all.iter().copied().filter(|fault| fault.evidence == evidence).collect();
                    if !faults.is_empty() {
                        let (place, held) = (evidence.name(setting), evidence.decides());
                        groups.push(Group { setting, mutation, place, faults, held });
                    }
                }
            }
            groups.push(Group { setting, mutation, place: "anywhere", faults: all, held });
        }
    }
    groups
}

impl Group<'_> {
    /// The faults that count for the target: in the held-out set, those in large tensors.
    fn counted(&self, set: Set) -> (usize, usize) {
        let counted = self.faults.iter().filter(|fault| set == Set::Tuning || fault.large);
        counted.fold((0, 0), |(found, all), fault| (found + usize::from(fault.found), all + 1))
    }

    /// The recall that is compared with the target; `None` without a target or a fault.
    pub(super) fn recall(&self, set: Set) -> Option<f64> {
        let (found, all) = self.counted(set);
        (self.held && all > 0).then(|| share(found, all))
    }

    pub(super) fn meets(&self, set: Set) -> bool {
        self.recall(set).is_none_or(|recall| recall >= LEAST_FOUND)
    }
}

pub(super) fn write(out: &mut String, results: &Results<'_>) {
    let _ = writeln!(out, "## Faults put in\n");
    let _ = writeln!(
        out,
        "| checkpoint | fault | where | put in | found by the right rule | recall | by a warning or error | found by any rule \
         | in tensors of {LARGE} values or more: put in | found | recall |\n\
         |---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    );
    for group in groups(results) {
        let faults = &group.faults;
        let found = faults.iter().filter(|fault| fault.found).count();
        let warned = faults.iter().filter(|fault| fault.warned).count();
        let any = faults.iter().filter(|fault| !fault.found_by.is_empty()).count();
        let (put_in, recall) = (faults.len(), percent(found, faults.len()));
        let (found_large, large) = group.counted(Set::HeldOut);
        let recall_large = percent(found_large, large);
        let (setting, fault, place) = (group.setting.name(), group.mutation.name(), group.place);
        let missed = if group.meets(results.set) { "" } else { " (missed)" };
        let _ = writeln!(
            out,
            "| {setting} | {fault}{missed} | {place} | {put_in} | {found} | {recall} | {warned} | {any} \
             | {large} | {found_large} | {recall_large} |"
        );
    }
    let _ = writeln!(out);
}

pub(super) fn missed(out: &mut String, results: &Results<'_>) {
    let _ = writeln!(out, "## Faults that were missed\n");
    let _ = writeln!(out, "| checkpoint | fault | tensor | what was done | found by others |\n|---|---|---|---|---|");
    for audited in &results.audited {
        for fault in audited.faults.iter().filter(|fault| !fault.found && fault.evidence.decides()) {
            let others: Vec<&str> = fault.found_by.iter().copied().collect();
            let (name, setting, tensor) = (&audited.checkpoint.name, audited.setting.name(), &fault.tensor);
            let (mutation, what, others) = (fault.mutation.name(), &fault.what, others.join(", "));
            let size = if fault.large { "" } else { ", small" };
            let _ = writeln!(out, "| {name}, {setting} | {mutation} | `{tensor}`{size} | {what} | {others} |");
        }
    }
    let _ = writeln!(out);
}
