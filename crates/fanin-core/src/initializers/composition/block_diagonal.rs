//! Block-diagonal matrices.

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, Inner, boxed};
use crate::param::{ParamSpec, ParamViewMut, StridedRange};

const INNER: Inner = Inner::required("inner");
const BLOCKS: Argument<usize> = Argument::new("blocks", 2);

pub(super) static ENTRY: Entry = Entry {
    name: "block_diagonal",
    aliases: &[],
    arguments: &[&INNER, &BLOCKS],
    summary: "blocks on the diagonal, each its own matrix, and 0 elsewhere",
    formula: "block b = inner of [rows / blocks, columns / blocks]",
    distribution: "each block has inner's distribution for its own shape, constant 0 elsewhere",
    shapes: "two axes, both divisible by blocks",
    errors: "a shape that is not a matrix, axes not divisible by blocks; anything inner rejects",
    caution: "a unit sees only the inputs of its block",
    source: "no paper; as groups: Krizhevsky et al. 2012, section 3.5",
    example: "block_diagonal(eye, blocks = 4)",
    elsewhere: Elsewhere { torch: "by hand", jax: "by hand", keras: "by hand", ..Elsewhere::NONE },
    build: |arguments| {
        let inner = INNER.of(arguments)?;
        boxed(BlockDiagonal::new(inner, BLOCKS.of(arguments)?)?)
    },
};

/// Fills each diagonal block of a matrix as a separate matrix, with 0 elsewhere. The layer starts as `blocks`
/// independent layers.
///
/// Block `b`, counted from 0, has the fans of its own shape and draws from part `b` of the address.
///
/// Text: `block_diagonal`. Requires two axes, both divisible by `blocks`.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::Ones};
///
/// let weight = ParamSpec::new("w", [2, 4])?;
/// let blocks = Ones.block_diagonal(2)?;
/// assert_eq!(blocks.sample::<f32>(&weight, Seed(0))?, [1., 1., 0., 0., 0., 0., 1., 1.]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlockDiagonal<I> {
    inner: I,
    blocks: usize,
}

/// The rows of a block, its columns within these rows, and its spec.
type Block = (StridedRange, StridedRange, ParamSpec);

impl<I: Initializer> BlockDiagonal<I> {
    /// Creates `blocks` blocks, each filled by `inner`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `blocks` is 0.
    pub fn new(inner: I, blocks: usize) -> Result<Self, ArgumentError> {
        if blocks == 0 {
            let reason = "is not a count; use 1 or more";
            return Err(ArgumentError {
                initializer: ENTRY.name,
                argument: BLOCKS.name,
                value: "0".to_owned(),
                reason,
            });
        }
        Ok(Self { inner, blocks })
    }

    fn blocks(&self, param: &ParamSpec) -> Result<Vec<Block>, InitError> {
        let refuse = |reason: String| Err(InitError::shape(param, ENTRY.name, reason));
        let blocks = self.blocks;
        let [rows, columns] = *param.shape() else {
            return refuse(format!("it has {} axes; use a matrix", param.shape().len()));
        };
        if rows % blocks != 0 || columns % blocks != 0 {
            return refuse(format!("its axes cannot be split into {blocks} blocks; use a divisor of both lengths"));
        }
        let (height, width) = (rows / blocks, columns / blocks);
        if height == 0 || width == 0 {
            return Ok(Vec::new());
        }
        let part = param.part([height, width])?;
        let of = |block: usize| {
            let lines = StridedRange::along(&[rows, columns], 0, block * height..(block + 1) * height)?;
            let places = StridedRange::along(&[height, columns], 1, block * width..(block + 1) * width)?;
            Some((lines, places, part.clone()))
        };
        Ok((0..blocks).filter_map(of).collect())
    }
}

impl<I: Initializer> Initializer for BlockDiagonal<I> {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let blocks = self.blocks(param)?;
        if let Some((_, _, part)) = blocks.first() {
            self.inner.check(part)?;
            out.dry_run(|view| self.inner.fill(part, key, view))?;
        }
        out.fill_constant(key, 0.0)?;
        let name = param.name();
        for (number, (rows, columns, part)) in blocks.iter().enumerate() {
            let address = key.part(&number.to_string());
            out.fill_strided(name, *rows, |mut lines| {
                lines.fill_strided(name, *columns, |block| self.inner.fill(part, address.key(), block))
            })?;
        }
        Ok(())
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        self.blocks(param)?.first().map_or(Ok(()), |(_, _, part)| self.inner.check(part))
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        let Ok(blocks) = self.blocks(param) else { return Distribution::Unstated };
        let Some((_, _, part)) = blocks.first() else { return Distribution::Unstated };
        match self.inner.distribution(part) {
            Distribution::Unstated => Distribution::Unstated,
            Distribution::Fixed => Distribution::Fixed,
            distribution => {
                let lines = |(rows, columns, _): Block| {
                    let zero =
                        |from, until| (StridedRange::new(from, until, columns.period()), Distribution::Constant(0.0));
                    let parts = [
                        zero(0, columns.start()),
                        (columns, distribution.clone()),
                        zero(columns.end(), columns.period()),
                    ];
                    (rows, Distribution::Parts(parts.into_iter().filter(|(range, _)| range.share() > 0.0).collect()))
                };
                Distribution::Parts(blocks.into_iter().map(lines).collect())
            }
        }
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().initializer(&self.inner)?.argument(&BLOCKS, &self.blocks).finish())
    }
}
