//! Scaled initializers.

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, Inner, boxed};
use crate::param::{ParamSpec, ParamViewMut};

const INNER: Inner = Inner::required("inner");
const GAIN: Argument<f64> = Argument::new("gain", 1.0);

pub(super) static ENTRY: Entry = Entry {
    name: "scaled",
    aliases: &[],
    arguments: &[&INNER, &GAIN],
    summary: "the values of another initializer, times gain",
    formula: "w = gain inner",
    distribution: "inner's, its mean and std times gain",
    shapes: "anything inner accepts",
    errors: "gain below 0; anything inner rejects; a value that the element type cannot hold",
    caution: "if the inner initializer has its own std or gain, use that: it saves one rounding",
    source: "no paper; residual branches: Radford et al. 2019, section 2.3",
    example: "scaled(glorot_uniform, gain = 0.5)",
    elsewhere: Elsewhere { torch: "by hand", jax: "by hand", keras: "by hand", candle: "by hand", burn: "by hand" },
    build: |arguments| {
        let inner = INNER.of(arguments)?;
        boxed(Scaled::new(inner, GAIN.of(arguments)?)?)
    },
};

/// Multiplies the values of another initializer by a gain, with a single rounding. The values have the same addresses.
///
/// Text: `scaled`. Supports every parameter that the inner initializer accepts. Recipes use it for residual
/// projections: `scaled(glorot_uniform, gain = 0.1)`. If the inner initializer has its own gain or std, use that: it
/// saves one rounding.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::Ones};
///
/// let tenth = Ones.scaled(0.1)?;
/// assert_eq!(tenth.sample::<f32>(&ParamSpec::new("gain", [2])?, Seed(0))?, [0.1, 0.1]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaled<I> {
    inner: I,
    gain: f64,
}

impl<I: Initializer> Scaled<I> {
    /// Creates the values of `inner` times `gain`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `gain` is negative or not finite.
    pub fn new(inner: I, gain: f64) -> Result<Self, ArgumentError> {
        Ok(Self { inner, gain: ArgumentError::not_negative(ENTRY.name, GAIN.name, gain)? })
    }
}

impl<I: Initializer> Initializer for Scaled<I> {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        self.distribution(param).check_support(param.name(), out.dtype())?;
        let fill = |view: ParamViewMut<'_>| self.inner.fill(param, key, view);
        // Adding zero turns -0.0 into 0.0.
        out.fill_changed(param.name(), fill, |_, value| value * self.gain + 0.0)
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        self.inner.check(param)
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        self.inner.distribution(param).times(self.gain)
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().initializer(&self.inner)?.argument(&GAIN, &self.gain).finish())
    }
}
