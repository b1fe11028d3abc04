//! The report tables, in Markdown.

mod faults;
mod healthy;
mod rules;
mod stages;
mod totals;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::campaign::Audited;
use super::corpus::Set;
use super::explained::Explained;
use super::findings::Finding;
use super::setting::Setting;

/// All results of one set of checkpoints.
struct Results<'r> {
    set: Set,
    audited: Vec<&'r Audited<'r>>,
    explained: &'r Explained,
}

/// Returns the whole report, and whether all targets are met.
pub(crate) fn write(audited: &[Audited<'_>], explained: &Explained) -> (String, bool) {
    let of_set = |set| Results {
        set,
        audited: audited.iter().filter(|audited| audited.checkpoint.set == set).collect(),
        explained,
    };
    let sets = Set::ALL.map(of_set);
    let mut out = String::new();
    let met = totals::write(&mut out, &sets);
    for results in &sets {
        let _ = writeln!(out, "# The {} set\n", results.set.name());
        healthy::write(&mut out, results);
        stages::write(&mut out, results);
        healthy::alarms(&mut out, results);
        faults::write(&mut out, results);
        rules::write(&mut out, results);
        faults::missed(&mut out, results);
    }
    (out, met)
}

impl Results<'_> {
    fn of(&self, setting: Setting) -> impl Iterator<Item = &Audited<'_>> {
        self.audited.iter().copied().filter(move |audited| audited.setting == setting)
    }

    /// Whether a finding is known to be true.
    fn is_known(&self, audited: &Audited<'_>, finding: &Finding) -> bool {
        audited.setting == Setting::Trained && self.explained.explains(&audited.checkpoint.name, finding)
    }
}

/// The setting and the start, for people.
fn situation(audited: &Audited<'_>) -> String {
    match (audited.setting, audited.start) {
        (Setting::Fresh, Some(start)) => format!("fresh, {}", start.name()),
        (setting, _) => setting.name().to_owned(),
    }
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
    if whole == 0 {
        return "-".to_owned();
    }
    let percent = 100.0 * share(part, whole);
    if percent > 0.0 && percent < 1.0 { format!("{percent:.2} %") } else { format!("{percent:.1} %") }
}
