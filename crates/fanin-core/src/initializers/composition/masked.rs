//! Masked initializers.

use crate::address::Key;
use crate::initializer::{Distribution, InitError, Initializer};
use crate::notation::{Elsewhere, Entry, Inner, boxed};
use crate::param::{ParamSpec, ParamViewMut};

const INNER: Inner = Inner::required("inner");
const MASK: Inner = Inner::required("mask");

pub(super) static ENTRY: Entry = Entry {
    name: "masked",
    aliases: &[],
    arguments: &[&INNER, &MASK],
    summary: "the values of one initializer where those of another, the mask, are not 0",
    formula: "w = inner where mask is not 0, else 0",
    distribution: "a mixture of 0 and inner where the mask is random, fixed where both are",
    shapes: "anything both accept",
    errors: "anything either rejects",
    caution: "the variance of a unit's sum falls by the fraction masked out",
    source: "as a triangle: Germain et al. 2015 (MADE), equation 8",
    example: "masked(normal(std = 0.02), triangle)",
    elsewhere: Elsewhere { torch: "by hand", jax: "by hand", keras: "by hand", candle: "by hand", burn: "by hand" },
    build: |arguments| {
        let inner = INNER.of(arguments)?;
        boxed(Masked::new(inner, MASK.of(arguments)?))
    },
};

/// Keeps the values of one initializer where those of another, the mask, are not 0, and sets the rest to 0. The mask
/// may be a [`Triangle`](crate::initializers::Triangle), a [`Bernoulli`](crate::initializers::Bernoulli), or any other
/// initializer.
///
/// The values draw from part `masked` of the address, the mask from part `mask`.
///
/// Text: `masked(inner, mask)`. Supports every parameter that both initializers accept. Values are not rescaled: a mask
/// that keeps a fraction `p` of each unit's inputs multiplies the variance of its sum by `p`.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::{Ones, Triangle}};
///
/// let lower = Ones.masked(Triangle::default());
/// assert_eq!(lower.sample::<f32>(&ParamSpec::new("w", [2, 2])?, Seed(0))?, [1.0, 0.0, 1.0, 1.0]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Masked<I, M> {
    inner: I,
    mask: M,
}

impl<I: Initializer, M: Initializer> Masked<I, M> {
    /// Creates the values of `inner` where `mask` is not 0.
    #[must_use]
    pub const fn new(inner: I, mask: M) -> Self {
        Self { inner, mask }
    }
}

/// Returns the probability that a value is 0, if the distribution determines it.
fn share_of_zeros(distribution: &Distribution) -> Option<f64> {
    match distribution {
        Distribution::Constant(value) => Some(if *value == 0.0 { 1.0 } else { 0.0 }),
        Distribution::Uniform { .. }
        | Distribution::Normal { .. }
        | Distribution::TruncatedNormal { .. }
        | Distribution::LogUniform { .. } => distribution.std().filter(|std| *std > 0.0).map(|_| 0.0),
        Distribution::Mixture(distributions) => distributions
            .iter()
            .try_fold(0.0, |sum, (share, distribution)| Some(sum + share * share_of_zeros(distribution)?)),
        _ => None,
    }
}

impl<I: Initializer, M: Initializer> Initializer for Masked<I, M> {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        self.distribution(param).check_support(param.name(), out.dtype())?;
        let (mask_part, inner_part) = (key.part("mask"), key.part("masked"));
        let inner = |view: ParamViewMut<'_>| self.inner.fill(param, inner_part.key(), view);
        let mask = |view: ParamViewMut<'_>| self.mask.fill(param, mask_part.key(), view);
        out.fill_merged(param.name(), inner, mask, |_, value, mask| if mask == 0.0 { 0.0 } else { value })
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        self.mask.check(param)?;
        self.inner.check(param)
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        let (inner, mask) = (self.inner.distribution(param), self.mask.distribution(param));
        if (&inner, &mask) == (&Distribution::Fixed, &Distribution::Fixed) {
            return Distribution::Fixed;
        }
        match (share_of_zeros(&mask), inner) {
            (_, Distribution::Unstated) | (None, _) => Distribution::Unstated,
            (Some(0.0), inner) => inner,
            (Some(1.0), _) => Distribution::Constant(0.0),
            (Some(_), Distribution::Fixed) => Distribution::Unstated,
            (Some(zeros), inner) => {
                Distribution::Mixture(vec![(zeros, Distribution::Constant(0.0)), (1.0 - zeros, inner)])
            }
        }
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().initializer(&self.inner)?.initializer(&self.mask)?.finish())
    }
}
