//! A linter for checkpoints: what is wrong with the weights of a file, by rules with ids.
//!
//! [`audit`] reads each tensor once ([`pass`]), decides whether the checkpoint is fresh or trained ([`Stage`]), and asks every
//! rule of [`rules()`]. A rule decides over statistics; it has an id, a severity and a page.
//!
//! False alarms are the enemy: zero biases and gains of one are never findings, tables and buffers are left to few rules, and a
//! rule that compares states the probability under which chance would have done the same.
//!
//! One thing no rule can tell: whether a trained weight has the wrong scale, where no three others of its name and shape agree and no
//! product left a trace in the rounding. Healthy scales spread by a factor of 2.2 within a file, and all that was measured beside them
//! spreads as much (`campaigns/calibration`).
//!
//! ```no_run
//! use fanin_checkpoint::audit::{Options, audit};
//! use fanin_checkpoint::reading::Checkpoint;
//!
//! let checkpoint = Checkpoint::open("model.safetensors".as_ref())?;
//! let audit = audit(&checkpoint, &Options::default())?;
//! println!("{}", audit.decision);
//! for finding in &audit.findings {
//!     println!("{} {}: {} [{}]", finding.severity, finding.tensor, finding.message, finding.rule);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod baseline;
mod declared;
mod error;
mod finding;
mod kind;
#[cfg(test)]
pub(crate) mod made;
mod noise;
pub mod pass;
mod rules;
mod selection;
mod skipped;
mod spectrum;
mod stage;
mod subject;

use std::collections::BTreeMap;

use declared::Assigned;
use fanin_core::values::Dtype;
use fanin_recipes::Recipe;
use rayon::prelude::*;

pub use baseline::{Baseline, BaselineError, Compared};
pub use error::AuditError;
pub use finding::{Finding, Severity};
pub use kind::Kind;
use noise::Noise;
pub use pass::{Lines, Statistics};
pub use rules::{Rule, rule, rules};
pub use selection::{Selection, SelectionError};
pub use skipped::Skipped;
pub use stage::{Decision, Stage};
pub use subject::{Side, Subject};

use crate::listing;
use crate::reading::{Checkpoint, Tensor};

/// What is asked for.
#[derive(Debug, Default)]
pub struct Options {
    /// The stage; nothing lets a declared recipe say fresh, or else the evidence decide.
    pub stage: Option<Stage>,
    /// The recipe by which a fresh checkpoint was filled. Of one that is said to be trained its layouts alone are used.
    pub recipe: Option<Recipe>,
    /// Values of the recipe's variables.
    pub settings: BTreeMap<String, f64>,
    /// Which rules are asked, of which tensors.
    pub selection: Selection,
    /// Whether the rules that need a spectrum are asked.
    pub deep: bool,
}

/// What an audit says.
#[derive(Clone, Debug)]
pub struct Audit {
    /// Fresh or trained.
    pub decision: Decision,
    /// The floating tensors that were looked into; one memory under several names, as PyTorch keeps tied weights, is one.
    pub tensors: usize,
    /// Tensors of other types, which were not looked into.
    pub skipped: Skipped,
    /// The findings, in the order of the tensors.
    pub findings: Vec<Finding>,
}

/// All that a rule may look at.
#[derive(Debug)]
pub struct Model<'a> {
    checkpoint: &'a Checkpoint,
    subjects: Vec<Subject<'a>>,
    stage: Stage,
    tensors: f64,
}

/// How far an audit is, for whoever shows it.
pub trait Progress: Sync {
    /// A tensor of so many bytes has been read.
    fn read(&self, bytes: u64);
    /// The spectra will take so many operations in all.
    fn deep(&self, operations: f64);
    /// So many of them are done.
    fn solved(&self, operations: f64);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn read(&self, _: u64) {}
    fn deep(&self, _: f64) {}
    fn solved(&self, _: f64) {}
}

