//! Mirrored initializers: pairs of units with opposite signs.

use crate::address::Key;
use crate::initializer::{Distribution, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, Inner, boxed};
use crate::param::{Axis, ParamSpec, ParamViewMut, StridedRange};

const INNER: Inner = Inner::required("inner");
const AXIS: Argument<Axis> = Argument::new("axis", Axis::Out);

pub(super) static ENTRY: Entry = Entry {
    name: "mirrored",
    aliases: &[],
    arguments: &[&INNER, &AXIS],
    summary: "the second half of an axis is the first half negated",
    formula: "w[h + i] = -w[i]",
    distribution: "half of the values follow inner's distribution, half its negative; pairs are dependent",
    shapes: "an axis of even length",
    errors: "an axis of odd length; anything inner rejects",
    caution: "with an odd activation and mirrored weights on both sides, each pair stays one unit forever",
    source: "Balduzzi et al. 2017, section 4",
    example: "mirrored(he_normal, axis = in)",
    elsewhere: Elsewhere::NONE,
    build: |arguments| {
        let inner = INNER.of(arguments)?;
        boxed(Mirrored::new(inner, AXIS.of(arguments)?))
    },
};

/// Sets the second half of an axis to the negated first half.
///
/// If the weight and bias of a hidden layer are mirrored along `out`, and the weights of the next layer along `in`, the
/// hidden units form pairs `(w, b, v)` and `(-w, -b, -v)`. With an odd activation, a pair stays a pair forever and acts
/// as one unit. With any activation `f`, mirroring the weights along `out` alone gives pairs `f(x), f(-x)`: with ReLU
/// the layer preserves its whole input, the looks-linear initialization of Balduzzi et al. 2017, section 4.
///
/// The inner initializer draws the first half, at the address of the parameter and with the fans of the whole
/// parameter.
///
/// Text: `mirrored`; `axis` is out, in or an index. An axis of odd length is rejected.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::Ramp, param::Axis};
///
/// let bias = ParamSpec::new("b", [4])?;
/// let mirrored = Ramp::new(1.0, 1.0)?.mirrored(Axis::Out);
/// assert_eq!(mirrored.sample::<f32>(&bias, Seed(0))?, [1.0, 2.0, -1.0, -2.0]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mirrored<I> {
    inner: I,
    axis: Axis,
}

impl<I: Initializer> Mirrored<I> {
    /// Creates the values of `inner`, mirrored along `axis`.
    #[must_use]
    pub const fn new(inner: I, axis: Axis) -> Self {
        Self { inner, axis }
    }

    /// Returns both halves, and the spec of one.
    fn halves(&self, param: &ParamSpec) -> Result<([StridedRange; 2], ParamSpec), InitError> {
        let refuse = |reason: String| InitError::shape(param, ENTRY.name, reason);
        let axis = self.axis.of(param).map_err(refuse)?;
        let mut shape = param.shape().to_vec();
        let length = shape.get(axis).copied().unwrap_or(0);
        if length % 2 != 0 {
            return Err(refuse(format!("its axis {axis} has the odd length {length}; use an even length")));
        }
        if let Some(axis) = shape.get_mut(axis) {
            *axis = length / 2;
        }
        let range = |range| StridedRange::along(param.shape(), axis, range).unwrap_or(StridedRange::new(0, 0, 0));
        let half = param.part(shape)?;
        let half = match param.fans() {
            Ok(fans) => half.with_fans(fans),
            Err(_) => half,
        };
        Ok(([range(0..length / 2), range(length / 2..length)], half))
    }
}

impl<I: Initializer> Initializer for Mirrored<I> {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let ([first, second], half) = self.halves(param)?;
        self.inner.check(&half)?;
        out.dry_run(|view| self.inner.fill(&half, key, view))?;
        let name = param.name();
        out.fill_strided(name, first, |view| self.inner.fill(&half, key, view))?;
        out.fill_strided(name, second, |mut view| {
            view.fill_changed(name, |view| self.inner.fill(&half, key, view), |_, value| 0.0 - value)
        })
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        let (_, half) = self.halves(param)?;
        self.inner.check(&half)
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        let Ok((_, half)) = self.halves(param) else { return Distribution::Unstated };
        match self.inner.distribution(&half) {
            Distribution::Unstated => Distribution::Unstated,
            Distribution::Fixed => Distribution::Fixed,
            distribution => match distribution.times(-1.0) {
                Distribution::Unstated => Distribution::Unstated,
                opposite => Distribution::Mixture(vec![(0.5, distribution), (0.5, opposite)]),
            },
        }
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().initializer(&self.inner)?.argument(&AXIS, &self.axis).finish())
    }
}
