//! `fanin audit`: what is wrong with the weights of a checkpoint.

mod json;
mod markdown;
mod progress;
mod sarif;
mod text;

use std::fs;
use std::path::{Path, PathBuf};

use fanin_checkpoint::audit::{self, Audit, AuditOptions, Baseline, Finding, Selection, Severity, TrainingStage};
use fanin_checkpoint::reading::Checkpoint;
use fanin_lab::write_whole;
use fanin_recipes::{Recipe, text_file};

use crate::arguments::{AuditArguments, FailOn, ReportFormat, StageName};
use crate::failure::Failure;
use crate::{page, settings};
use progress::Shown;

/// Something was found at or above `--fail-on`.
const FOUND: u8 = 1;

/// The longest baseline that is read, in bytes.
const LONGEST: u64 = 512_000_000;

/// All that a report says.
struct Report {
    checkpoints: Vec<Audited>,
    /// Findings that the baseline does not hide, in the order of the paths and their tensors.
    findings: Vec<Finding>,
    baseline: Option<Known>,
}

/// One path.
struct Audited {
    path: PathBuf,
    files: Vec<PathBuf>,
    audit: Audit,
}

/// What the baseline made of the findings.
struct Known {
    hidden: usize,
    gone: Vec<String>,
}

pub(crate) fn run(arguments: &AuditArguments) -> Result<(), Failure> {
    let options = options(arguments)?;
    if let Some(path) = &arguments.write_baseline {
        refuse_what_is_no_baseline(path)?;
    }
    let baseline = arguments.baseline.as_deref().map(read_baseline).transpose()?;
    let checkpoints = in_threads(arguments.threads, || {
        arguments.paths.iter().map(|path| audited(path, &options)).collect::<Result<Vec<_>, _>>()
    })??;
    let findings = || checkpoints.iter().flat_map(|checkpoint| &checkpoint.audit.findings);
    if let Some(path) = &arguments.write_baseline {
        write_baseline(path, &Baseline::of(findings()))?;
    }
    let (findings, baseline) = match baseline {
        Some(baseline) => {
            let compared = baseline.compare(findings().cloned().collect());
            (compared.new, Some(Known { hidden: compared.hidden, gone: compared.gone }))
        }
        None => (findings().cloned().collect(), None),
    };
    let report = Report { checkpoints, findings, baseline };
    let format = if arguments.json { ReportFormat::Json } else { arguments.format };
    page::print(&match format {
        ReportFormat::Text => text::report(&report),
        ReportFormat::Json => json::report(&report)?,
        ReportFormat::Sarif => sarif::report(&report)?,
        ReportFormat::Markdown => markdown::report(&report),
    })?;
    let limit = match arguments.fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warn => Severity::Warning,
    };
    let failed = report.findings.iter().any(|finding| finding.severity >= limit);
    if failed { Err(Failure::Shown { code: FOUND }) } else { Ok(()) }
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
        return Err(Failure::usage(format!("the rule '{}' needs a spectrum; add --deep to ask it", rule.id)));
    }
    if arguments.recipe.is_some() && arguments.stage == StageName::Trained {
        return Err(Failure::usage(
            "--recipe says how a fresh checkpoint was filled, and --stage trained that it is none; leave out one of them",
        ));
    }
    let recipe = arguments.recipe.as_deref().map(recipe).transpose()?;
    let stage = match arguments.stage {
        StageName::Auto => None,
        StageName::Fresh => Some(TrainingStage::Fresh),
        StageName::Trained => Some(TrainingStage::Trained),
    };
    Ok(AuditOptions { stage, recipe, settings: settings::read(&arguments.set)?, selection, deep: arguments.deep })
}

/// The words of an argument: commas divide them, but for those in the braces and brackets of a pattern.
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

/// A name, or a file of one's own.
fn recipe(name: &str) -> Result<Recipe, Failure> {
    let is_file = Path::new(name).extension().is_some_and(|extension| extension == "toml");
    let recipe = if is_file { Recipe::read(Path::new(name)) } else { Recipe::named(name) };
    recipe.map_err(Failure::usage)
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

fn audited(path: &Path, options: &AuditOptions) -> Result<Audited, Failure> {
    let checkpoint = Checkpoint::open(path).map_err(Failure::usage)?;
    let shown = Shown::new(&checkpoint);
    let audit = audit::audit_with(&checkpoint, options, &shown);
    shown.end();
    let audit = audit.map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
    Ok(Audited { path: path.to_owned(), files: checkpoint.files().map(Path::to_owned).collect(), audit })
}

fn read_baseline(path: &Path) -> Result<Baseline, Failure> {
    let text = text_file::read(path, LONGEST)
        .map_err(|error| Failure::usage(format!("the baseline {} cannot be read: {error}", path.display())))?;
    Baseline::parse(&text).map_err(|error| Failure::usage(format!("{} {error}", path.display())))
}

/// The largest baseline that is looked into before it is overwritten: some million findings.
const LARGEST_BASELINE: u64 = 1 << 28;

/// Only a baseline, or an empty file, may be overwritten by one.
fn refuse_what_is_no_baseline(path: &Path) -> Result<(), Failure> {
    let Ok(metadata) = fs::metadata(path) else { return Ok(()) };
    let is_baseline = || fs::read_to_string(path).is_ok_and(|text| text.is_empty() || Baseline::parse(&text).is_ok());
    if metadata.is_file() && metadata.len() <= LARGEST_BASELINE && is_baseline() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "--write-baseline: {} is there and is no baseline; give a new file, or remove this one first",
        path.display()
    )))
}

fn write_baseline(path: &Path, baseline: &Baseline) -> Result<(), Failure> {
    let text = baseline.to_json().map_err(Failure::internal)?;
    write_whole(path, |path| fs::write(path, text))
        .map_err(|error| Failure::usage(format!("{}: {error}; give a place that can be written", path.display())))
}

impl Report {
    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    fn tensors(&self) -> usize {
        self.checkpoints.iter().map(|checkpoint| checkpoint.audit.tensors).sum()
    }

    /// The stage of all checkpoints that have one; `mixed` where they differ.
    fn stage(&self) -> Option<String> {
        let mut stages = self.checkpoints.iter().filter_map(|checkpoint| checkpoint.audit.decision.stage);
        let first = stages.next()?;
        Some(if stages.all(|stage| stage == first) { first.to_string() } else { "mixed".to_owned() })
    }

    /// The findings, a tensor at a time.
    fn by_tensor(&self) -> impl Iterator<Item = &[Finding]> {
        self.findings.chunk_by(|a, b| (&a.file, &a.tensor) == (&b.file, &b.tensor))
    }

    /// `1 error, 2 warnings, 0 notes in 38 tensors`.
    fn counts(&self) -> String {
        let count = |severity, one: &str| {
            let count = self.count(severity);
            format!("{count} {one}{}", if count == 1 { "" } else { "s" })
        };
        format!(
            "{}, {}, {} in {} tensor{}",
            count(Severity::Error, "error"),
            count(Severity::Warning, "warning"),
            count(Severity::Note, "note"),
            self.tensors(),
            if self.tensors() == 1 { "" } else { "s" }
        )
    }

    /// What the baseline did, in a sentence; nothing without one.
    fn known(&self) -> Option<String> {
        let Known { hidden, gone } = self.baseline.as_ref()?;
        let gone = match gone.as_slice() {
            [] => String::new(),
            gone => format!("; {} known no longer occur: {}", gone.len(), gone.join(", ")),
        };
        Some(format!("the baseline hides {hidden}{gone}"))
    }
}
