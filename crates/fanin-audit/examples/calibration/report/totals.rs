//! The totals of both sets, with the targets.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::corpus::{Set, Tensor};
use super::super::setting::Setting;
use super::faults;
use super::healthy::Healthy;
use super::stages::Stages;
use super::{Results, percent, share};

/// The largest share of the tensors of healthy checkpoints that may have a warning.
fn most_warned(set: Set) -> f64 {
    match set {
        Set::Tuning => 0.01,
        Set::HeldOut => 0.002,
    }
}

/// Writes the table and returns whether all targets are met.
pub(super) fn write(out: &mut String, sets: &[Results<'_>; 2]) -> bool {
    let columns: Vec<Vec<(String, String, bool)>> = sets.iter().map(column).collect();
    let names: Vec<&str> = sets.iter().map(|results| results.set.name()).collect();
    let _ = writeln!(out, "## Totals\n");
    let _ = writeln!(
        out,
        "Thresholds were set on the tuning set; those of `scale` on both. **Bold**: misses the target.\n"
    );
    let _ = writeln!(out, "| | {} |\n|---|{}", names.join(" | "), "---:|".repeat(names.len()));
    for (index, (label, ..)) in columns.first().into_iter().flatten().enumerate() {
        let cells = columns.iter().filter_map(|column| column.get(index));
        let cells: Vec<String> =
            cells.map(|(_, cell, met)| if *met { cell.clone() } else { format!("**{cell}**") }).collect();
        let _ = writeln!(out, "| {label} | {} |", cells.join(" | "));
    }
    let _ = writeln!(out);
    columns.iter().flatten().all(|(.., met)| *met)
}

/// Label, value and whether the target is met, if there is one.
fn column(results: &Results<'_>) -> Vec<(String, String, bool)> {
    let set = results.set;
    let trained: Vec<_> = results.of(Setting::Trained).collect();
    let packages: BTreeSet<_> = trained.iter().map(|audited| &audited.checkpoint.package).collect();
    let parameters: usize = trained.iter().flat_map(|a| &a.checkpoint.tensors).map(Tensor::len).sum();
    let mut rows = vec![
        ("checkpoints".to_owned(), trained.len().to_string(), true),
        ("packages".to_owned(), packages.len().to_string(), true),
        ("parameters".to_owned(), parameters.to_string(), true),
    ];
    for setting in [Setting::Trained, Setting::Fresh] {
        let Stages { right, undetermined, wrong } = Stages::of(results.of(setting));
        let all = right + undetermined + wrong;
        let name = setting.name();
        rows.push((format!("{name}: stage wrong"), format!("{wrong} of {all}"), wrong == 0));
        rows.push((format!("{name}: stage undetermined"), format!("{undetermined} of {all}"), true));
    }
    for setting in Setting::ALL {
        let Healthy { tensors, errors, warned, .. } = Healthy::of(results, setting);
        let name = setting.name();
        // By design, chance makes some fresh checkpoints differ from their recipe.
        rows.push((format!("{name}: false errors"), errors.to_string(), errors == 0 || setting == Setting::Declared));
        let few = share(warned, tensors) <= most_warned(set);
        let cell = format!("{warned} of {tensors}, {}", percent(warned, tensors));
        rows.push((format!("{name}: tensors warned of falsely"), cell, few));
    }
    let groups = faults::groups(results);
    let lowest = groups.iter().filter_map(|group| Some((group.recall(set)?, group)));
    let lowest = lowest.min_by(|(a, _), (b, _)| a.total_cmp(b)).map_or_else(String::new, |(recall, group)| {
        let (setting, fault) = (group.setting.name(), group.mutation.name());
        format!("{:.1} % ({setting}: {fault}, {})", 100.0 * recall, group.place)
    });
    let met = groups.iter().all(|group| group.meets(set));
    rows.push(("lowest recall of a fault (held-out: in tensors of 1,024 values or more)".to_owned(), lowest, met));
    rows
}
