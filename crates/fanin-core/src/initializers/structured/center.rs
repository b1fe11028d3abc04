//! Kernels that are zero except at the center.

use super::kernel::Kernel;
use crate::address::Key;
use crate::initializer::{Distribution, InitError, Initializer};
use crate::notation::{Elsewhere, Entry, Inner, boxed};
use crate::param::{ParamSpec, ParamViewMut, StridedRange};

const INNER: Inner = Inner::required("inner");

pub(super) static ENTRY: Entry = Entry {
    name: "center",
    aliases: &["centre"],
    arguments: &[&INNER],
    summary: "a kernel whose center is a matrix filled by another initializer, and 0 elsewhere",
    formula: "w[.., k / 2] = inner of [out, in], else 0",
    distribution: "inner's at the center, constant 0 elsewhere",
    shapes: "kernels of one to three dimensions with a stated layout, that inner accepts",
    errors: "a shape that is not such a kernel, no stated layout, groups that do not divide; anything inner rejects",
    caution: "neighboring positions do not mix at the start",
    source: "Xiao et al. 2018, algorithm 1",
    example: "center(he_normal)",
    elsewhere: Elsewhere::NONE,
    build: |arguments| boxed(Center::new(INNER.of(arguments)?)),
};

/// Makes a convolution start as a dense layer at each position: the center of the kernel, position `k / 2` along each
/// axis, is a channel matrix filled by another initializer; everything else is 0. With an orthogonal matrix this is the
/// delta-orthogonal initialization of Xiao et al. 2018, section 2.4 and algorithm 1, which trains plain networks of
/// 10,000 layers.
///
/// The matrix has the layout of the kernel without the kernel axes, so its fans count only the nonzero position. Its
/// address is that of the parameter.
///
/// Text: `center(inner)`. Requires a kernel of one to three dimensions with a stated layout, and a matrix that the
/// inner initializer accepts. Not for layers where neighboring positions should mix from the start.
///
/// ```
/// use fanin_core::{InitializerExt, Layout, ParamSpec, Seed, initializers::{Center, identity}};
///
/// let kernel = ParamSpec::new("conv.weight", [1, 1, 3, 3])?.with_layout(Layout::OutIn);
/// let values: Vec<f32> = Center::new(identity()).sample(&kernel, Seed(0))?;
/// assert_eq!(values, [0., 0., 0., 0., 1., 0., 0., 0., 0.]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Center<I> {
    inner: I,
}

impl<I: Initializer> Center<I> {
    /// Creates a kernel whose center is filled by `inner`.
    #[must_use]
    pub const fn new(inner: I) -> Self {
        Self { inner }
    }

    fn split(param: &ParamSpec) -> Result<(StridedRange, ParamSpec), InitError> {
        let kernel = Kernel::of(param, ENTRY.name, 3..=5)?;
        Ok((kernel.middle(), param.part(kernel.matrix())?))
    }
}

impl<I: Initializer> Initializer for Center<I> {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let (middle, matrix) = Self::split(param)?;
        self.inner.check(&matrix)?;
        out.dry_run(|view| self.inner.fill(&matrix, key, view))?;
        out.fill_constant(key, 0.0)?;
        out.fill_strided(param.name(), middle, |view| self.inner.fill(&matrix, key, view))
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        let (_, matrix) = Self::split(param)?;
        self.inner.check(&matrix)
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        let Ok((middle, matrix)) = Self::split(param) else { return Distribution::Unstated };
        match self.inner.distribution(&matrix) {
            Distribution::Unstated => Distribution::Unstated,
            Distribution::Fixed => Distribution::Fixed,
            distribution => {
                let zero = |from, until| (StridedRange::new(from, until, middle.period()), Distribution::Constant(0.0));
                let around = [zero(0, middle.start()), (middle, distribution), zero(middle.end(), middle.period())];
                Distribution::Parts(around.into_iter().filter(|(range, _)| range.share() > 0.0).collect())
            }
        }
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().initializer(&self.inner)?.finish())
    }
}
