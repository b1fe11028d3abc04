//! Triangular masks.

use super::eye::matrix;
use crate::address::Key;
use crate::initializer::{Distribution, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, boxed, words};
use crate::param::{ParamSpec, ParamViewMut};

const PART: Argument<TrianglePart> = Argument::new("part", TrianglePart::Lower);

pub(super) static ENTRY: Entry = Entry {
    name: "triangle",
    aliases: &[],
    arguments: &[&PART],
    summary: "ones on and below (part = lower) or above (upper) the diagonal: a mask",
    formula: "w[i, j] = 1 where j <= i, or j >= i",
    distribution: "fixed",
    shapes: "two axes",
    errors: "a shape that is not a matrix",
    caution: "a mask, not weights: see masked",
    source: "as a mask: Germain et al. 2015 (MADE), equation 8",
    example: "triangle(part = upper)",
    elsewhere: Elsewhere { torch: "`tril`, `triu` of tensors", ..Elsewhere::NONE },
    build: |arguments| boxed(Triangle::new(PART.of(arguments)?)),
};

/// The lower or upper triangle of a matrix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TrianglePart {
    /// On and below the diagonal.
    #[default]
    Lower,
    /// On and above the diagonal.
    Upper,
}

/// A mask of ones on and below (or above) the diagonal, and zeros elsewhere: `w[i, j] = 1` where `j <= i` (or
/// `j >= i`). For use with [`InitializerExt::masked`](crate::InitializerExt::masked):
/// `masked(normal(std = 0.02), triangle)`.
///
/// Text: `triangle`; `part` is lower or upper. Requires two axes.
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
    /// Creates the mask of this triangle.
    #[must_use]
    pub const fn new(part: TrianglePart) -> Self {
        Self { part }
    }
}

words!(TrianglePart { Lower "lower", Upper "upper" });

impl Initializer for Triangle {
    fn fill(&self, param: &ParamSpec, _: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let (_, columns) = matrix(param, ENTRY.name)?;
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
        matrix(param, ENTRY.name).map(|_| ())
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        self.check(param).map_or(Distribution::Unstated, |()| Distribution::Fixed)
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().argument(&PART, &self.part).finish())
    }
}
