//! Filling several parameters of a model in one call.

use super::{ParamSpec, ParamViewMut};
use crate::error::InitError;

/// Fills parameters of a model, possibly several at once. Passed to
/// [`ParametersMut::fill_all`](super::ParametersMut::fill_all).
///
/// `place` is the parameter's index in [`Parameters::specs`](super::Parameters::specs). `Sync` closures
/// `Fn(usize, &ParamSpec, ParamViewMut<'_>) -> Result<(), InitError>` implement this trait and fill every parameter.
pub trait FillParams: Sync {
    /// Returns `true` if this parameter should be filled; others are left unchanged.
    fn wants(&self, place: usize, param: &ParamSpec) -> bool {
        let _ = (place, param);
        true
    }

    /// Writes every element of `out`, which is `param` or a window of it. Must not read any parameter of the model.
    ///
    /// # Errors
    /// Any [`InitError`]; filling stops at the first one.
    fn fill(&self, place: usize, param: &ParamSpec, out: ParamViewMut<'_>) -> Result<(), InitError>;
}

impl<F> FillParams for F
where
    F: Fn(usize, &ParamSpec, ParamViewMut<'_>) -> Result<(), InitError> + Sync,
{
    fn fill(&self, place: usize, param: &ParamSpec, out: ParamViewMut<'_>) -> Result<(), InitError> {
        self(place, param, out)
    }
}
