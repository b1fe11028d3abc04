//! A first pass over a model, to record the names and shapes that it requests.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candle_core::{DType, Device, Shape, Tensor};
use candle_nn::var_builder::SimpleBackend;
use candle_nn::{Init, VarBuilder};

use super::backend::{is_known, shape_of};
use super::{Blueprint, BuildError, Request, Requests};

/// Records the parameters that a model requests. The model is built with tensors that are a single zero, broadcast to
/// the requested shape, so the pass takes almost no memory regardless of the model's size. If building the model fails,
/// because it applies an operation that needs contiguous memory to its parameters, it is built again with allocated
/// zeros.
///
/// ```
/// use candle_core::{DType, Device};
///
/// let requests = fanin_candle::record(DType::F32, &Device::Cpu, |vb| candle_nn::linear(64, 10, vb.pp("head")))?;
/// assert_eq!(
///     requests.to_json(),
///     "{\n  \"head.weight\": {\"shape\":[10,64],\"dtype\":\"F32\"},\n  \"head.bias\": {\"shape\":[10],\"dtype\":\"F32\"}\n}\n"
/// );
/// # Ok::<(), fanin_candle::BuildError>(())
/// ```
///
/// # Errors
/// [`BuildError::Candle`] if the model fails; [`BuildError::ShapeChanged`] if it requests one name with two shapes.
pub fn record<M>(
    dtype: DType,
    device: &Device,
    model: impl Fn(VarBuilder<'static>) -> candle_core::Result<M>,
) -> Result<Requests, BuildError> {
    record_with(None, dtype, device, model)
}

/// Like `record`, with the pretrained, listed and absent names of a blueprint: the model gets the same answers as in
/// the second pass.
pub(super) fn record_with<M>(
    blueprint: Option<&Blueprint>,
    dtype: DType,
    device: &Device,
    model: impl Fn(VarBuilder<'static>) -> candle_core::Result<M>,
) -> Result<Requests, BuildError> {
    let pass = |in_memory| {
        let recorder = Recorder { blueprint: blueprint.cloned(), in_memory, asked: Arc::default() };
        let asked = Arc::clone(&recorder.asked);
        let built = model(VarBuilder::from_backend(Box::new(recorder), dtype, device.clone()));
        (built, std::mem::take(&mut *lock(&asked)))
    };
    let (mut built, mut asked) = pass(false);
    if built.is_err() && asked.wrong.is_none() {
        (built, asked) = pass(true);
    }
    // The first error takes precedence over the errors it caused in the model.
    asked.wrong.map_or(Ok(()), Err)?;
    built?;
    Ok(asked.requests)
}

/// The backend of the first pass.
struct Recorder {
    blueprint: Option<Blueprint>,
    /// Whether every element has its own memory.
    in_memory: bool,
    asked: Arc<Mutex<Asked>>,
}

#[derive(Default)]
struct Asked {
    requests: Requests,
    /// The first error. It is not returned immediately, because some models panic when a `VarBuilder` fails.
    wrong: Option<BuildError>,
}

fn lock(asked: &Mutex<Asked>) -> MutexGuard<'_, Asked> {
    asked.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Recorder {
    fn ask(&self, request: Request, device: &Device) -> Result<Tensor, BuildError> {
        if self.blueprint.as_ref().is_some_and(|blueprint| blueprint.is_absent(&request.name)) {
            return Err(BuildError::Absent { name: request.name });
        }
        let zeros = match self.in_memory {
            true => Tensor::zeros(request.shape.clone(), request.dtype, device)?,
            false => Tensor::zeros((), request.dtype, device)?.broadcast_as(request.shape.clone())?,
        };
        let mut asked = lock(&self.asked);
        match asked.requests.find(&request.name) {
            None => asked.requests.push(request),
            Some(first) if first.shape == request.shape => {}
            Some(first) => {
                let changed = BuildError::ShapeChanged {
                    name: request.name.clone(),
                    first: first.shape.dims().to_vec(),
                    second: request.shape.dims().to_vec(),
                };
                asked.wrong = asked.wrong.take().or(Some(changed));
            }
        }
        Ok(zeros)
    }
}

impl SimpleBackend for Recorder {
    fn get(&self, shape: Shape, name: &str, hint: Init, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
        let request = Request { name: name.to_owned(), shape, dtype, hint: Some(hint) };
        Ok(self.ask(request, device)?)
    }

    fn get_unchecked(&self, name: &str, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
        let asked = lock(&self.asked).requests.find(name).map(|request| request.shape.clone());
        let shape = match (asked, &self.blueprint) {
            (Some(shape), _) => shape,
            (None, Some(blueprint)) => shape_of(blueprint, name, dtype, device)?,
            (None, None) => Err(BuildError::NoShape { name: name.to_owned() })?,
        };
        Ok(self.ask(Request { name: name.to_owned(), shape, dtype, hint: None }, device)?)
    }

    fn contains_tensor(&self, name: &str) -> bool {
        let is_known = |blueprint| is_known(blueprint, name);
        lock(&self.asked).requests.find(name).is_some() || self.blueprint.as_ref().is_some_and(is_known)
    }
}
