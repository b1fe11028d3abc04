//! What a network and a checkpoint file have in common: named parameters to read, and to write.

use super::{FillParams, ParamSpec, ParamView, ParamViewMut};
use crate::error::InitError;
use crate::values::Dtype;

/// Named parameters whose values can be read.
///
/// # Contract
/// - [`Parameters::specs`] is the same list in the same order at every call; names are unique.
/// - [`Parameters::read`] lends each element once, in order, in one view or in several windows.
/// - A name that is not in the list is [`InitError::UnknownParameter`].
pub trait Parameters {
    /// Every parameter, in the model's own order.
    fn specs(&self) -> &[ParamSpec];

    /// The element type of the parameter at this place in [`Parameters::specs`], if it is known before a view is lent.
    /// [`Plan::apply`](crate::Plan::apply) then refuses values that the type cannot hold before it writes any parameter.
    fn dtype(&self, place: usize) -> Option<Dtype> {
        let _ = place;
        None
    }

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
/// - [`ParametersMut::fill_all`] gives the same bits as [`ParametersMut::write`] for one parameter after another.
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

    /// Lends the memory of every parameter that `filler` wants, and stores what it wrote: in the model's order or several
    /// parameters at once. A backend whose memory can be lent so makes it of [`deal`](super::fill_in_parallel()), which uses all threads;
    /// by default one parameter is written after another.
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
    /// The error of `filler`, or of the backend, for the first parameter in the model's order that has one; parameters after
    /// it may have been stored.
    fn fill_all(&mut self, filler: &dyn FillParams) -> Result<(), InitError> {
        for place in 0..self.specs().len() {
            let wanted = self.specs().get(place).filter(|param| filler.wants(place, param));
            if let Some(name) = wanted.map(|param| param.name().to_owned()) {
                self.write(&name, &mut |param, out| filler.fill(place, param, out))?;
            }
        }
        Ok(())
    }
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
