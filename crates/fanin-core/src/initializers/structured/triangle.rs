//! A triangle of ones: the mask of causal and triangular matrices.

use std::fmt;

use super::eye::matrix;
use crate::address::Key;
use crate::initializer::{Distribution, InitError, Initializer};
use crate::param::{ParamSpec, ParamViewMut};
use crate::text::Printer;

/// Which triangle of a matrix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TrianglePart {
    /// On and below the diagonal.
    #[default]
    Lower,
    /// On and above the diagonal.
    Upper,
}

/// Ones on and below (or above) the diagonal, zeros elsewhere: `w[i, j] = 1` where `j <= i` (or `j >= i`). A mask for
/// [`InitializerExt::masked`](crate::InitializerExt::masked): `masked(normal(std = 0.02), triangle)`.
///
/// Text: `triangle(part = lower)`; part lower or upper. Shapes of two axes; others are refused.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::{Triangle, TrianglePart}};
///
/// let weight = ParamSpec::new("w", [2, 2])?;
/// let lower = Triangle::new(TrianglePart::Lower);
/// assert_eq!(lower.sample::<f32>(&weight, Seed(0))?, [1.0, 0.0, 1.0, 1.0]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Triangle {
    part: TrianglePart,
}

impl Triangle {
    /// This triangle.
    #[must_use]
    pub const fn new(part: TrianglePart) -> Self {
        Self { part }
    }
}

impl TrianglePart {
    pub(crate) const WORDS: [(&'static str, Self); 2] = [("lower", Self::Lower), ("upper", Self::Upper)];
}

impl fmt::Display for TrianglePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Lower => "lower",
            Self::Upper => "upper",
        })
    }
}

impl Initializer for Triangle {
    fn fill(&self, param: &ParamSpec, _: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let (_, columns) = matrix(param, "triangle")?;
        if param.is_empty() {
            return Ok(());
        }
        out.fill_each(|index| {
            let (row, column) = (index / columns, index % columns);
            let inside = match self.part {
                TrianglePart::Lower => column <= row,
                TrianglePart::Upper => column >= row,
            };
            f64::from(u8::from(inside))
        });
        Ok(())
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        matrix(param, "triangle").map(|_| ())
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        self.check(param).map_or(Distribution::Unstated, |()| Distribution::Fixed)
    }

    fn text(&self) -> Option<String> {
        Some(Printer::new("triangle").word("part", self.part, TrianglePart::Lower).finish())
    }
}
