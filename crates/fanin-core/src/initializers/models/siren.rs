//! Initializers for networks with sine activations (SIREN).

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, boxed};
use crate::param::{ParamSpec, ParamViewMut};

const OMEGA: Argument<f64> = Argument::new("omega", 30.0);
const FIRST: Argument<bool> = Argument::new("first", false);

pub(super) static ENTRY: Entry = Entry {
    name: "siren",
    aliases: &[],
    arguments: &[&OMEGA, &FIRST],
    summary: "uniform, for layers sin(omega (W x + b)); first = true for the first layer",
    formula: "limit = sqrt(6 / fan_in) / omega; for the first layer 1 / fan_in",
    distribution: "uniform: mean 0, variance 2 / (fan_in omega^2), for the first layer 1 / (3 fan_in^2)",
    shapes: "two or more axes, with a stated layout",
    errors: "omega not above 0; a shape of fewer than two axes, an axis of length 0, no stated layout, groups that \
             do not divide",
    caution: "only for sine activations",
    source: "Sitzmann et al. 2020, section 3.2 and theorem 1.8",
    example: "siren(first = true)",
    elsewhere: Elsewhere::NONE,
    build: |arguments| {
        let layer = Siren::new(OMEGA.of(arguments)?)?;
        boxed(if FIRST.of(arguments)? { layer.first() } else { layer })
    },
};

/// Weights of a layer `sin(omega (W x + b))`: uniform on `±sqrt(6 / fan_in) / omega`, so that the inputs of the sines
/// have std 1 at any depth. The first layer is uniform on `±1 / fan_in`, so that `omega` sets the number of periods it
/// spans over inputs in `[-1, 1]`.
///
/// Text: `siren`. Requires two or more axes and a stated layout. Only for sine activations. Sitzmann et al. 2020,
/// section 3.2 and supplement 1.5, theorem 1.8.
///
/// ```
/// use fanin_core::{Initializer, Layout, Distribution, ParamSpec, initializers::Siren};
///
/// let weight = ParamSpec::new("w", [256, 150])?.with_layout(Layout::OutIn);
/// let limit = 0.2 / 30.0;
/// assert_eq!(Siren::new(30.0)?.distribution(&weight), Distribution::Uniform { low: -limit, high: limit });
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Siren {
    omega: f64,
    first: bool,
}

impl Siren {
    /// Creates the initializer of a layer after the first, with frequency `omega`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `omega` is not a finite number above 0.
    pub fn new(omega: f64) -> Result<Self, ArgumentError> {
        Ok(Self { omega: ArgumentError::positive(ENTRY.name, OMEGA.name, omega)?, first: FIRST.default })
    }

    /// Switches to the first layer, whose distribution does not depend on `omega`.
    #[must_use]
    pub const fn first(mut self) -> Self {
        self.first = true;
        self
    }

    #[expect(clippy::cast_precision_loss, reason = "no fan has 2^53 units")]
    fn limit(&self, param: &ParamSpec) -> Result<f64, InitError> {
        let inputs = param.fans()?.fan_in as f64;
        Ok(if self.first { 1.0 / inputs } else { (6.0 / inputs).sqrt() / self.omega })
    }
}

impl Initializer for Siren {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let limit = self.limit(param)?;
        out.fill_uniform(key, -limit, limit)
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        self.limit(param).map(|_| ())
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        self.limit(param).map_or(Distribution::Unstated, |limit| Distribution::Uniform { low: -limit, high: limit })
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().argument(&OMEGA, &self.omega).argument(&FIRST, &self.first).finish())
    }
}
