//! Bit-identical rows or columns of a matrix.

use std::collections::HashMap;

use crate::measure::Grid;
use crate::{AuditError, Side, Subject};
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

/// Above this bound equal lines may be due to chance: few inputs, or few distinct values.
pub(super) const CHANCE: f64 = 1e-6;

/// Finds the equal lines of a side. Every `width` adjacent columns form one line, for kernels with that many positions.
pub(super) fn of(subject: &Subject<'_>, side: Side, width: usize) -> Result<Option<Equal>, AuditError> {
    let Some(lines) = subject.lines(side) else { return Ok(None) };
    let width = width.max(1);
    let mut by_hash: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut alive = 0;
    for (line, hashes) in lines.hash.chunks(width).enumerate() {
        if (line * width..line * width + hashes.len()).all(|column| lines.is_zero(column)) {
            continue;
        }
        alive += 1;
        let hash = hashes.iter().fold(0_u64, |hash, next| hash.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(*next));
        by_hash.entry(hash).or_default().push(line);
    }
    let mut candidates: Vec<Vec<usize>> = by_hash.into_values().filter(|group| group.len() > 1).collect();
    if candidates.is_empty() {
        return Ok(None);
    }
    candidates.sort();
    let (data, grid) = (subject.data()?, subject.grid());
    let mut groups = Vec::new();
    for candidate in candidates {
        groups.extend(proven(&data, grid, side, width, candidate));
    }
    let length = width
        * match side {
            Side::Rows => grid.columns,
            Side::Columns => grid.rows,
        };
    let chance = chance(&subject.statistics.sample, alive, length);
    Ok((!groups.is_empty()).then_some(Equal { groups, alive, chance }))
}

/// Splits lines of the same hash into groups of lines with equal values.
fn proven(data: &TensorData<'_>, grid: Grid, side: Side, width: usize, mut candidate: Vec<usize>) -> Vec<Vec<usize>> {
    let mut groups = Vec::new();
    while let Some((first, rest)) = candidate.split_first() {
        let first = *first;
        let (equal, other): (Vec<usize>, Vec<usize>) =
            rest.iter().partition(|line| same(data, grid, side, width, first, **line));
        if !equal.is_empty() {
            groups.push([vec![first], equal].concat());
        }
        candidate = other;
    }
    groups
}

fn same(data: &TensorData<'_>, grid: Grid, side: Side, width: usize, a: usize, b: usize) -> bool {
    let (mut left, mut right) = ([0.0_f64; 512], [0.0_f64; 512]);
    let mut equal = |a: usize, b: usize, size: usize| {
        let read = (data.read_f64(a, &mut left[..size]), data.read_f64(b, &mut right[..size]));
        read == (size, size) && left[..size] == right[..size]
    };
    match side {
        Side::Rows => {
            let (a, b) = (a * grid.columns, b * grid.columns);
            (0..grid.columns).step_by(512).all(|at| equal(a + at, b + at, 512.min(grid.columns - at)))
        }
        Side::Columns => (0..grid.rows).all(|row| {
            let start = row * grid.columns;
            (0..width).all(|at| equal(start + a * width + at, start + b * width + at, 1))
        }),
    }
}

/// Bounds the probability of equal lines. Two values are equal with the frequency seen among the sample's pairs plus three
/// pairs more: if none of n pairs are equal, the rate is below 3 / n with 95 % confidence. That rate to the power of `length` is
/// the probability for one pair of lines.
#[expect(clippy::cast_precision_loss, reason = "counts of lines and values")]
fn chance(sample: &[f32], lines: usize, length: usize) -> f64 {
    let count = sample.len().max(2) as f64;
    let runs = sample.chunk_by(|a, b| a == b).map(|run| run.len() as f64);
    let equal = (runs.map(|run| run * (run - 1.0)).sum::<f64>() + 6.0) / (count * (count - 1.0));
    let pairs = lines as f64 * (lines as f64 - 1.0) / 2.0;
    (pairs * equal.min(1.0).powf(length as f64)).min(1.0)
}
