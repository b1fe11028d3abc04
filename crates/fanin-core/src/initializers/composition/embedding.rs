//! Embedding tables with a zero padding row.

use crate::address::Key;
use crate::initializer::{Distribution, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, Inner, boxed};
use crate::param::{ParamSpec, ParamViewMut, StridedRange};

const INNER: Inner = Inner::or("inner", "normal");
const PADDING: Argument<usize> = Argument::new("padding", 0);

pub(super) static ENTRY: Entry = Entry {
    name: "embedding",
    aliases: &[],
    arguments: &[&INNER, &PADDING],
    summary: "an embedding table whose row `padding` is 0",
    formula: "w[padding] = 0, else inner",
    distribution: "inner's; constant 0 in the padding row",
    shapes: "one or more axes, rows along the first",
    errors: "a padding index beyond the table; anything inner rejects",
    caution: "the row stays 0 only if it is excluded from training",
    source: "no paper; padding_idx of torch.nn.Embedding",
    example: "embedding(normal(std = 0.02), padding = 1)",
    elsewhere: Elsewhere { torch: "`nn.Embedding(padding_idx)`", ..Elsewhere::NONE },
    build: |arguments| {
        let inner = INNER.of(arguments)?;
        boxed(Embedding::new(inner, PADDING.of(arguments)?))
    },
};

/// An embedding table whose row `padding` is 0, so that the padding token contributes nothing. The other rows are the
/// same as if the inner initializer filled the whole table.
///
/// Text: `embedding`. Requires one or more axes, with rows along the first; a padding index beyond the table is
/// rejected. Training changes the row unless its gradient is kept at 0, as PyTorch's `padding_idx` does.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::Ones};
///
/// let table = ParamSpec::new("tokens", [3, 2])?;
/// assert_eq!(Ones.with_padding(1).sample::<f32>(&table, Seed(0))?, [1., 1., 0., 0., 1., 1.]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Embedding<I> {
    inner: I,
    padding: usize,
}

impl<I: Initializer> Embedding<I> {
    /// Creates the values of `inner`, with row `padding` set to 0.
    #[must_use]
    pub const fn new(inner: I, padding: usize) -> Self {
        Self { inner, padding }
    }

    /// Returns the rows before the padding row, the padding row and the rows after it.
    fn rows(&self, param: &ParamSpec) -> Result<[StridedRange; 3], InitError> {
        let rows = param.shape().first().copied();
        match rows {
            Some(rows) if self.padding < rows => {
                let range = |range| StridedRange::along(param.shape(), 0, range).unwrap_or(StridedRange::new(0, 0, 0));
                let after = self.padding + 1;
                Ok([range(0..self.padding), range(self.padding..after), range(after..rows)])
            }
            rows => {
                let reason = format!("it has no row {}; use one of its {}", self.padding, rows.unwrap_or(0));
                Err(InitError::shape(param, ENTRY.name, reason))
            }
        }
    }
}

impl<I: Initializer> Initializer for Embedding<I> {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let [_, padding, _] = self.rows(param)?;
        self.inner.fill(param, key, out.reborrow())?;
        out.fill_strided(param.name(), padding, |mut row| row.fill_constant(key, 0.0))
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        self.rows(param)?;
        self.inner.check(param)
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        let Ok([before, padding, after]) = self.rows(param) else { return Distribution::Unstated };
        match self.inner.distribution(param) {
            Distribution::Fixed => Distribution::Fixed,
            // These distributions may differ between rows.
            Distribution::Unstated | Distribution::Parts(_) | Distribution::Sparse { .. } => Distribution::Unstated,
            distribution => {
                let parts =
                    [(before, distribution.clone()), (padding, Distribution::Constant(0.0)), (after, distribution)];
                Distribution::Parts(parts.into_iter().filter(|(range, _)| range.share() > 0.0).collect())
            }
        }
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().initializer(&self.inner)?.argument(&PADDING, &self.padding).finish())
    }
}
