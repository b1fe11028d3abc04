//! Random Bernoulli masks.

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Elsewhere, Entry, Required, boxed};
use crate::param::{ParamSpec, ParamViewMut};

const P: Required<f64> = Required::new("p");

pub(super) static ENTRY: Entry = Entry {
    name: "bernoulli",
    aliases: &[],
    arguments: &[&P],
    summary: "1 with probability p, else 0: a mask",
    formula: "w = 1 where u < p, else 0",
    distribution: "mean p, variance p (1 - p), independent",
    shapes: "any",
    errors: "p outside 0 to 1",
    caution: "a mask, not weights: see masked",
    source: "as a mask: Jaeger 2001, section 5",
    example: "bernoulli(0.1)",
    elsewhere: Elsewhere { torch: "`bernoulli_`", ..Elsewhere::NONE },
    build: |arguments| boxed(Bernoulli::new(P.of(arguments)?)?),
};

/// Independent values of 1 with probability `p`, else 0: 1 if the uniform value of the address is below `p`. A mask for
/// [`InitializerExt::masked`](crate::InitializerExt::masked), as in a reservoir: `masked(normal, bernoulli(0.1))`. For
/// the same number of zeros in every column, use [`super::Sparse`].
///
/// Text: `bernoulli(p)`. Any shape. `p` has a resolution of 2^-24, or 2^-52 for `f64`.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::Bernoulli};
///
/// let mask: Vec<f32> = Bernoulli::new(0.1)?.sample(&ParamSpec::new("w", [100, 100])?, Seed(0))?;
/// assert!((800.0..1200.0).contains(&mask.iter().sum::<f32>()));
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bernoulli {
    p: f64,
}

/// Returns `value`, or an error if it is not a probability.
pub(super) fn probability(initializer: &'static str, argument: &'static str, value: f64) -> Result<f64, ArgumentError> {
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    Err(ArgumentError {
        initializer,
        argument,
        value: value.to_string(),
        reason: "is not a probability; use a number from 0 to 1",
    })
}

impl Bernoulli {
    /// Creates a mask of ones with probability `p`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `p` is not in `[0, 1]`.
    pub fn new(p: f64) -> Result<Self, ArgumentError> {
        Ok(Self { p: probability(ENTRY.name, P.name, p)? })
    }
}

impl Initializer for Bernoulli {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let unit = |mut view: ParamViewMut<'_>| view.fill_uniform(key, 0.0, 1.0);
        out.fill_changed(param.name(), unit, |_, u| f64::from(u8::from(u < self.p)))
    }

    fn distribution(&self, _: &ParamSpec) -> Distribution {
        match self.p {
            0.0 => Distribution::Constant(0.0),
            1.0 => Distribution::Constant(1.0),
            p => Distribution::Mixture(vec![(1.0 - p, Distribution::Constant(0.0)), (p, Distribution::Constant(1.0))]),
        }
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().required(&self.p).finish())
    }
}
