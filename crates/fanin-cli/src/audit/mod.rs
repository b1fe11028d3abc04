//! `fanin audit`: finds faults in the weights of a checkpoint.

mod audited;
mod json;
mod markdown;
mod progress;
mod sarif;
mod text;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use fanin_audit::{AuditOptions, Baseline, Finding, Selection, Severity, TrainingStage};
use fanin_checkpoint::atomic_file::write_atomically;
use fanin_recipes::text_file;

use crate::arguments::{AuditArguments, FailOn, RecipeSource, ReportFormat, StageName};
use crate::complaint::complain;
use crate::console::{self, Console};
use crate::failure::{Failure, UNMET, USAGE};
use crate::number::count;
use crate::report::Report;
use crate::{input, layouts, plain, recipe, settings};
use audited::{Audited, Unreadable};

/// The longest baseline that is read, in bytes.
const LONGEST: u64 = 512_000_000;

/// The content of a report.
pub(crate) struct AuditReport {
    checkpoints: Vec<Audited>,
    unreadable: Vec<Unreadable>,
    /// Findings that the baseline does not hide, in the order of the paths and their tensors.
    findings: Vec<Finding>,
    baseline: Option<Known>,
    /// Whether the text shows every note.
    notes: bool,
}

impl Report for AuditReport {
    fn text(&self, width: Option<usize>) -> String {
        text::report(self, self.notes, width)
    }

    fn json(&self) -> Result<String, Failure> {
        console::json_text(&json::report(self))
    }

    fn sarif(&self) -> Option<Result<String, Failure>> {
        Some(console::json_text(&sarif::report(self)))
    }

    fn markdown(&self) -> Option<String> {
        Some(markdown::report(self))
    }
}

/// The effect of a baseline.
struct Known {
    hidden: usize,
    gone: Vec<String>,
}

pub(crate) fn run(arguments: &AuditArguments, console: Console) -> Result<(), Failure> {
    let printed = arguments.write_baseline.as_deref().is_some_and(input::is_standard);
    let mut report = examine(arguments, console)?;
    if report.checkpoints.is_empty()
        && let Some(last) = report.unreadable.pop()
    {
        report.unreadable.iter().for_each(Unreadable::complain);
        return Err(Failure::usage(last.error));
    }
    report.unreadable.iter().for_each(Unreadable::complain);
    match &arguments.write_baseline {
        // It would lack the findings in unread files.
        Some(path) if !report.unreadable.is_empty() => {
            complain(format!(
                "{} was not written, because some files could not be read",
                plain::name(&path.to_string_lossy())
            ));
        }
        Some(path) => {
            let text = Baseline::of(all_findings(&report.checkpoints)).to_json().map_err(Failure::internal)?;
            if printed { console::print_bytes(text.as_bytes())? } else { write_baseline(path, &text)? }
        }
        None => {}
    }
    let format = if arguments.json { ReportFormat::Json } else { arguments.format };
    match format {
        // Standard output already holds the baseline.
        _ if printed => Ok(()),
        ReportFormat::Text => console::print(&report.text(console.width())),
        ReportFormat::Json => console::print_bytes(report.json()?.as_bytes()),
        ReportFormat::Sarif => console::print_json(&sarif::report(&report)),
        ReportFormat::Markdown => console::print(&markdown::report(&report)),
    }?;
    if !report.unreadable.is_empty() {
        return Err(Failure::Shown { code: USAGE });
    }
    let limit = match arguments.fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warn => Severity::Warning,
    };
    let failed = report.findings.iter().any(|finding| finding.severity >= limit);
    if failed { Err(Failure::Shown { code: UNMET }) } else { Ok(()) }
}

/// Audits the checkpoints. An error if none can be read.
pub(crate) fn report(arguments: &AuditArguments, console: Console) -> Result<AuditReport, Failure> {
    let report = examine(arguments, console)?;
    if report.checkpoints.is_empty() {
        let errors: Vec<&str> = report.unreadable.iter().map(|unreadable| unreadable.error.as_str()).collect();
        return Err(Failure::usage(errors.join("; ")));
    }
    Ok(report)
}

/// Audits what can be read, and compares it with the baseline.
fn examine(arguments: &AuditArguments, console: Console) -> Result<AuditReport, Failure> {
    let is_standard = |path: &Option<PathBuf>| path.as_deref().is_some_and(input::is_standard);
    let by_recipe = arguments.recipe.as_ref().is_some_and(RecipeSource::is_standard);
    input::refuse_two(&[("--recipe", by_recipe), ("--baseline", is_standard(&arguments.baseline))])?;
    let options = options(arguments)?;
    if let Some(path) = arguments.write_baseline.as_deref().filter(|path| !input::is_standard(path)) {
        refuse_other_files(path)?;
    }
    let baseline = arguments.baseline.as_deref().map(read_baseline).transpose()?;
    let (checkpoints, unreadable) =
        in_threads(arguments.threads, || audited::all(&arguments.paths, &options, console))??;
    let findings = all_findings(&checkpoints).cloned().collect();
    let (findings, baseline) = match baseline {
        Some(baseline) => {
            let compared = baseline.compare(findings);
            // Findings in unread files are not gone.
            let gone = if unreadable.is_empty() { compared.gone } else { Vec::new() };
            (compared.new, Some(Known { hidden: compared.hidden, gone }))
        }
        None => (findings, None),
    };
    Ok(AuditReport { checkpoints, unreadable, findings, baseline, notes: arguments.notes })
}

fn all_findings(checkpoints: &[Audited]) -> impl Iterator<Item = &Finding> {
    checkpoints.iter().flat_map(|checkpoint| &checkpoint.audit.findings)
}

