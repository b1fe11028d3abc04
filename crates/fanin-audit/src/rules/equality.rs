//! Bit-identical neurons or inputs of a weight.

use std::collections::HashMap;

use crate::measure::Grid;
use crate::{AuditError, Channels, Subject};
use fanin_checkpoint::reading::TensorData;

/// Groups of equal lines, in order. Zero lines are excluded: they are dead, not copies.
#[derive(Debug)]
pub(super) struct Equal {
    pub(super) groups: Vec<Vec<usize>>,
    /// The number of lines that are not zero.
    pub(super) alive: usize,
    /// An upper bound on the probability that any two lines of independent values like these are equal.
    pub(super) chance: f64,
}

/// The largest bound on chance. Above it, equal lines are not reported: there are few inputs, or few distinct values.
pub(super) const CHANCE: f64 = 1e-6;

/// Finds equal neurons or inputs.
pub(super) fn of(subject: &Subject<'_>, channels: Channels) -> Result<Option<Equal>, AuditError> {
    let Some(lines) = subject.lines(channels.side) else { return Ok(None) };
    let lines = channels.gathered(lines);
    let mut by_hash: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut alive = 0;
    for (channel, hash) in lines.hash.iter().enumerate().filter(|(channel, _)| !lines.is_zero(*channel)) {
        alive += 1;
        by_hash.entry(*hash).or_default().push(channel);
    }
    let mut candidates: Vec<Vec<usize>> = by_hash.into_values().filter(|group| group.len() > 1).collect();
    if candidates.is_empty() {
        return Ok(None);
    }
    candidates.sort();
    let (data, grid) = (subject.data()?, subject.grid());
    let mut groups = Vec::new();
    for candidate in candidates {
        groups.extend(proven(&data, grid, channels, candidate));
    }
    let chance = chance(&subject.statistics.sample, alive, channels.width(grid));
    Ok((!groups.is_empty()).then_some(Equal { groups, alive, chance }))
}

/// Splits channels of the same hash into groups with equal values.
fn proven(data: &TensorData<'_>, grid: Grid, channels: Channels, mut candidate: Vec<usize>) -> Vec<Vec<usize>> {
    let mut groups = Vec::new();
    while let Some((first, rest)) = candidate.split_first() {
        let first = *first;
        let same = |channel: &&usize| channels.pairwise(data, grid, (first, **channel), |a, b| a == b);
        let (equal, other): (Vec<usize>, Vec<usize>) = rest.iter().partition(same);
        if !equal.is_empty() {
            groups.push([vec![first], equal].concat());
        }
        candidate = other;
    }
    groups
}

/// Bounds the probability of equal lines. The rate of equal values is the number of equal pairs in the sample plus
/// three, divided by the number of pairs: if none of n pairs is equal, the rate is below 3 / n with 95 % confidence.
/// That rate to the power of `length` is the probability for one pair of lines.
#[expect(clippy::cast_precision_loss, reason = "counts of lines and values")]
fn chance(sample: &[f32], lines: usize, length: usize) -> f64 {
    let count = sample.len().max(2) as f64;
    let runs = sample.chunk_by(|a, b| a == b).map(|run| run.len() as f64);
    let equal = (runs.map(|run| run * (run - 1.0)).sum::<f64>() + 6.0) / (count * (count - 1.0));
    let pairs = lines as f64 * (lines as f64 - 1.0) / 2.0;
    (pairs * equal.min(1.0).powf(length as f64)).min(1.0)
}