/// Audits a checkpoint.
///
/// # Errors
/// [`AuditError`]: values that cannot be read, or a recipe that does not fit the checkpoint.
pub fn audit(checkpoint: &Checkpoint, options: &Options) -> Result<Audit, AuditError> {
    audit_with(checkpoint, options, &Silent)
}

/// Audits a checkpoint and says how far it is.
///
/// # Errors
/// As [`audit`].
pub fn audit_with(checkpoint: &Checkpoint, options: &Options, progress: &dyn Progress) -> Result<Audit, AuditError> {
    let declared = declared::distributions(checkpoint, options)?;
    // What is tied is one tensor.
    let tied = listing::ties::kept(checkpoint.tensors());
    let once = checkpoint.tensors().iter().enumerate().filter(|(place, _)| !tied.contains_key(place));
    let floating: Vec<&Tensor> =
        once.map(|(_, tensor)| tensor).filter(|tensor| tensor.element().dtype().is_some()).collect();
    let subjects: Vec<Subject<'_>> = floating
        .into_par_iter()
        .map(|tensor| examined(checkpoint, tensor, declared.get(tensor.name()), progress))
        .collect::<Result<_, _>>()?;
    let decision = Decision::made(options.stage, options.recipe.is_some(), &subjects);
    #[expect(clippy::cast_precision_loss, reason = "a count of tensors")]
    let tensors = subjects.len().max(1) as f64;
    // Where there is no stage there is nothing that a rule could find.
    let model = Model { checkpoint, subjects, stage: decision.stage.unwrap_or(Stage::Trained), tensors };
    let findings = rules::ask(&model, options, progress)?;
    let skipped = Skipped::of(checkpoint);
    Ok(Audit { decision, tensors: model.subjects.len(), skipped, findings })
}

/// A tensor, read once.
fn examined<'a>(
    checkpoint: &'a Checkpoint,
    tensor: &'a Tensor,
    assigned: Option<&Assigned>,
    progress: &dyn Progress,
) -> Result<Subject<'a>, AuditError> {
    let (name, shape) = (tensor.name(), tensor.shape());
    let kind = Kind::of(name, shape);
    let layout = assigned.and_then(|assigned| assigned.layout).unwrap_or_else(|| kind::layout(name, shape));
    let data = checkpoint.load(tensor)?;
    let statistics = pass::pass(&data, subject::grid(shape, tensor.len(), layout));
    progress.read(data.bytes().len() as u64);
    let mut subject = Subject::new(checkpoint, tensor, kind, layout, statistics);
    if matches!(kind, Kind::Weight | Kind::Embedding) {
        subject.noise = Noise::of(&subject.statistics, &subject.scales());
        subject.look_for_orthogonal_vectors(&data);
    }
    subject.declared = assigned.and_then(|assigned| assigned.distribution.clone());
    Ok(subject)
}

impl<'a> Model<'a> {
    /// The checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> &'a Checkpoint {
        self.checkpoint
    }

    /// The floating tensors, in the checkpoint's order.
    #[must_use]
    pub fn subjects(&self) -> &[Subject<'a>] {
        &self.subjects
    }

    /// Fresh or trained.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    fn is_trained(&self) -> bool {
        self.stage == Stage::Trained
    }

    /// Those of a kind.
    fn of(&self, kind: Kind) -> impl Iterator<Item = &Subject<'a>> {
        self.subjects.iter().filter(move |subject| subject.kind() == kind)
    }

    /// The tensor of this name.
    fn named(&self, name: &str) -> Option<&Subject<'a>> {
        self.subjects.iter().find(|subject| subject.name() == name)
    }
}

/// The relative rounding error of an element type.
fn precision(dtype: Dtype) -> f64 {
    match dtype {
        Dtype::F64 | Dtype::F32 => 6e-8,
        Dtype::F16 => 4.9e-4,
        Dtype::BF16 => 4e-3,
    }
}