fn options(arguments: &AuditArguments) -> Result<AuditOptions, Failure> {
    let words = |arguments: &'_ [String]| -> Vec<String> {
        arguments.iter().flat_map(|argument| words(argument)).map(str::to_owned).collect()
    };
    let (selected, ignored) = (words(&arguments.select), words(&arguments.ignore));
    let selection = Selection::new(selected.iter().map(String::as_str), ignored.iter().map(String::as_str));
    let selection = selection.map_err(Failure::usage)?;
    if !arguments.deep
        && let Some(rule) = selection.selected().find(|rule| rule.deep)
    {
        return Err(Failure::usage(format!("rule '{}' needs a spectrum; add --deep to check it", rule.id)));
    }
    if arguments.recipe.is_some() && arguments.stage == StageName::Trained {
        return Err(Failure::usage(
            "--recipe implies a fresh checkpoint, which contradicts --stage trained; leave out one of them",
        ));
    }
    let settings = settings::read(&arguments.set)?;
    let recipe = arguments.recipe.as_ref().map(recipe::of).transpose()?;
    let recipe = recipe.map(|recipe| recipe.set_all(settings)).transpose().map_err(Failure::usage)?;
    let stage = match arguments.stage {
        StageName::Auto => None,
        StageName::Fresh => Some(TrainingStage::Fresh),
        StageName::Trained => Some(TrainingStage::Trained),
    };
    let layouts = layouts::parse(&arguments.layout)?;
    Ok(AuditOptions { stage, recipe, layouts, selection, deep: arguments.deep })
}

/// Splits an argument at commas, except within the braces and brackets of a pattern.
fn words(argument: &str) -> Vec<&str> {
    let (mut words, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, character) in argument.char_indices() {
        match character {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                words.push(&argument[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(&argument[start..]);
    words.retain(|word| !word.trim().is_empty());
    words
}

fn in_threads<R: Send>(threads: Option<usize>, work: impl FnOnce() -> R + Send) -> Result<R, Failure> {
    match threads {
        None => Ok(work()),
        Some(threads) => {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            Ok(pool.map_err(|error| Failure::usage(format!("--threads {threads}: {error}")))?.install(work))
        }
    }
}

fn read_baseline(path: &Path) -> Result<Baseline, Failure> {
    if input::is_standard(path) {
        return Baseline::parse(&input::standard()?).map_err(|error| Failure::usage(format!("standard input {error}")));
    }
    let text = text_file::read(path, LONGEST)
        .map_err(|error| Failure::usage(format!("the baseline {} cannot be read: {error}", path.display())))?;
    Baseline::parse(&text).map_err(|error| Failure::usage(format!("{} {error}", path.display())))
}

/// The largest baseline that may be overwritten, in bytes: some million findings.
const LARGEST_BASELINE: u64 = 1 << 28;

/// Refuses to overwrite anything but a baseline or an empty file.
fn refuse_other_files(path: &Path) -> Result<(), Failure> {
    let Ok(metadata) = fs::metadata(path) else { return Ok(()) };
    let is_baseline = || fs::read_to_string(path).is_ok_and(|text| text.is_empty() || Baseline::parse(&text).is_ok());
    if metadata.is_file() && metadata.len() <= LARGEST_BASELINE && is_baseline() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "--write-baseline: {} exists and is not a baseline; give another file, or remove this one first",
        path.display()
    )))
}

fn write_baseline(path: &Path, text: &str) -> Result<(), Failure> {
    write_atomically(path, |file| file.write_all(text.as_bytes()))
        .map_err(|error| Failure::usage(format!("{} cannot be written: {error}; give another file", path.display())))
}

impl AuditReport {
    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    fn tensors(&self) -> usize {
        self.checkpoints.iter().map(|checkpoint| checkpoint.audit.tensors).sum()
    }

    /// The stage of all checkpoints that have one; `mixed` if they differ.
    fn stage(&self) -> Option<String> {
        let mut stages = self.checkpoints.iter().filter_map(|checkpoint| checkpoint.audit.decision.stage);
        let first = stages.next()?;
        Some(if stages.all(|stage| stage == first) { first.to_string() } else { "mixed".to_owned() })
    }

    /// The findings, grouped by tensor.
    fn by_tensor(&self) -> impl Iterator<Item = &[Finding]> {
        self.findings.chunk_by(|a, b| (&a.file, &a.tensor) == (&b.file, &b.tensor))
    }

    /// `1 error, 2 warnings, 0 notes in 38 tensors`, and what was not examined.
    fn counts(&self) -> String {
        let mut counts = format!(
            "{}, {}, {} in {}",
            count(self.count(Severity::Error), "error"),
            count(self.count(Severity::Warning), "warning"),
            count(self.count(Severity::Note), "note"),
            count(self.tensors(), "tensor"),
        );
        for Audited { path, audit, .. } in &self.checkpoints {
            let Some(warning) = audit.coverage.warning() else { continue };
            let several = self.checkpoints.len() > 1;
            let place = if several { format!(" in {}", plain::name(&path.to_string_lossy())) } else { String::new() };
            let _ = write!(counts, "; {warning}{place}");
        }
        if !self.unreadable.is_empty() {
            let _ = write!(counts, "; {} could not be read", count(self.unreadable.len(), "file"));
        }
        counts
    }

    /// Describes the effect of the baseline in one sentence, if there is one.
    fn known(&self) -> Option<String> {
        let Known { hidden, gone } = self.baseline.as_ref()?;
        let gone = match gone.as_slice() {
            [] => String::new(),
            gone => format!("; {} of its findings no longer occur: {}", gone.len(), gone.join(", ")),
        };
        Some(format!("the baseline hides {hidden}{gone}"))
    }
}
