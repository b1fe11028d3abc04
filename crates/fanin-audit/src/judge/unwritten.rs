//! Blocks of zeros in weights whose peers have no zeros: parts that were never written.
//!
//! Masks and padding leave such blocks in every layer of a role, dead neurons leave scattered lines. Whole rows or columns count only in
//! fresh checkpoints: a single layer of a trained one may have lost its last heads to pruning.

use fanin_checkpoint::reading::ReadError;

use super::region::{Region, Split};
use super::{Model, Subject, peers};
use crate::measure::Grid;

/// A block of zeros.
pub(crate) struct Unwritten<'m, 'a> {
    pub(crate) subject: &'m Subject<'a>,
    pub(crate) region: Region,
    pub(crate) count: usize,
    /// The peers without zeros, and the name that they share.
    pub(crate) peers: usize,
    pub(crate) name: String,
}

/// The fewest peers without zeros.
const PEERS: usize = 3;

/// The smallest and the largest share of a weight. Heads are padded by less.
const LEAST: f64 = 0.05;
const MOST: f64 = 0.75;

/// Finds the blocks. Reads a weight again only if its sample has zeros and those of its peers have none.
pub(crate) fn blocks<'m, 'a>(model: &'m Model<'a>) -> Result<Vec<Unwritten<'m, 'a>>, ReadError> {
    let mut found = Vec::new();
    for stack in peers::stacks(model) {
        for group in stack.by_shape() {
            let (without, with): (Vec<&Subject<'a>>, Vec<&Subject<'a>>) =
                group.into_iter().partition(|subject| zeros(subject) == 0);
            if without.len() < PEERS || with.len() * PEERS > without.len() {
                continue;
            }
            for subject in with.into_iter().filter(|subject| subject.knows_axes()) {
                if let Some((region, count)) = block(subject)?
                    && (model.is_fresh() || !is_of_lines(region, subject.grid()))
                {
                    found.push(Unwritten { subject, region, count, peers: without.len(), name: stack.name.clone() });
                }
            }
        }
    }
    Ok(found)
}

/// Whether a region consists of whole rows or columns.
fn is_of_lines(region: Region, grid: Grid) -> bool {
    match region {
        Region::Elements { first, last } => {
            first.is_multiple_of(grid.columns.max(1)) && (last + 1).is_multiple_of(grid.columns.max(1))
        }
        Region::Rectangle { rows, columns } => {
            rows.1 - rows.0 + 1 == grid.rows || columns.1 - columns.0 + 1 == grid.columns
        }
    }
}

/// The number of zeros in the sample.
fn zeros(subject: &Subject<'_>) -> usize {
    let sample = &subject.statistics.sample;
    let start = sample.partition_point(|value| *value < 0.0);
    sample[start..].iter().take_while(|value| **value == 0.0).count()
}

/// The block that all zeros of a weight fill, at an end of its rows and of its columns.
fn block(subject: &Subject<'_>) -> Result<Option<(Region, usize)>, ReadError> {
    let sampled = number(zeros(subject)) / number(subject.statistics.sample.len().max(1));
    if !(LEAST / 2.0..MOST + LEAST).contains(&sampled) {
        return Ok(None);
    }
    let grid = subject.grid();
    let split = Split::of(&subject.data()?, grid, |value| value == 0.0);
    let share = number(split.count) / number(split.len().max(1));
    let ends = |(first, last): (usize, usize), len: usize| first == 0 || last + 1 == len;
    let region = split.region(MOST).filter(|region| match region {
        Region::Elements { first, last } => ends((*first, *last), split.len()),
        Region::Rectangle { rows, columns } => ends(*rows, grid.rows) && ends(*columns, grid.columns),
    });
    Ok(region.filter(|_| (LEAST..=MOST).contains(&share)).map(|region| (region, split.count)))
}

#[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 elements")]
fn number(count: usize) -> f64 {
    count as f64
}
