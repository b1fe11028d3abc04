//! Identity convolutions.

use super::kernel::Kernel;
use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, boxed};
use crate::param::{ParamSpec, ParamViewMut};

const GAIN: Argument<f64> = Argument::new("gain", 1.0);

pub(super) static ENTRY: Entry = Entry {
    name: "dirac",
    aliases: &[],
    arguments: &[&GAIN],
    summary: "a convolution that passes its input through, group by group",
    formula: "w = gain at the center of the kernel where output and input channel have the same index in their \
              group, else 0",
    distribution: "fixed",
    shapes: "kernels of one to three dimensions with a stated layout",
    errors: "a shape that is not such a kernel, no stated layout, groups that do not divide",
    caution: "channels beyond the smaller count start identical; pad by k / 2",
    source: "Zagoruyko & Komodakis 2017, section 3.1",
    example: "dirac",
    elsewhere: Elsewhere { torch: "`dirac_`, gain 1", ..Elsewhere::NONE },
    build: |arguments| boxed(Dirac::new(GAIN.of(arguments)?)?),
};

/// A convolution that passes its input through: in each group, output channel `i` is input channel `i`, times a gain.
/// The value is at the center of the kernel, position `k / 2` along each axis; everything else is 0. With padding
/// `k / 2`, the output equals the input times the gain, also for transposed convolutions; surplus channels stay 0.
///
/// Text: `dirac`. Requires a kernel of one to three dimensions with a stated layout; groups are supported. Not for
/// layers that must break symmetry: channels beyond the smaller count start identical. Zagoruyko & Komodakis 2017
/// (`DiracNets`), section 3.1.
///
/// ```
/// use fanin_core::{InitializerExt, Layout, ParamSpec, Seed, initializers::Dirac};
///
/// let kernel = ParamSpec::new("conv.weight", [2, 2, 3])?.with_layout(Layout::OutIn);
/// let values: Vec<f32> = Dirac::new(1.0)?.sample(&kernel, Seed(0))?;
/// assert_eq!(values, [0., 1., 0., 0., 0., 0., 0., 0., 0., 0., 1., 0.]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dirac {
    gain: f64,
}

impl Dirac {
    /// Creates the identity times `gain`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `gain` is not finite.
    pub fn new(gain: f64) -> Result<Self, ArgumentError> {
        Ok(Self { gain: ArgumentError::finite(ENTRY.name, GAIN.name, gain)? })
    }
}

impl Initializer for Dirac {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let kernel = Kernel::of(param, ENTRY.name, 3..=5)?;
        if param.is_empty() {
            return Ok(());
        }
        out.check_value(key, GAIN.name, self.gain)?;
        out.fill_each(|index| {
            let place = kernel.place(index);
            if place.in_the_middle && place.unit == place.other { self.gain } else { 0.0 }
        });
        Ok(())
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        Kernel::of(param, ENTRY.name, 3..=5).map(|_| ())
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        self.check(param).map_or(Distribution::Unstated, |()| Distribution::Fixed)
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().argument(&GAIN, &self.gain).finish())
    }
}
