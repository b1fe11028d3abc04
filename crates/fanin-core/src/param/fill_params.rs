//! What a model is asked to do with all its parameters.

use super::{ParamSpec, ParamViewMut};
use crate::error::InitError;

/// Fills the parameters of a model, several at once: what [`ParametersMut::fill_all`](super::ParametersMut::fill_all) takes.
///
/// `place` is the parameter's index in [`Parameters::specs`](super::Parameters::specs). A closure
/// `|place: usize, param: &ParamSpec, out: ParamViewMut<'_>|` that returns a `Result<(), InitError>` is a filler that wants every
/// parameter.
pub trait FillParams: Sync {
    /// Whether this parameter is to be filled; what is not wanted is left as it is.
    fn wants(&self, place: usize, param: &ParamSpec) -> bool {
        let _ = (place, param);
        true
    }

    /// Writes every element of `out`, which is `param` or a window of it. It must read no parameter of the model.
    ///
    /// # Errors
    /// [`InitError`], which ends the filling.
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
