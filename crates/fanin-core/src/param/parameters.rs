//! Traits for reading and writing named parameters, implemented by networks and checkpoint files.

use super::{FillParams, ParamSpec, ParamView, ParamViewMut};
use crate::error::InitError;
use crate::values::Dtype;

/// Named parameters whose values can be read.
///
/// # Contract
/// - [`Parameters::specs`] returns the same list in the same order on every call; names are unique.
/// - [`Parameters::read`] lends each element once, in order, in one view or in several windows.
/// - A name that is not in the list is an [`InitError::UnknownParameter`].
pub trait Parameters {
    /// Returns all parameters, in the model's own order.
    fn specs(&self) -> &[ParamSpec];

    /// Returns the element type of the parameter at index `place` of [`Parameters::specs`], if it is known before a
    /// view is lent. [`Plan::apply`](crate::Plan::apply) then rejects values that the type cannot represent before it
    /// writes any parameter.
    fn dtype(&self, place: usize) -> Option<Dtype> {
        let _ = place;
        None
    }

    /// Lends the values of one parameter.
    ///
    /// # Errors
    /// [`InitError::UnknownParameter`], or the backend's error from reading the values.
    fn read(&self, name: &str, visit: &mut dyn FnMut(&ParamSpec, ParamView<'_>)) -> Result<(), InitError>;
}

/// Named parameters whose values can be written.
///
/// # Contract
/// - [`ParametersMut::write`] lends each element once, in one view or in several windows; every view states its start.
/// - An error from `fill` is returned unchanged; elements filled before it may have been stored.
/// - `fill` must not read the parameter that it fills: a backend may hold a lock on it.
/// - [`ParametersMut::fill_all`] writes the same bits as calling [`ParametersMut::write`] for each parameter in turn.
pub trait ParametersMut: Parameters {
    /// Lends the memory of one parameter to `fill` and stores the result.
    ///
    /// # Errors
    /// [`InitError::UnknownParameter`], the error of `fill`, or the backend's error from storing the values.
    fn write(
        &mut self,
        name: &str,
        fill: &mut dyn FnMut(&ParamSpec, ParamViewMut<'_>) -> Result<(), InitError>,
    ) -> Result<(), InitError>;

    /// Lends the memory of every parameter that `fill` wants and stores the result, in the model's order or several
    /// parameters at once. The default writes one parameter after another. Backends that can lend several at once
    /// implement this with [`fill_in_parallel`](super::fill_in_parallel()), which uses all threads.
    ///
    /// ```
    /// use fanin_core::{InitError, ParamSpec, ParamViewMut, ParametersMut};
    ///
    /// fn fill_with_ones(model: &mut dyn ParametersMut) -> Result<(), InitError> {
    ///     model.fill_all(&|_: usize, _: &ParamSpec, mut out: ParamViewMut<'_>| {
    ///         out.fill_each(|_| 1.0);
    ///         Ok(())
    ///     })
    /// }
    /// ```
    ///
    /// # Errors
    /// The error of `fill`, or of the backend, for the first failing parameter in the model's order; later parameters
    /// may have been stored.
    fn fill_all(&mut self, fill: &dyn FillParams) -> Result<(), InitError> {
        for place in 0..self.specs().len() {
            let wanted = self.specs().get(place).filter(|param| fill.wants(place, param));
            if let Some(name) = wanted.map(|param| param.name().to_owned()) {
                self.write(&name, &mut |param, out| fill.fill(place, param, out))?;
            }
        }
        Ok(())
    }
}

/// Convenience methods for [`Parameters`].
pub trait ParametersExt: Parameters {
    /// Returns the values of one parameter, converted exactly to `f64`.
    ///
    /// # Errors
    /// Same as [`Parameters::read`].
    fn values(&self, name: &str) -> Result<Vec<f64>, InitError> {
        let mut values = Vec::new();
        self.read(name, &mut |_, view| values.extend(view.data().iter()))?;
        Ok(values)
    }

    /// Returns the spec of one parameter.
    ///
    /// # Errors
    /// [`InitError::UnknownParameter`] if there is no parameter with this name.
    fn spec(&self, name: &str) -> Result<&ParamSpec, InitError> {
        let specs = self.specs();
        specs.iter().find(|spec| spec.name() == name).ok_or_else(|| InitError::unknown(name, specs))
    }
}

impl<P: Parameters + ?Sized> ParametersExt for P {}
