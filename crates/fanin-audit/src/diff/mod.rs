//! Differences between two checkpoints, tensor by tensor.
//!
//! | outcome | when |
//! |---|---|
//! | equal | same shape, element type and bytes |
//! | rounded | one side is the other, rounded to its element type |
//! | rows or columns permuted | the same rows or columns in another order: renumbered neurons |
//! | drawn anew | the new values are independent of the old ones, and an initializer could have generated them |
//! | replaced | the new values are independent of the old ones, and no known initializer could have generated them |
//! | changed | any other change of the same shape, with its size and whether the distribution is still the same |
//! | shape, element type | values cannot be compared |
//!
//! Two distributions differ if the p-value of the two-sample Kolmogorov-Smirnov test is below [`ALPHA`] divided by the number of tensors
//! (Bonferroni). The test assumes independent samples; for values that moved only a little it rejects less often.
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

mod change;
mod outcome;
mod permutation;
mod rounding;

use std::collections::{HashMap, HashSet};

use fanin_core::resolve::Pattern;
use fanin_core::{Layout, ParamSpec, param::Slice};
use rayon::prelude::*;

pub use change::{ALPHA, Change};
pub use outcome::{Difference, Outcome, TensorType};

use crate::identify::{self, IdentifyOptions, IdentityVerdict};
use crate::judge::FileAxes;
use crate::measure::{Counts, Grid};
use fanin_checkpoint::reading::{Checkpoint, ElementType, ReadError, Tensor, TensorData};

/// The fewest values needed to test independence.
const LEAST: usize = 64;

/// The correlation of independent values exceeds this many standard errors once in 10 000 times.
const ERRORS: f64 = 3.890_591_886_413_1;

/// Values with a larger correlation are dependent, however few they are.
const CORRELATED: f64 = 0.25;

/// Compares the tensors whose names pass `wanted`, on the current thread pool: in the order of `a`, then those only in `b`. The
/// layouts, of which the first that matches counts, are used to identify the initializers of tensors drawn anew; the others are inferred
/// from names and shapes.
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
    let axes = FileAxes::of(b.tensors().iter().map(|tensor| (tensor.name(), tensor.shape())), layouts);
    let others: HashMap<&str, &Tensor> = b.tensors().iter().map(|tensor| (tensor.name(), tensor)).collect();
    let names: HashSet<&str> = a.tensors().iter().map(Tensor::name).collect();
    let in_a = a.tensors().iter().map(|one| (Some(one), others.get(one.name()).copied()));
    let only_b = b.tensors().iter().filter(|other| !names.contains(other.name())).map(|other| (None, Some(other)));
    let name = |pair: &(Option<&Tensor>, Option<&Tensor>)| pair.0.or(pair.1).map_or("", Tensor::name).to_owned();
    let pairs: Vec<_> = in_a.chain(only_b).filter(|pair| wanted(&name(pair))).collect();
    let differences: Result<Vec<Difference>, ReadError> = pairs
        .into_par_iter()
        .map(|pair| {
            let name = name(&pair);
            let (outcome, change) = match pair {
                (Some(one), Some(other)) => tensors((a, one), (b, other), &axes)?,
                (Some(_), None) => (Outcome::OnlyInA, None),
                _ => (Outcome::OnlyInB, None),
            };
            seen(&name);
            Ok(Difference { name, a: pair.0.map(TensorType::of), b: pair.1.map(TensorType::of), outcome, change })
        })
        .collect();
    let mut differences = differences?;
    let compared = differences.iter().filter(|difference| difference.a.is_some() && difference.b.is_some()).count();
    for change in differences.iter_mut().filter_map(|difference| difference.change.as_mut()) {
        change.compared = compared;
    }
    Ok(differences)
}

fn tensors(
    (a, one): (&Checkpoint, &Tensor),
    (b, other): (&Checkpoint, &Tensor),
    axes: &FileAxes<'_>,
) -> Result<(Outcome, Option<Change>), ReadError> {
    if [one, other].iter().any(|tensor| matches!(tensor.element(), ElementType::Unread { .. })) {
        return Ok((Outcome::Unread, None));
    }
    if one.shape() != other.shape() {
        return Ok((Outcome::Shape, None));
    }
    let (old, new) = (a.load(one)?, b.load(other)?);
    let Some(param) = axes.param(other.name(), other.shape()) else { return Ok((Outcome::ElementType, None)) };
    Ok(compared(&old, &new, &param))
}

/// Compares values in memory, of the same shape.
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
    if old.dtype == new.dtype && old.cells == new.cells {
        if permutation::of_rows(a, b, param.shape()) {
            return (Outcome::RowsPermuted, Some(change));
        }
        if permutation::of_columns(a, b, param.shape()) {
            return (Outcome::ColumnsPermuted, Some(change));
        }
    }
    if independent(&old, &new, &change) {
        let found = identify::tensor(b, param, &IdentifyOptions::default());
        let outcome = match found.verdict() {
            IdentityVerdict::Known | IdentityVerdict::Fitted | IdentityVerdict::Address(_) => {
                Outcome::DrawnAnew { initializer: found.to_string() }
            }
            IdentityVerdict::Undetermined => Outcome::DrawnAnew { initializer: found.tied_text() },
            _ => Outcome::Replaced,
        };
        return (outcome, Some(change));
    }
    (Outcome::Changed, Some(change))
}

/// Whether the new values are independent of the old ones: no significant correlation, or constant values instead of varied ones.
fn independent(old: &Counts, new: &Counts, change: &Change) -> bool {
    let (old, new) = (&old.statistics, &new.statistics);
    if old.len < LEAST || old.non_finite + new.non_finite > 0 || old.is_constant() {
        return false;
    }
    if new.is_constant() {
        return true;
    }
    change.correlation.abs() <= CORRELATED.min(ERRORS * change.correlation_error)
}
