//! Audits every checkpoint unmodified, then with one fault at a time.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

use fanin_audit::Audit;

use super::corpus::{Checkpoint, Tensor};
use super::draw::Draw;
use super::evidence::Evidence;
use super::explained::Explained;
use super::findings::{self, Finding, Severity};
use super::fresh::Fresh;
use super::mutation::Mutation;
use super::peers;
use super::setting::Setting;
use super::stage::Stage;
use super::start::Start;
use super::working_copy::WorkingCopy;

/// The seed of all draws.
const SEED: u64 = 5;

/// The approximate number of bytes to read per kind of fault and checkpoint. Large files therefore get fewer faults,
/// except for the rare scale faults among agreeing peers.
const READ: u64 = 40_000_000;

/// If a fresh checkpoint has more weights than this, the others determine the scale of each one.
const FEWEST_FRESH: usize = 4;

/// The audit results of one checkpoint.
pub(crate) struct Audited<'a> {
    pub(crate) checkpoint: &'a Checkpoint,
    pub(crate) setting: Setting,
    /// How it was initialized, if it is fresh.
    pub(crate) start: Option<Start>,
    /// The stage of the unmodified checkpoint.
    pub(crate) stage: Stage,
    /// The findings in the unmodified checkpoint.
    pub(crate) healthy: Vec<Finding>,
    pub(crate) faults: Vec<Fault>,
}

/// An injected fault and the audit's response to it.
pub(crate) struct Fault {
    pub(crate) mutation: Mutation,
    pub(crate) tensor: String,
    /// Whether the tensor is large enough for the targets of the held-out set.
    pub(crate) large: bool,
    /// Details of the fault, such as the row or the initializer.
    pub(crate) what: String,
    /// The evidence that can reveal it.
    pub(crate) evidence: Evidence,
    /// The rules that report the tensor with the fault but not without it.
    pub(crate) found_by: BTreeSet<&'static str>,
    /// All findings with the fault in place.
    pub(crate) findings: Vec<Finding>,
    pub(crate) found: bool,
    /// Whether it was found with a severity above a note.
    pub(crate) warned: bool,
}

/// A checkpoint to test, its setting, and its known faults.
pub(crate) struct Patient<'a, 'f> {
    pub(crate) checkpoint: &'a Checkpoint,
    /// The file to use instead of the checkpoint's own, if any.
    pub(crate) fresh: Option<&'f Fresh>,
    pub(crate) setting: Setting,
    /// Whether to run the rules that need spectra.
    pub(crate) deep: bool,
    pub(crate) explained: &'f Explained,
}

