//! A network under test and the reference with the same spec, values and samples.

use fanin_core::{
    Dtype, InitError, ParamSpec, Parameters, ParametersExt, ParametersMut,
    network::{FromMlpSpec, MlpSpec, Mode, Network, NetworkError, Samples, Trainable},
};

use super::BackendCase;
use super::tolerance::Tolerance;
use crate::reference::{Batch, Perceptron};
use crate::violation::Reason;

/// A network under test, and the reference with the same values.
#[derive(Debug)]
pub(super) struct Subject<N: Network> {
    pub(super) network: N,
    pub(super) batch: N::Batch,
    pub(super) reference: Perceptron,
    pub(super) reference_batch: Batch,
    pub(super) tolerance: Tolerance,
}

impl<N: Trainable + FromMlpSpec> Subject<N> {
    /// Initializes both with the case's plan.
    pub(super) fn started(case: &BackendCase) -> Result<Self, Reason> {
        Self::with(case, &case.spec, &case.samples(), |network| {
            case.plan.apply(network, case.seed).map_err(Reason::from)
        })
    }

    /// Builds the network and its reference for any spec and samples; `start` writes the values.
    pub(super) fn with(
        case: &BackendCase,
        spec: &MlpSpec,
        samples: &Samples<'_>,
        start: impl FnOnce(&mut N) -> Result<(), Reason>,
    ) -> Result<Self, Reason> {
        let mut network = N::from_spec(spec)?;
        network.set_mode(case.mode);
        start(&mut network)?;
        let mut reference = Perceptron::from_spec(spec)?;
        reference.set_mode(case.mode);
        copy(&network, &mut reference)?;
        let tolerance = case.tolerances.of(dtype_of(&mut network)?)?;
        let (batch, reference_batch) = (network.load(samples)?, reference.load(samples)?);
        Ok(Self { network, batch, reference, reference_batch, tolerance })
    }

    /// Switches the mode of both.
    pub(super) fn set_mode(&mut self, mode: Mode) {
        self.network.set_mode(mode);
        self.reference.set_mode(mode);
    }
}

/// Returns the element type of a model's memory; `f64` for an empty model.
pub(super) fn dtype_of<P: ParametersMut + ?Sized>(model: &mut P) -> Result<Dtype, InitError> {
    let mut dtype = Dtype::F64;
    let Some(name) = model.specs().first().map(|spec| spec.name().to_owned()) else { return Ok(dtype) };
    let values = model.values(&name)?;
    model.write(&name, &mut |_, mut view| {
        dtype = view.dtype();
        view.fill_each(|index| usize::try_from(index).ok().and_then(|i| values.get(i).copied()).unwrap_or_default());
        Ok(())
    })?;
    Ok(dtype)
}

/// Returns the values of every parameter.
pub(super) fn values_of<P: Parameters + ?Sized>(model: &P) -> Result<Vec<Vec<f64>>, InitError> {
    model.specs().iter().map(|spec| model.values(spec.name())).collect()
}

/// Writes the values of one parameter.
pub(super) fn set<P: ParametersMut + ?Sized>(model: &mut P, name: &str, values: &[f64]) -> Result<(), InitError> {
    model.write(name, &mut |_, mut view| {
        view.fill_each(|index| {
            usize::try_from(index).ok().and_then(|index| values.get(index).copied()).unwrap_or(f64::NAN)
        });
        Ok(())
    })
}

/// Copies every parameter by name.
pub(super) fn copy<P, Q>(from: &P, to: &mut Q) -> Result<(), InitError>
where
    P: Parameters + ?Sized,
    Q: ParametersMut + ?Sized,
{
    let names: Vec<String> = to.specs().iter().map(|spec: &ParamSpec| spec.name().to_owned()).collect();
    names.iter().try_for_each(|name| set(to, name, &from.values(name)?))
}

/// Unwraps the result of a pass that was not ended early.
pub(super) fn finished<T>(result: Result<Option<T>, NetworkError>) -> Result<T, Reason> {
    result?.ok_or_else(|| "a pass returned None although the observer did not end it".to_owned().into())
}
