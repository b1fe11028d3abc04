//! Impostors with the wrong scale.

use fanin_core::initializers::{TruncatedNormal, VarianceScaling, he_normal};
use fanin_core::values::TruncatedUnitNormal;
use fanin_core::{Distribution, InitError, Initializer, Key, ParamSpec, ParamViewMut};

use super::impostor::impostor;

/// Returns `truncated_normal` with std 1, cut at ±2. The arguments are valid, so this is always `Some`.
pub(super) fn cut_at_two() -> Option<TruncatedNormal> {
    TruncatedNormal::new(0.0, 1.0, -2.0, 2.0).ok()
}

impostor! {
    /// He initialization without dividing by the fan: `std = sqrt 2`. Caught by [`Std`](crate::InitializerLaw::Std).
    ForgetsFanIn claims he_normal();
    |_, key, mut out| out.fill_normal(key, 0.0, 2.0_f64.sqrt())
}

impostor! {
    /// He initialization with `fan_out` instead of `fan_in`, correct only for square matrices. Caught by
    /// [`Std`](crate::InitializerLaw::Std).
    SwapsFans claims he_normal();
    |param, key, out| he_normal().with_mode(fanin_core::initializers::FanMode::FanOut).fill(param, key, out)
}

impostor! {
    /// Uses the variance `2 / fan_in` as the standard deviation. Caught by [`Std`](crate::InitializerLaw::Std).
    VarianceAsStd claims he_normal();
    |param, key, mut out| {
        let std = VarianceScaling::he_normal().std(param)?;
        out.fill_normal(key, 0.0, std * std)
    }
}

impostor! {
    /// Writes zeros while stating a random distribution. Caught by [`Std`](crate::InitializerLaw::Std).
    AllZeros claims he_normal();
    |_, _, mut out| {
        out.fill_each(|_| 0.0);
        Ok(())
    }
}

impostor! {
    /// The absolute values of He initialization. Caught by [`Mean`](crate::InitializerLaw::Mean).
    LosesItsSign claims he_normal();
    |param, key, mut out| {
        let std = VarianceScaling::he_normal().std(param)?;
        out.fill_changed(param.name(), |mut view| view.fill_normal(key, 0.0, std), |_, value| value.abs())
    }
}

/// A truncated normal that claims to correct its std for the truncation but does not: 12 % too narrow at ±2. Caught by
/// [`Std`](crate::InitializerLaw::Std).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UncorrectedTruncation;

impl Initializer for UncorrectedTruncation {
    fn fill(&self, _: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        match TruncatedUnitNormal::new(-2.0, 2.0) {
            Ok(unit) => out.fill_truncated_normal(key, &unit, 0.0, 1.0),
            Err(_) => Ok(()),
        }
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        cut_at_two().map_or(Distribution::Unstated, |honest| honest.distribution(param))
    }
}