impl<'a> Patient<'a, '_> {
    /// Audits the checkpoint, then injects each fault into at most `places` of its tensors.
    pub(crate) fn examine(&self, places: usize) -> Result<Audited<'a>, Box<dyn Error>> {
        let (checkpoint, setting) = (self.checkpoint, self.setting);
        let path = self.fresh.map_or(&checkpoint.path, |fresh| &fresh.checkpoint.path);
        let Audit { decision, findings: healthy, .. } = self.audit(path, self.deep)?;
        let stage = Stage::of(&decision, setting);
        let start = self.fresh.map(|fresh| fresh.start);
        let mut faults = Vec::new();
        if places == 0 {
            return Ok(Audited { checkpoint, setting, start, stage, healthy, faults });
        }
        let copy = WorkingCopy::of(path)?;
        let affordable = READ / std::fs::metadata(path)?.len().max(1);
        let few = places.min(usize::try_from(affordable)?.max(2));
        let scales: Vec<f64> =
            checkpoint.tensors.iter().map(|tensor| scale(&copy, tensor)).collect::<Result<_, _>>()?;
        let agreed = peers::agree(&checkpoint.tensors, &scales);
        let weights = checkpoint.tensors.iter().filter(|tensor| Mutation::TimesRootSix.suits(tensor)).count();
        for mutation in setting.faults() {
            let known = |(index, tensor): (usize, &Tensor)| match setting {
                Setting::Trained => agreed[index],
                Setting::Fresh => weights > FEWEST_FRESH && tensor.shape.iter().filter(|axis| **axis > 1).count() > 1,
                Setting::Declared => true,
            };
            let right = setting.rules(mutation);
            // A finding that the healthy tensor already has cannot reveal the fault.
            let told = |tensor: &Tensor| healthy.iter().any(|f| f.tensor == tensor.name && is_loud(f, right));
            let suited: Vec<(usize, &Tensor)> =
                self.suited(mutation).into_iter().filter(|(_, tensor)| !told(tensor)).collect();
            let evidence = |place: (usize, &Tensor)| Evidence::of(mutation, place.1, setting, known(place));
            let suited = suited.into_iter().map(|place| (evidence(place), place.1));
            let (others, alone): (Vec<_>, Vec<_>) = suited.partition(|(evidence, _)| *evidence == Evidence::Others);
            let rare = mutation.is_of_scale() && setting == Setting::Trained;
            let others = others.into_iter().take(if rare { places } else { few });
            for (evidence, tensor) in others.chain(alone.into_iter().take(few)) {
                let whole = copy.bytes(tensor)?;
                let mut values = copy.values(tensor)?;
                let other = mutation.beside(tensor, &checkpoint.tensors);
                let beside = other.map_or_else(|| Ok(Vec::new()), |other| copy.bytes(other))?;
                let mut changed = other.map_or_else(|| Ok(Vec::new()), |other| copy.values(other))?;
                let draw = &mut self.draw(mutation, tensor);
                let Some(what) = mutation.apply(tensor, &mut values, &mut changed, draw)? else {
                    continue;
                };
                copy.write(tensor, &values)?;
                other.map_or(Ok(()), |other| copy.write(other, &changed))?;
                let audit = self.audit(copy.path(), mutation.is_deep());
                copy.restore(tensor, &whole)?;
                other.map_or(Ok(()), |other| copy.restore(other, &beside))?;
                let findings = audit?.findings;
                let before: BTreeSet<(&str, Severity)> =
                    healthy.iter().filter(|f| f.tensor == tensor.name).map(|f| (f.rule, f.severity)).collect();
                let new: Vec<&Finding> = findings
                    .iter()
                    .filter(|f| f.tensor == tensor.name && !before.contains(&(f.rule, f.severity)))
                    .collect();
                let found_by: BTreeSet<&str> = new.iter().map(|f| f.rule).collect();
                let found = right.iter().any(|rule| found_by.contains(rule));
                let warned = new.iter().any(|f| is_loud(f, right));
                let (tensor, large) = (tensor.name.clone(), tensor.is_large());
                faults.push(Fault { mutation, tensor, large, what, evidence, found_by, findings, found, warned });
            }
        }
        Ok(Audited { checkpoint, setting, start, stage, healthy, faults })
    }

    fn audit(&self, path: &Path, deep: bool) -> Result<Audit, Box<dyn Error>> {
        let fresh = self.fresh.filter(|_| self.setting == Setting::Declared);
        findings::of(path, fresh.map(|fresh| &fresh.recipe), deep)
    }

    /// Returns the tensors that the fault applies to, with their indices, in random order.
    fn suited(&self, mutation: Mutation) -> Vec<(usize, &'a Tensor)> {
        let Self { checkpoint, setting, explained, .. } = self;
        let sick =
            |tensor: &Tensor| *setting == Setting::Trained && explained.has_fault(&checkpoint.name, &tensor.name);
        let suited =
            checkpoint.tensors.iter().enumerate().filter(|(_, tensor)| mutation.suits(tensor) && !sick(tensor));
        let mut drawn: Vec<(u64, usize, &Tensor)> =
            suited.map(|(index, tensor)| (self.draw(mutation, tensor).number(), index, tensor)).collect();
        drawn.sort_by_key(|(number, ..)| *number);
        drawn.into_iter().map(|(_, index, tensor)| (index, tensor)).take(mutation.most()).collect()
    }

    /// Returns the random numbers for a fault in a tensor: first its rank in the order, then its position.
    fn draw(&self, mutation: Mutation, tensor: &Tensor) -> Draw {
        Draw::new(SEED, &format!("{} {} {}", self.checkpoint.name, mutation.name(), tensor.name))
    }
}

/// Whether the finding is a warning or an error of one of these rules.
fn is_loud(finding: &Finding, rules: &[&str]) -> bool {
    finding.severity >= Severity::Warning && rules.contains(&finding.rule)
}

/// Computes the root mean square.
fn scale(copy: &WorkingCopy, tensor: &Tensor) -> Result<f64, Box<dyn Error>> {
    let values = copy.values(tensor)?;
    #[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 elements")]
    let mean = values.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>() / values.len() as f64;
    Ok(mean.sqrt())
}
