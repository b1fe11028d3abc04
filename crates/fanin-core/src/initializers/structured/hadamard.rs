//! Hadamard matrices.

use super::eye::matrix;
use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, boxed};
use crate::param::{ParamSpec, ParamViewMut};

const GAIN: Argument<f64> = Argument::new("gain", 1.0);

pub(super) static ENTRY: Entry = Entry {
    name: "hadamard",
    aliases: &[],
    arguments: &[&GAIN],
    summary: "entries of one magnitude, orthogonal if both axes are the same power of two",
    formula: "w[i, j] = gain (-1)^popcount(i and j) / sqrt(2^m), 2^m the smallest power of two not below either axis",
    distribution: "fixed",
    shapes: "two axes, in either layout",
    errors: "a shape that is not a matrix",
    caution: "deterministic: layers of the same shape start identical",
    source: "Sylvester 1867; Zhao et al. 2021, definition 1",
    example: "hadamard",
    elsewhere: Elsewhere::NONE,
    build: |arguments| boxed(Hadamard::new(GAIN.of(arguments)?)?),
};

/// The Hadamard matrix in Sylvester's order, cropped to the shape: `w[i, j] = gain (-1)^popcount(i and j) / sqrt(2^m)`,
/// where `2^m` is the smallest power of two not below either axis. If both axes are `2^m`, the matrix is `gain` times
/// an orthogonal one.
///
/// Text: `hadamard`. Requires two axes, in either layout. Deterministic: every value is plus or minus
/// `gain / sqrt(2^m)`. Sylvester 1867; as an initializer Zhao et al. 2021.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::Hadamard};
///
/// let weight = ParamSpec::new("w", [4, 2])?;
/// assert_eq!(Hadamard::new(2.0)?.sample::<f32>(&weight, Seed(0))?, [1., 1., 1., -1., 1., 1., 1., -1.]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hadamard {
    gain: f64,
}

impl Hadamard {
    /// Creates the matrix times `gain`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `gain` is not finite.
    pub fn new(gain: f64) -> Result<Self, ArgumentError> {
        Ok(Self { gain: ArgumentError::finite(ENTRY.name, GAIN.name, gain)? })
    }
}

/// Returns `(-1)^popcount(i and j) size`.
pub(super) fn signed(size: f64, i: u64, j: u64) -> f64 {
    if (i & j).count_ones().is_multiple_of(2) { size } else { 0.0 - size }
}

/// Returns `1 / sqrt(2^m)`, where `2^m` is the smallest power of two not below `order`.
#[expect(clippy::cast_precision_loss, reason = "a power of two is exact")]
pub(super) fn size(order: u64) -> f64 {
    1.0 / (order.max(1).next_power_of_two() as f64).sqrt()
}

impl Initializer for Hadamard {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let (rows, columns) = matrix(param, ENTRY.name)?;
        if param.is_empty() {
            return Ok(());
        }
        let size = self.gain * size(rows.max(columns));
        out.check_value(key, GAIN.name, size)?;
        out.fill_each(|index| signed(size, index / columns, index % columns));
        Ok(())
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        matrix(param, ENTRY.name).map(|_| ())
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        self.check(param).map_or(Distribution::Unstated, |()| Distribution::Fixed)
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().argument(&GAIN, &self.gain).finish())
    }
}
