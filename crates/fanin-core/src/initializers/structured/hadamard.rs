//! The Hadamard matrix.

use super::eye::matrix;
use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::param::{ParamSpec, ParamViewMut};
use crate::text::Printer;

/// The Hadamard matrix of Sylvester's order, cut to the shape: `w[i, j] = gain (-1)^popcount(i and j) / sqrt(2^m)`, with `2^m` the
/// least power of two that is no smaller than either axis. Where both are `2^m` it is orthogonal.
///
/// Text: `hadamard(gain = 1)`. Shapes of two axes, in either layout; others are refused. Not where symmetry must be broken by
/// chance: every value is `gain / sqrt(2^m)` or minus that. Sylvester 1867; as an initializer Zhao et al. 2021.
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
    /// The matrix times `gain`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `gain` is not finite.
    pub fn new(gain: f64) -> Result<Self, ArgumentError> {
        Ok(Self { gain: ArgumentError::finite("hadamard", "gain", gain)? })
    }
}

/// `(-1)^popcount(i and j) size`.
pub(super) fn signed(size: f64, i: u64, j: u64) -> f64 {
    if (i & j).count_ones().is_multiple_of(2) { size } else { 0.0 - size }
}

/// `1 / sqrt(2^m)`, with `2^m` the least power of two that is no smaller than `order`.
#[expect(clippy::cast_precision_loss, reason = "a power of two is exact")]
pub(super) fn size(order: u64) -> f64 {
    1.0 / (order.max(1).next_power_of_two() as f64).sqrt()
}

impl Initializer for Hadamard {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let (rows, columns) = matrix(param, "hadamard")?;
        if param.is_empty() {
            return Ok(());
        }
        let size = self.gain * size(rows.max(columns));
        out.hold_value(key, "gain", size)?;
        out.fill_each(|index| signed(size, index / columns, index % columns));
        Ok(())
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        matrix(param, "hadamard").map(|_| ())
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        self.check(param).map_or(Distribution::Unstated, |()| Distribution::Fixed)
    }

    fn text(&self) -> Option<String> {
        Some(Printer::new("hadamard").number("gain", self.gain, 1.0).finish())
    }
}
