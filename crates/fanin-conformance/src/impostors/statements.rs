//! Impostors with the right values but wrong refusals, distributions, texts, wrappers or rounding.

use fanin_core::initializers::{FanMode, glorot_normal, he_normal};
use fanin_core::{Distribution, Dtype, InitError, Initializer, Key, ParamSpec, ParamViewMut};

use super::impostor::impostor;
use crate::statistics::{rounded, spacing};

/// Its `check` accepts everything. Caught by [`Refusal`](crate::InitializerLaw::Refusal).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ForgetsCheck;

impl Initializer for ForgetsCheck {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
        he_normal().fill(param, key, out)
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        he_normal().distribution(param)
    }
}

/// Assumes that every parameter has a fan, and panics otherwise. Caught by [`Refusal`](crate::InitializerLaw::Refusal).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PanicsOnVectors;

impl Initializer for PanicsOnVectors {
    #[expect(clippy::panic_in_result_fn, reason = "the panic is what the impostor gets wrong")]
    fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
        assert!(param.fans().is_ok(), "no fan");
        he_normal().fill(param, key, out)
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        he_normal().check(param)
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        he_normal().distribution(param)
    }
}

impostor! {
    /// Truncates to 16 bits instead of rounding to nearest. Caught by [`Dtypes`](crate::InitializerLaw::Dtypes).
    RoundsTowardZero claims he_normal();
    |param, key, mut out| {
        let dtype = out.dtype();
        if !matches!(dtype, Dtype::F16 | Dtype::BF16) {
            return he_normal().fill(param, key, out);
        }
        out.fill_changed(param.name(), |view| he_normal().fill(param, key, view), |_, value| {
            let nearest = rounded(dtype, value);
            if nearest.abs() > value.abs() { nearest - spacing(dtype, value).copysign(nearest) } else { nearest }
        })
    }
}

/// Prints the text of another initializer. Caught by [`Text`](crate::InitializerLaw::Text).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MisprintsItself;

impl Initializer for MisprintsItself {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
        he_normal().fill(param, key, out)
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        he_normal().check(param)
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        he_normal().distribution(param)
    }

    fn text(&self) -> Option<String> {
        glorot_normal().text()
    }
}

/// States the distribution for `fan_out` and follows the one for `fan_in`. Caught by
/// [`Statement`](crate::InitializerLaw::Statement).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MisstatesItsLaw;

impl Initializer for MisstatesItsLaw {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
        he_normal().fill(param, key, out)
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        he_normal().check(param)
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        he_normal().with_mode(FanMode::FanOut).distribution(param)
    }
}

/// A wrapper that forwards `fill` but not `check`, `distribution` and `text`. Caught by
/// [`Wrappers`](crate::InitializerLaw::Wrappers).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ForgetfulWrapper<I>(
    /// The wrapped initializer.
    pub I,
);

impl<I: Initializer> Initializer for ForgetfulWrapper<I> {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
        self.0.fill(param, key, out)
    }
}
