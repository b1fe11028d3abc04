//! Differences between two checkpoints, tensor by tensor.
//!
//! | outcome | when |
//! |---|---|
//! | equal | same shape, element type and bytes |
//! | rounded | one side is the other, rounded to its element type |
//! | reshaped | the same bytes in another shape |
//! | transposed | the same values with the axes in another order |
//! | resized | one axis became longer or shorter, and the leading part that both have is equal, such as a vocabulary |
//! | fused, split | a tensor of one side consists of the rows or columns of several of the other, concatenated or interleaved by head, possibly transposed |
//! | rows or columns permuted | the same rows or columns in another order: renumbered neurons |
//! | drawn anew | the new values are independent of the old ones, and an initializer generated them |
//! | replaced | the new values are independent of the old ones, and no known initializer generated them |
//! | changed | any other change of the same shape, with its size and whether the distribution is still the same |
//! | shape, element type | values cannot be compared |
//!
//! # Pairs
//! Tensors are paired by name; two `.npy` files hold one tensor each and are paired whatever their names are. The rest
//! is paired by a part that was added to at least half of the names or removed from them, such as the prefix of a
//! wrapper; then by values, in any order of the elements and rounded to the other side's element type; then by the
//! [renamings](Renaming) of the pairs found so far.
//!
//! # Drawn anew
//! The results of two training runs are independent too, so the initializer must be one that the audit knows: at least
//! 64 values, a mean of zero, and for vectors, where trained values often look normal, a uniform distribution or a
//! usual scale. All other independent values are replaced.
//!
//! # Distributions
//! Two distributions differ if the p-value of the two-sample Kolmogorov-Smirnov test is below [`ALPHA`] divided by the
//! number of tensors (Bonferroni). The test assumes independent samples; for values that changed only a little it
//! rejects less often.
//!
//! ```
//! use fanin_audit::diff::{self, Outcome};
//! use fanin_core::{InitializerExt, Layout, ParamSpec, Seed, initializers::he_normal, param::Slice};
//!
//! let param = ParamSpec::new("fc.weight", [64, 8])?.with_layout(Layout::OutIn);
//! let (a, b) = (he_normal().sample::<f32>(&param, Seed(1))?, he_normal().sample::<f32>(&param, Seed(2))?);
//! let (outcome, _) = diff::values(Slice::F32(&a), Slice::F32(&b), &param);
//! assert!(matches!(outcome, Outcome::DrawnAnew { .. }));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod axes;
mod change;
mod drawn;
mod fingerprint;
mod fused;
mod outcome;
mod pairing;
mod permutation;
mod renaming;
mod rounding;

use std::collections::{HashMap, HashSet};

use fanin_core::resolve::Pattern;
use fanin_core::{Layout, ParamSpec, param::Slice};
use rayon::prelude::*;

pub use change::{ALPHA, Change};
pub use outcome::{Difference, Outcome, TensorType};
pub use renaming::{Renaming, renamings};

use crate::judge::FileAxes;
use crate::measure::{Counts, Grid};
use fanin_checkpoint::reading::{Checkpoint, ElementType, ReadError, Tensor, TensorData};
use fused::{Fused, fused};
use pairing::Pair;

/// Compares the tensors whose names pass `wanted`, on the current thread pool: in the order of `a`, then those only in
/// `b`. `layouts`, where the first match wins, are used to identify the initializers of tensors drawn anew; other
/// layouts are inferred from names and shapes.
///
/// # Errors
/// [`ReadError`] if a tensor lies outside its file.
pub fn checkpoints(
    a: &Checkpoint,
    b: &Checkpoint,
    layouts: &[(Pattern, Layout)],
    wanted: impl Fn(&str) -> bool + Sync,
    seen: impl Fn(&str) + Sync,
) -> Result<Vec<Difference>, ReadError> {
    let inferred = FileAxes::of(b.tensors().iter().map(|tensor| (tensor.name(), tensor.shape())), layouts);
    let pairs = pairing::pairs((a, b), &wanted)?;
    let only_a: Vec<&Tensor> = pairs.iter().filter(|pair| pair.1.is_none()).filter_map(|pair| pair.0).collect();
    let only_b: Vec<&Tensor> = pairs.iter().filter(|pair| pair.0.is_none()).filter_map(|pair| pair.1).collect();
    let joined = Joined::new(fused((a, &only_a), (b, &only_b))?, fused((b, &only_b), (a, &only_a))?);
    let differences: Result<Vec<Option<Difference>>, ReadError> = pairs
        .into_par_iter()
        .map(|pair| {
            seen(pair.0.or(pair.1).map_or("", Tensor::name));
            match pair {
                (Some(one), Some(other)) => {
                    let (outcome, change) = tensors((a, one), (b, other), &inferred)?;
                    Ok(Some(Difference { change, ..difference(pair, outcome) }))
                }
                _ => Ok(joined.of(pair)),
            }
        })
        .collect();
    let mut differences: Vec<Difference> = differences?.into_iter().flatten().collect();
    if pairing::are_arrays(a, b) {
        for difference in &mut differences {
            difference.renamed = None;
        }
    }
    let compared = differences.iter().filter(|difference| difference.a.is_some() && difference.b.is_some()).count();
    for change in differences.iter_mut().filter_map(|difference| difference.change.as_mut()) {
        change.compared = compared;
    }
    Ok(differences)
}

