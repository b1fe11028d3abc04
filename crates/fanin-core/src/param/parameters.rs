//! What a network and a checkpoint file have in common: named parameters to read, and to write.

use super::{ParamSpec, ParamView, ParamViewMut};
use crate::initializer::InitError;

/// Named parameters whose values can be read.
///
/// # Contract
/// - [`Parameters::specs`] is the same list in the same order at every call; names are unique.
/// - [`Parameters::read`] lends each element once, in order, in one view or in several windows.
/// - A name that is not in the list is [`InitError::UnknownParameter`].
pub trait Parameters {
    /// Every parameter, in the model's own order.
    fn specs(&self) -> &[ParamSpec];

    /// Lends the values of one parameter.
    ///
    /// # Errors
    /// [`InitError::UnknownParameter`], or what the backend met while it fetched the values.
    fn read(&self, name: &str, visit: &mut dyn FnMut(&ParamSpec, ParamView<'_>)) -> Result<(), InitError>;
}

/// Named parameters whose values can be written.
///
/// # Contract
/// - [`ParametersMut::write`] lends each element once, in one view or in several windows; every view states its start.
/// - If `fill` returns an error, it is returned unchanged; what was already filled may have been stored.
/// - `fill` must not read the parameter that it fills: a backend may hold a lock on it.
pub trait ParametersMut: Parameters {
    /// Lends the memory of one parameter to `fill` and stores what it wrote.
    ///
    /// # Errors
    /// [`InitError::UnknownParameter`], the error of `fill`, or what the backend met while it stored the values.
    fn write(
        &mut self,
        name: &str,
        fill: &mut dyn FnMut(&ParamSpec, ParamViewMut<'_>) -> Result<(), InitError>,
    ) -> Result<(), InitError>;
}

/// What users of [`Parameters`] call, written once over the trait.
pub trait ParametersExt: Parameters {
    /// The values of one parameter as `f64`, exactly.
    ///
    /// # Errors
    /// As [`Parameters::read`].
    fn values(&self, name: &str) -> Result<Vec<f64>, InitError> {
        let mut values = Vec::new();
        self.read(name, &mut |_, view| values.extend(view.data().iter()))?;
        Ok(values)
    }

    /// The spec of one parameter.
    ///
    /// # Errors
    /// [`InitError::UnknownParameter`].
    fn spec(&self, name: &str) -> Result<&ParamSpec, InitError> {
        let specs = self.specs();
        specs.iter().find(|spec| spec.name() == name).ok_or_else(|| InitError::unknown(name, specs))
    }
}

impl<P: Parameters + ?Sized> ParametersExt for P {}
