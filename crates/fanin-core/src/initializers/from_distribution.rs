//! Initializers from `rand_distr` distributions.

use std::fmt::Debug;

use rand_distr::Distribution as Source;

use crate::address::Key;
use crate::initializer::{Distribution, InitError, Initializer};
use crate::param::{ParamSpec, ParamViewMut};

/// An initializer that draws every element from a `rand_distr` distribution over `f64`. See [`from_distribution`].
#[derive(Clone, Debug)]
pub struct FromDistribution<D> {
    distribution: D,
    stated: Distribution,
}

/// Creates an initializer from a `rand_distr` distribution over `f64`. Values are rounded to the element type.
///
/// Each element has its own generator, so the bits are the same for any order, window and thread count. They may differ
/// between processors, because `rand_distr` calls the platform's `exp` and `ln`, and between versions of `rand_distr`.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::from_distribution};
///
/// let gamma = from_distribution(rand_distr::Gamma::new(2.0, 0.5)?);
/// let values: Vec<f32> = gamma.sample(&ParamSpec::new("scale", [16])?, Seed(7))?;
/// assert!(values.iter().all(|v| *v > 0.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn from_distribution<D>(distribution: D) -> FromDistribution<D>
where
    D: Source<f64> + Debug + Send + Sync,
{
    FromDistribution { distribution, stated: Distribution::Unstated }
}

impl<D> FromDistribution<D> {
    /// States the distribution, so that it can be tested.
    #[must_use]
    pub fn with_distribution(mut self, stated: Distribution) -> Self {
        self.stated = stated;
        self
    }
}

impl<D: Source<f64> + Debug + Send + Sync> Initializer for FromDistribution<D> {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        self.stated.check_support(param.name(), out.dtype())?;
        out.fill_with_rng(key, |rng| self.distribution.sample(rng));
        Ok(())
    }

    fn distribution(&self, _: &ParamSpec) -> Distribution {
        self.stated.clone()
    }
}