fn difference((one, other): Pair<'_>, outcome: Outcome) -> Difference {
    let name = one.or(other).map_or("", Tensor::name);
    let renamed = other.map(Tensor::name).filter(|other| *other != name).map(ToOwned::to_owned);
    let (a, b) = (one.map(TensorType::of), other.map(TensorType::of));
    Difference { name: name.to_owned(), renamed, a, b, outcome, change: None }
}

/// Tensors without a partner: fused, split, or on one side only.
struct Joined<'c> {
    fused: HashMap<&'c str, Fused<'c>>,
    split: HashMap<&'c str, Fused<'c>>,
    /// The parts of both, by the side that has them.
    parts: [HashSet<&'c str>; 2],
}

impl<'c> Joined<'c> {
    fn new(fused: Vec<Fused<'c>>, split: Vec<Fused<'c>>) -> Self {
        let parts = |all: &[Fused<'c>]| all.iter().flat_map(|fused| &fused.parts).map(|part| part.name()).collect();
        let parts = [parts(&fused), parts(&split)];
        let by_name = |all: Vec<Fused<'c>>| all.into_iter().map(|fused| (fused.whole.name(), fused)).collect();
        Self { fused: by_name(fused), split: by_name(split), parts }
    }

    /// The difference of a tensor of one side; `None` for the parts of another tensor.
    fn of(&self, pair: Pair<'_>) -> Option<Difference> {
        let (name, whole, side) = match pair {
            (Some(one), _) => (one.name(), self.split.get(one.name()), 0),
            (None, Some(other)) => (other.name(), self.fused.get(other.name()), 1),
            (None, None) => return None,
        };
        if self.parts[side].contains(name) {
            return None;
        }
        let outcome = match whole {
            Some(Fused { parts, axis, transposed, interleaved, .. }) => {
                let parts = parts.iter().map(|part| part.name().to_owned()).collect();
                let (axis, transposed, interleaved) = (*axis, *transposed, *interleaved);
                if side == 0 {
                    Outcome::Split { parts, axis, transposed, interleaved }
                } else {
                    Outcome::Fused { parts, axis, transposed, interleaved }
                }
            }
            None if side == 0 => Outcome::OnlyInA,
            None => Outcome::OnlyInB,
        };
        Some(difference(pair, outcome))
    }
}

fn tensors(
    (a, one): (&Checkpoint, &Tensor),
    (b, other): (&Checkpoint, &Tensor),
    inferred: &FileAxes<'_>,
) -> Result<(Outcome, Option<Change>), ReadError> {
    if [one, other].iter().any(|tensor| matches!(tensor.element(), ElementType::Unread { .. })) {
        return Ok((Outcome::Unread, None));
    }
    let (old, new) = (a.load(one)?, b.load(other)?);
    if one.shape() != other.shape() {
        return Ok((of_other_shape((&old, one.shape()), (&new, other.shape())), None));
    }
    let Some(param) = inferred.param(other.name(), other.shape()) else { return Ok((Outcome::ElementType, None)) };
    Ok(compared(&old, &new, &param))
}

/// Compares tensors of different shapes.
fn of_other_shape(a: (&TensorData<'_>, &[usize]), b: (&TensorData<'_>, &[usize])) -> Outcome {
    if a.0.len() == b.0.len() {
        if a.0.element() == b.0.element() && a.0.bytes() == b.0.bytes() {
            return Outcome::Reshaped;
        }
        return axes::order(a, b).map_or(Outcome::Shape, |axes| Outcome::Transposed { axes });
    }
    axes::leading_part(a, b).map_or(Outcome::Shape, |(axis, kept)| Outcome::Resized { axis, kept })
}

/// Compares values in memory that have the same shape.
#[must_use]
pub fn values(a: Slice<'_>, b: Slice<'_>, param: &ParamSpec) -> (Outcome, Option<Change>) {
    if a.len() != b.len() || a.len() != param.len() {
        return (Outcome::Shape, None);
    }
    compared(&a.into(), &b.into(), param)
}

fn compared(a: &TensorData<'_>, b: &TensorData<'_>, param: &ParamSpec) -> (Outcome, Option<Change>) {
    if a.element() == b.element() && a.bytes() == b.bytes() {
        return (Outcome::Equal, None);
    }
    let grid = Grid::vector(param.len());
    let (Some(old), Some(new)) = (Counts::of(a, grid), Counts::of(b, grid)) else {
        return (if a.element() == b.element() { Outcome::Bytes } else { Outcome::ElementType }, None);
    };
    let change = Change::of(a, b, &old, &new);
    if old.dtype != new.dtype && rounding::one_is_the_other(a, b) {
        return (Outcome::Rounded, Some(change));
    }
    // Only tensors with equal counts can be permutations.
    if (old.dtype != new.dtype || old.cells == new.cells)
        && let Some(axes) = axes::order((a, param.shape()), (b, param.shape()))
    {
        return (Outcome::Transposed { axes }, Some(change));
    }
    if old.dtype == new.dtype && old.cells == new.cells {
        if permutation::of_rows(a, b, param.shape()) {
            return (Outcome::RowsPermuted, Some(change));
        }
        if permutation::of_columns(a, b, param.shape()) {
            return (Outcome::ColumnsPermuted, Some(change));
        }
    }
    if drawn::independent(&old, &new, &change) {
        let outcome = match drawn::initializer(b, param) {
            Some(initializer) => Outcome::DrawnAnew { initializer },
            None => Outcome::Replaced,
        };
        return (outcome, Some(change));
    }
    (Outcome::Changed, Some(change))
}
