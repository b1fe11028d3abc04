//! Initializers from closures.

use std::fmt;

use crate::address::Key;
use crate::initializer::{Distribution, InitError, Initializer};
use crate::param::{ParamSpec, ParamViewMut};
use crate::values::ElementRng;

/// An initializer that draws every element from a closure. See [`from_fn`].
#[derive(Clone)]
pub struct FromFn<F> {
    name: &'static str,
    draw: F,
    distribution: Distribution,
}

/// Creates an initializer from a closure that draws from a generator. Reports show it as `name`.
///
/// Each element has its own generator, so the bits are the same for any order, window and thread count. Across
/// processors, they are as reproducible as the functions the closure calls.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::from_fn};
/// use rand::RngExt;
///
/// let signs = from_fn("signs", |rng| if rng.random::<bool>() { 1.0 } else { -1.0 });
/// let values: Vec<f32> = signs.sample(&ParamSpec::new("w", [4, 4])?, Seed(1))?;
/// assert!(values.iter().all(|v| v.abs() == 1.0));
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[must_use]
pub fn from_fn<F>(name: &'static str, draw: F) -> FromFn<F>
where
    F: Fn(&mut ElementRng) -> f64 + Send + Sync,
{
    FromFn { name, draw, distribution: Distribution::Unstated }
}

impl<F> FromFn<F> {
    /// States the distribution, so that it can be tested.
    #[must_use]
    pub fn with_distribution(mut self, distribution: Distribution) -> Self {
        self.distribution = distribution;
        self
    }
}

impl<F> fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl<F: Fn(&mut ElementRng) -> f64 + Send + Sync> Initializer for FromFn<F> {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        self.distribution.check_support(param.name(), out.dtype())?;
        out.fill_with_rng(key, &self.draw);
        Ok(())
    }

    fn distribution(&self, _: &ParamSpec) -> Distribution {
        self.distribution.clone()
    }
}
