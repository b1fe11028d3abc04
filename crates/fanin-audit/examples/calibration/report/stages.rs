//! Decisions on the stage.

use std::fmt::Write as _;

use super::super::campaign::Audited;
use super::super::setting::Setting;
use super::super::stage::Judged;
use super::super::start::Start;
use super::{Results, situation};

/// The number of decisions of each kind.
pub(super) struct Stages {
    pub(super) right: usize,
    pub(super) undetermined: usize,
    pub(super) wrong: usize,
}

impl Stages {
    pub(super) fn of<'a>(audited: impl Iterator<Item = &'a Audited<'a>>) -> Self {
        audited.fold(Self { right: 0, undetermined: 0, wrong: 0 }, |mut sum, audited| {
            match audited.stage.judged {
                Judged::Right => sum.right += 1,
                Judged::Undetermined => sum.undetermined += 1,
                Judged::Wrong => sum.wrong += 1,
            }
            sum
        })
    }
}

pub(super) fn write(out: &mut String, results: &Results<'_>) {
    let _ = writeln!(out, "The stage, as the audit decides it:\n");
    let _ = writeln!(out, "| checkpoints | right | undetermined | wrong |\n|---|---:|---:|---:|");
    let mut row = |name: &str, Stages { right, undetermined, wrong }| {
        let _ = writeln!(out, "| {name} | {right} | {undetermined} | {wrong} |");
    };
    row("trained", Stages::of(results.of(Setting::Trained)));
    for start in Start::ALL {
        let name = format!("fresh, {}", start.name());
        row(&name, Stages::of(results.of(Setting::Fresh).filter(|audited| audited.start == Some(start))));
    }
    let _ = writeln!(out, "\nThose not decided rightly:\n");
    let _ = writeln!(out, "| checkpoint | decided | because |\n|---|---|---|");
    for audited in results.of(Setting::Trained).chain(results.of(Setting::Fresh)) {
        let decided = match audited.stage.judged {
            Judged::Right => continue,
            Judged::Undetermined => "undetermined",
            Judged::Wrong => "wrong",
        };
        let (name, situation, reason) = (&audited.checkpoint.name, situation(audited), &audited.stage.reason);
        let _ = writeln!(out, "| {name}, {situation} | {decided} | {reason} |");
    }
    let _ = writeln!(out);
}
