//! An audit: reads every tensor once, decides the stage, and runs the selected rules.

use std::collections::HashMap;
use std::sync::OnceLock;

use fanin_checkpoint::listing;
use fanin_checkpoint::reading::{Checkpoint, Tensor, TensorData};
use rayon::prelude::*;

use crate::judge::axes::Stack;
use crate::judge::{Assigned, Decision, FileAxes, Model, Noise, Subject, TensorKind, TrainingStage, declared, filter};
use crate::rules::merged_by_tensor;
use crate::{AuditError, AuditOptions, Coverage, Finding, Progress, Silent, Skipped, measure, rules};

/// The result of an audit.
#[derive(Clone, Debug)]
pub struct Audit {
    /// Whether the checkpoint is fresh or trained.
    pub decision: Decision,
    /// The number of floating-point tensors audited. Tied weights that share storage count once.
    pub tensors: usize,
    /// Tensors of other types, which were skipped.
    pub skipped: Skipped,
    /// The share of the weights that was examined.
    pub coverage: Coverage,
    /// The findings, in the order of the tensors.
    pub findings: Vec<Finding>,
}

/// Audits a checkpoint.
///
/// # Errors
/// [`AuditError`] if values cannot be read or the recipe does not fit the checkpoint.
pub fn audit(checkpoint: &Checkpoint, options: &AuditOptions) -> Result<Audit, AuditError> {
    audit_with(checkpoint, options, &Silent)
}

/// Audits a checkpoint and reports progress.
///
/// # Errors
/// See [`audit`].
pub fn audit_with(
    checkpoint: &Checkpoint,
    options: &AuditOptions,
    progress: &dyn Progress,
) -> Result<Audit, AuditError> {
    let declared = declared::distributions(checkpoint, options.recipe.as_ref())?;
    // Tied weights are one tensor.
    let tied = listing::ties::kept(checkpoint.tensors());
    let once = checkpoint.tensors().iter().enumerate().filter(|(place, _)| !tied.contains_key(place));
    let floating: Vec<&Tensor> =
        once.map(|(_, tensor)| tensor).filter(|tensor| tensor.is_readable() && !tensor.is_companion()).collect();
    let axes = FileAxes::of(floating.iter().map(|tensor| (tensor.name(), tensor.shape())), &options.layouts);
    let stored = floating.len();
    let subjects: Vec<Vec<Subject<'_>>> = floating
        .into_par_iter()
        .map(|tensor| examined(checkpoint, tensor, &axes, declared.get(tensor.name()), progress))
        .collect::<Result<_, _>>()?;
    let subjects: Vec<Subject<'_>> = subjects.into_iter().flatten().collect();
    let coverage = Coverage::of(checkpoint);
    let decision = Decision::made(options.stage, options.recipe.is_some(), checkpoint, &subjects, &coverage);
    #[expect(clippy::cast_precision_loss, reason = "a count of tensors")]
    let tensors = subjects.len().max(1) as f64;
    // A checkpoint without a stage has no values, so no rule reports anything.
    let model = Model {
        checkpoint,
        subjects,
        stage: decision.stage.unwrap_or(TrainingStage::Trained),
        tensors,
        coverage,
        places: OnceLock::new(),
    };
    let findings = ask(&model, options, progress)?;
    let skipped = Skipped::of(checkpoint);
    Ok(Audit { decision, tensors: stored, skipped, coverage: model.coverage, findings })
}

/// Reads a tensor and computes its statistics; for a stacked tensor, those of each part.
fn examined<'a>(
    checkpoint: &'a Checkpoint,
    tensor: &'a Tensor,
    axes: &FileAxes<'_>,
    assigned: Option<&Assigned>,
    progress: &dyn Progress,
) -> Result<Vec<Subject<'a>>, AuditError> {
    let (name, shape) = (tensor.name(), tensor.shape());
    let kind = axes.kind(name, shape);
    let stack = axes.stack(name, shape).filter(|stack| stack.is_split());
    let axes = axes.axes(name, shape, assigned.and_then(|assigned| assigned.layout));
    let data = checkpoint.load(tensor)?;
    let subject = |part: Option<(Stack, usize)>, data: &TensorData<'_>| {
        let statistics = measure::pass(data, axes.grid());
        let mut subject = Subject::new(checkpoint, tensor, part, axes.clone(), statistics);
        if let Some(kind) = kind {
            subject.set_kind(kind);
        }
        if matches!(subject.kind(), TensorKind::Weight | TensorKind::Embedding) {
            subject.noise = Noise::of(&subject.statistics, &subject.scales());
            if tensor.element().dtype().is_none() {
                subject.noise.forgive_coarse_values();
            }
            subject.look_for_orthogonal_vectors(data);
            subject.look_for_contamination(data);
        }
        subject.declared = assigned.and_then(|assigned| assigned.distribution.clone());
        subject
    };
    let subjects = match stack {
        None => vec![subject(None, &data)],
        Some(stack) => {
            let len = tensor.len() / stack.parts;
            let part = |index: usize| subject(Some((stack, index)), &data.window(index * len..(index + 1) * len));
            (0..stack.parts).into_par_iter().map(part).collect()
        }
    };
    progress.read(data.bytes().len() as u64);
    Ok(subjects)
}

/// Runs the selected rules and sorts their findings by tensor.
fn ask(model: &Model<'_>, options: &AuditOptions, progress: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut findings = Vec::new();
    for rule in rules().iter().filter(|rule| options.selection.asks(rule.id) && (options.deep || !rule.deep)) {
        findings.extend(merged_by_tensor((rule.decide)(model, progress)?));
    }
    let places: HashMap<&str, usize> =
        model.subjects().iter().enumerate().map(|(place, subject)| (subject.name(), place)).collect();
    findings.retain(|finding| options.selection.wants(finding.rule, &finding.tensor));
    without_filters(model, &mut findings)?;
    // The sort is stable: within a tensor, findings stay in the order of the rules.
    findings.sort_by_key(|finding| places.get(finding.tensor.as_str()).copied());
    Ok(findings)
}

/// Drops the findings in fixed filters. Only tensors with findings are examined.
fn without_filters(model: &Model<'_>, findings: &mut Vec<Finding>) -> Result<(), AuditError> {
    let mut fixed: HashMap<String, bool> = HashMap::new();
    for finding in findings.iter().filter(|finding| rules::spares_filters(finding.rule)) {
        if !fixed.contains_key(&finding.tensor)
            && let Some(subject) = model.named(&finding.tensor)
        {
            fixed.insert(finding.tensor.clone(), filter::is_fixed(subject)?);
        }
    }
    findings.retain(|finding| !rules::spares_filters(finding.rule) || fixed.get(&finding.tensor) != Some(&true));
    Ok(())
}
