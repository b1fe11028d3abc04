//! Sums of initializers.

use crate::address::Key;
use crate::initializer::{Distribution, InitError, Initializer};
use crate::notation::{Elsewhere, Entry, Inner, boxed};
use crate::param::{ParamSpec, ParamViewMut};

const FIRST: Inner = Inner::required("first");
const SECOND: Inner = Inner::required("second");

pub(super) static ENTRY: Entry = Entry {
    name: "sum",
    aliases: &[],
    arguments: &[&FIRST, &SECOND],
    summary: "the sum of two initializers",
    formula: "w = first + second",
    distribution: "normal with added variances if both are normal; shifted if one is constant; else not stated",
    shapes: "anything both accept",
    errors: "anything either rejects",
    caution: "variances add",
    source: "no paper; identity plus noise: He et al. 2016 (Identity mappings), section 2",
    example: "sum(eye, normal(std = 0.01))",
    elsewhere: Elsewhere { torch: "by hand", jax: "by hand", keras: "by hand", candle: "by hand", burn: "by hand" },
    build: |arguments| {
        let first = FIRST.of(arguments)?;
        boxed(Sum::new(first, SECOND.of(arguments)?))
    },
};

/// Adds the values of two initializers, with a single rounding: `sum(identity, normal(std = 0.01))` is an identity with
/// broken symmetry.
///
/// The first draws from part `0` of the address, the second from part `1`, so the sum of a random initializer with
/// itself is not twice its values.
///
/// Text: `sum(first, second)`. Supports every parameter that both accept. The distribution is known for two normals,
/// and for any initializer plus a constant.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::{Ones, identity}};
///
/// let sum = identity().plus(Ones);
/// assert_eq!(sum.sample::<f32>(&ParamSpec::new("w", [2, 2])?, Seed(0))?, [2.0, 1.0, 1.0, 2.0]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sum<A, B> {
    first: A,
    second: B,
}

impl<A: Initializer, B: Initializer> Sum<A, B> {
    /// Creates `first + second`.
    #[must_use]
    pub const fn new(first: A, second: B) -> Self {
        Self { first, second }
    }
}

impl<A: Initializer, B: Initializer> Initializer for Sum<A, B> {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        self.distribution(param).check_support(param.name(), out.dtype())?;
        let (first, second) = (key.part("0"), key.part("1"));
        let fill_first = |view: ParamViewMut<'_>| self.first.fill(param, first.key(), view);
        let fill_second = |view: ParamViewMut<'_>| self.second.fill(param, second.key(), view);
        out.fill_merged(param.name(), fill_first, fill_second, |_, first, second| first + second)
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        self.second.check(param)?;
        self.first.check(param)
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        self.first.distribution(param).plus(&self.second.distribution(param))
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().initializer(&self.first)?.initializer(&self.second)?.finish())
    }
}
