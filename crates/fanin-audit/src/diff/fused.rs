//! Tensors that are the rows, or the columns, of several others: fused or split projections, possibly transposed.
//!
//! Rows and columns are compared by hashes of 64 bits.

use std::collections::HashMap;

use fanin_checkpoint::reading::{Checkpoint, ElementType, ReadError, Tensor, TensorData};
use rayon::prelude::*;

use super::fingerprint::mixed;
use super::renaming;

/// The maximum number of rows and columns of a tensor whose hashes are kept.
const MOST: usize = 1 << 20;

/// A tensor that consists of several others.
pub(super) struct Fused<'c> {
    pub(super) whole: &'c Tensor,
    pub(super) parts: Vec<&'c Tensor>,
    /// The axis of the whole along which the parts lie.
    pub(super) axis: usize,
    /// Whether the parts are transposed.
    pub(super) transposed: bool,
    /// Whether the lines of the parts are interleaved, as in attention heads.
    pub(super) interleaved: bool,
}

/// The hashes of the lines of a tensor along one axis.
struct Lined<'c> {
    tensor: &'c Tensor,
    element: ElementType,
    /// The shape without the axis.
    rest: Vec<usize>,
    lines: Vec<u64>,
}

/// Finds the tensors of `wholes` that consist of several of `parts`. Each part is used once.
pub(super) fn fused<'c>(
    (of_parts, parts): (&'c Checkpoint, &[&'c Tensor]),
    (of_wholes, wholes): (&'c Checkpoint, &[&'c Tensor]),
) -> Result<Vec<Fused<'c>>, ReadError> {
    let mut found: Vec<Fused<'c>> = Vec::new();
    if parts.len() < 2 || wholes.is_empty() {
        return Ok(found);
    }
    // Conv1D of GPT-2 stores [in, 3 out], and the projections of other models are [out, in].
    for (axis, axis_of_parts) in [(0, 0), (1, 1), (1, 0), (0, 1)] {
        let transposed = axis != axis_of_parts;
        let lined = |of: &'c Checkpoint, tensors: &[&'c Tensor], axis: usize| {
            let lined = tensors.par_iter().map(|tensor| Lined::of(of, tensor, axis));
            lined.collect::<Result<Vec<_>, ReadError>>().map(|all| all.into_iter().flatten().collect::<Vec<_>>())
        };
        let (parts, wholes) = (lined(of_parts, parts, axis_of_parts)?, lined(of_wholes, wholes, axis)?);
        // Vectors last: the biases of a layer follow its matrix.
        let mut order: Vec<&Lined<'c>> = wholes.iter().collect();
        order.sort_by_key(|whole| whole.rest.is_empty());
        for whole in order {
            let used = |tensor: &Tensor| {
                found.iter().any(|fused| {
                    fused.whole.name() == tensor.name() || fused.parts.iter().any(|part| part.name() == tensor.name())
                })
            };
            if used(whole.tensor) {
                continue;
            }
            // A vector has no other order of its axes.
            let in_order = |part: &Lined<'_>| !transposed || part.rest.len() == 1;
            let fits = |part: &&Lined<'c>| part.fits(whole) && in_order(part) && !used(part.tensor);
            let free: Vec<&Lined<'c>> = parts.iter().filter(fits).collect();
            if let Some((parts, interleaved)) = in_turn(whole, &free).or_else(|| interleaved(whole, &free)) {
                found.push(Fused { whole: whole.tensor, parts, axis, transposed, interleaved });
            }
        }
    }
    Ok(found)
}

impl<'c> Lined<'c> {
    fn of(checkpoint: &Checkpoint, tensor: &'c Tensor, axis: usize) -> Result<Option<Self>, ReadError> {
        let shape = tensor.shape();
        let suits = shape.get(axis).is_some_and(|lines| (1..=MOST).contains(lines)) && (axis == 0 || shape.len() == 2);
        if !suits || tensor.is_empty() || matches!(tensor.element(), ElementType::Unread { .. }) {
            return Ok(None);
        }
        let data = checkpoint.load(tensor)?;
        let mut rest = shape.to_vec();
        rest.remove(axis);
        let lines = hashes(&data, shape, axis);
        Ok(lines.map(|lines| Self { tensor, element: tensor.element(), rest, lines }))
    }

    fn fits(&self, whole: &Self) -> bool {
        self.rest == whole.rest && self.element == whole.element && self.lines.len() < whole.lines.len()
    }
}

/// A hash of each line, byte by byte.
fn hashes(data: &TensorData<'_>, shape: &[usize], axis: usize) -> Option<Vec<u64>> {
    let (bytes, lines) = (data.bytes(), *shape.get(axis)?);
    let size = bytes.len().checked_div(data.len()).filter(|size| *size > 0 && size * data.len() == bytes.len())?;
    let word = |cell: &[u8]| cell.iter().fold(0_u64, |word, byte| word << 8 | u64::from(*byte));
    let mut hashes = vec![0_u64; lines];
    if axis == 0 {
        for (hash, row) in hashes.iter_mut().zip(bytes.chunks(bytes.len() / lines)) {
            *hash = row.chunks(size).fold(0, |hash, cell| mixed(hash ^ word(cell)));
        }
    } else {
        for row in bytes.chunks(lines * size) {
            for (hash, cell) in hashes.iter_mut().zip(row.chunks(size)) {
                *hash = mixed(*hash ^ word(cell));
            }
        }
    }
    Some(hashes)
}

/// The parts whose concatenation is a whole.
fn in_turn<'c>(whole: &Lined<'c>, parts: &[&Lined<'c>]) -> Option<(Vec<&'c Tensor>, bool)> {
    let mut by_first: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, part) in parts.iter().enumerate() {
        by_first.entry(*part.lines.first()?).or_default().push(at);
    }
    let (mut start, mut found) = (0, Vec::new());
    while let Some(first) = whole.lines.get(start) {
        let follows = |at: &&usize| {
            !found.contains(*at)
                && parts
                    .get(**at)
                    .is_some_and(|part| whole.lines.get(start..start + part.lines.len()) == Some(&part.lines))
        };
        let name = whole.tensor.name();
        let likeness = |at: &&usize| {
            parts.get(**at).map(|part| (renaming::affinity(part.tensor.name(), name), std::cmp::Reverse(**at)))
        };
        let next = *by_first.get(first)?.iter().filter(follows).max_by_key(likeness)?;
        start += parts.get(next)?.lines.len();
        found.push(next);
    }
    let tensors = found.iter().filter_map(|at| parts.get(*at)).map(|part| part.tensor).collect();
    (found.len() > 1).then_some((tensors, false))
}

/// The parts whose interleaved lines are a whole. The lines of vectors are too often equal to be evidence.
fn interleaved<'c>(whole: &Lined<'c>, parts: &[&Lined<'c>]) -> Option<(Vec<&'c Tensor>, bool)> {
    if whole.rest.iter().product::<usize>() < 4 {
        return None;
    }
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, part) in parts.iter().enumerate() {
        part.lines.iter().for_each(|line| places.entry(*line).or_default().push(at));
    }
    let mut used = vec![0_usize; parts.len()];
    for line in &whole.lines {
        let part = places.get_mut(line)?.pop()?;
        *used.get_mut(part)? += 1;
    }
    let taken: Vec<&&Lined<'c>> =
        parts.iter().zip(&used).filter(|(_, used)| **used > 0).map(|(part, _)| part).collect();
    let complete = parts.iter().zip(&used).all(|(part, used)| *used == 0 || *used == part.lines.len());
    (complete && taken.len() > 1).then(|| (taken.into_iter().map(|part| part.tensor).collect(), true))
}
