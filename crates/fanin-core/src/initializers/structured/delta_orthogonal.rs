//! Delta-orthogonal initialization of convolutions.

use super::center::Center;
use super::kernel::Kernel;
use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::initializers::Orthogonal;
use crate::notation::{Argument, Elsewhere, Entry, boxed};
use crate::param::{ParamSpec, ParamViewMut};

const GAIN: Argument<f64> = Argument::new("gain", 1.0);

pub(super) static ENTRY: Entry = Entry {
    name: "delta_orthogonal",
    aliases: &[],
    arguments: &[&GAIN],
    summary: "an orthogonal matrix at the center of a kernel, and 0 elsewhere: it preserves the norm of every input",
    formula: "w[.., k / 2] = gain Q, Q' Q = I, else 0",
    distribution: "Haar measure at the center, constant 0 elsewhere",
    shapes: "kernels of one to three dimensions with a stated layout, no groups, inputs no more than outputs",
    errors: "more inputs than outputs, groups; a shape that is not such a kernel, no stated layout, groups that do \
             not divide",
    caution: "neighboring positions do not mix at the start",
    source: "Xiao et al. 2018, section 2.4 and algorithm 1",
    example: "delta_orthogonal(gain = 0.5)",
    elsewhere: Elsewhere { jax: "`delta_orthogonal`", ..Elsewhere::NONE },
    build: |arguments| boxed(DeltaOrthogonal::new(GAIN.of(arguments)?)?),
};

/// Delta-orthogonal initialization: `gain` times an orthogonal channel matrix at the center of the kernel, position
/// `k / 2` along each axis, and 0 elsewhere. Each layer scales the norm of every input by `gain`, which makes plain
/// convolutional networks of 10,000 layers trainable.
///
/// Equivalent to [`Center`] of [`Orthogonal`], which also supports more inputs than outputs and groups, where not all
/// norms are preserved.
///
/// Text: `delta_orthogonal`. Requires a kernel of one to three dimensions with a stated layout, no groups, and at most
/// as many inputs as outputs. Not for layers where neighboring positions should mix from the start. A stride drops the
/// positions it skips. Xiao et al. 2018, section 2.4 and algorithm 1.
///
/// ```
/// use fanin_core::{InitializerExt, Layout, ParamSpec, Seed, initializers::DeltaOrthogonal};
///
/// let kernel = ParamSpec::new("conv.weight", [1, 1, 3])?.with_layout(Layout::OutIn);
/// let values: Vec<f64> = DeltaOrthogonal::new(1.0)?.sample(&kernel, Seed(0))?;
/// assert_eq!([values[0], values[1].abs(), values[2]], [0.0, 1.0, 0.0]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DeltaOrthogonal {
    gain: f64,
    center: Center<Orthogonal>,
}

impl DeltaOrthogonal {
    /// Creates an orthogonal center times `gain`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `gain` is not finite.
    pub fn new(gain: f64) -> Result<Self, ArgumentError> {
        let gain = ArgumentError::finite(ENTRY.name, GAIN.name, gain)?;
        Ok(Self { gain, center: Center::new(Orthogonal::new(gain)?) })
    }
}

impl Initializer for DeltaOrthogonal {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
        self.check(param)?;
        self.center.fill(param, key, out)
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        let (outputs, inputs) = Kernel::of(param, ENTRY.name, 3..=5)?.out_and_in();
        let refuse = |reason: String| Err(InitError::shape(param, ENTRY.name, reason));
        if param.groups() != 1 {
            return refuse(format!(
                "it has {} groups, each with its own matrix; use center(packed(orthogonal, ..)) with as many parts",
                param.groups()
            ));
        }
        if inputs > outputs {
            return refuse(format!(
                "{outputs} outputs cannot preserve the norm of {inputs} inputs; use center(orthogonal), which preserves as much as possible"
            ));
        }
        self.center.check(param)
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        self.check(param).map_or(Distribution::Unstated, |()| self.center.distribution(param))
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().argument(&GAIN, &self.gain).finish())
    }
}
