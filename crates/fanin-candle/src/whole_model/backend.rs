//! A `VarBuilder` backend that derives each tensor from its address.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candle_core::{DType, Device, Shape, Tensor, Var};
use candle_nn::Init;
use candle_nn::var_builder::SimpleBackend;
use fanin_core::resolve::{Assignment, Origin};
use fanin_core::{ParamSpec, Seed};

use super::{Blueprint, BuildError, Pretrained, Request, Variable, Variables, memory};

/// A `VarBuilder` backend that creates every tensor a model requests, from a [`Blueprint`] and a seed, and stores it by
/// name.
///
/// Requesting a name again returns the same variable, so tied weights stay tied. The same name, seed and rules give the
/// bits that `fanin sample` and `fanin fill` write, regardless of other requests.
///
/// Clones share the variables: keep a clone, and call [`SeededBackend::variables`] after the model is built.
/// [`build`](super::build) does all of this in one call and lists the parameters first. Without a list
/// ([`Blueprint::list`]), a recipe whose numbers depend on the whole model needs its variables set.
///
/// ```
/// use candle_core::{DType, Device};
/// use candle_nn::VarBuilder;
/// use fanin_candle::{Blueprint, SeededBackend};
/// use fanin_core::initializers::{Zeros, he_normal};
/// use fanin_core::{Plan, Seed};
///
/// let plan = Plan::new().rule("*.bias", Zeros).rule("*.weight", he_normal());
/// let backend = SeededBackend::new(Blueprint::from(plan), Seed(42))?;
/// let vb = VarBuilder::from_backend(Box::new(backend.clone()), DType::F32, Device::Cpu);
/// let head = candle_nn::linear(64, 10, vb.pp("head"))?;
/// assert_eq!(head.weight().dims(), [10, 64]);
/// assert_eq!(backend.variables().all_vars().len(), 2);
/// # Ok::<(), fanin_candle::BuildError>(())
/// ```
///
/// # Failures while building a model
/// `get` fails with an error that names the parameter if nothing provides its value. Some models in
/// candle-transformers, such as `llama`, panic when a `VarBuilder` fails; [`build`](super::build) reports the error
/// before it calls them.
#[derive(Clone, Debug)]
pub struct SeededBackend {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    blueprint: Blueprint,
    seed: Seed,
    /// The assignment of each parameter, if they are listed.
    listed: Option<HashMap<String, Assignment>>,
    made: Mutex<Variables>,
}

impl SeededBackend {
    /// Creates a backend.
    ///
    /// # Errors
    /// [`BuildError`] if a pattern of the blueprint cannot be parsed, or if its rules do not fit the listed parameters.
    pub fn new(blueprint: Blueprint, seed: Seed) -> Result<Self, BuildError> {
        blueprint.readable()?;
        let requests = blueprint.listed().map(|listed| listed.iter().map(listed_request).collect::<Vec<_>>());
        let listed = requests.map(|requests| blueprint.resolve(&requests)).transpose()?;
        Ok(Self::of(blueprint, seed, listed))
    }

    /// Creates a backend from the assignments of a model's parameters.
    pub(super) fn of(blueprint: Blueprint, seed: Seed, listed: Option<Vec<Assignment>>) -> Self {
        let by_name = |one: Assignment| (one.name().to_owned(), one);
        let listed = listed.map(|listed| listed.into_iter().map(by_name).collect());
        Self { shared: Arc::new(Shared { blueprint, seed, listed, made: Mutex::default() }) }
    }

    /// Returns the parameters requested so far.
    #[must_use]
    pub fn variables(&self) -> Variables {
        self.shared.made().clone()
    }
}

impl Shared {
    fn made(&self) -> MutexGuard<'_, Variables> {
        // Entries are complete before they are added, so a panic elsewhere leaves the list consistent.
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the variable of this name, if it was requested before with the same shape.
    fn found(&self, name: &str, shape: Option<&Shape>) -> Result<Option<Tensor>, BuildError> {
        let made = self.made();
        let Some(variable) = made.get(name) else { return Ok(None) };
        match shape.filter(|shape| variable.tensor.shape() != *shape) {
            None => Ok(Some(variable.tensor.clone())),
            Some(shape) => Err(BuildError::ShapeChanged {
                name: name.to_owned(),
                first: variable.param().shape().to_vec(),
                second: shape.dims().to_vec(),
            }),
        }
    }

    /// Returns the tensor of a name, creating it if needed. The lock is not held while values are drawn, because
    /// drawing uses all threads. If two threads create the same tensor, the first to finish wins, and both have the
    /// same bits.
    fn get(&self, request: &Request, device: &Device) -> Result<Tensor, BuildError> {
        if let Some(tensor) = self.found(&request.name, Some(&request.shape))? {
            return Ok(tensor);
        }
        let made = self.make(request, device)?;
        Ok(self.made().keep(made).tensor)
    }

    fn make(&self, request: &Request, device: &Device) -> Result<Variable, BuildError> {
        let (name, blueprint) = (&request.name, &self.blueprint);
        if blueprint.is_absent(name) {
            return Err(BuildError::Absent { name: name.clone() });
        }
        let assignment = match &self.listed {
            None => blueprint.resolve_unlisted(request)?,
            Some(listed) => {
                listed.get(name).cloned().ok_or_else(|| BuildError::Unlisted { parameter: request.clone() })?
            }
        };
        let is_variable = !blueprint.is_frozen(name);
        let tensor = match (assignment.initializer(), assignment.origin(), blueprint.pretrained_by(name)) {
            (Some(initializer), ..) => {
                let param = assignment.param();
                if param.shape() != request.shape.dims() {
                    return Err(BuildError::ShapeChanged {
                        name: name.clone(),
                        first: param.shape().to_vec(),
                        second: request.shape.dims().to_vec(),
                    });
                }
                memory::drawn(&**initializer, param, self.seed, request.dtype, device, is_variable)?
            }
            (None, Origin::Pretrained { .. }, Some(pretrained)) => {
                let hint = request.hint.unwrap_or_default();
                let taken = pretrained.tensors().get(request.shape.clone(), name, hint, request.dtype, device);
                own(taken, is_variable).map_err(|error| of_pretrained(pretrained, name, error))?
            }
            _ => return Err(BuildError::Left { rules: blueprint.label(), buffer: request.clone() }),
        };
        Ok(Variable { assignment, tensor })
    }

    /// Returns a tensor requested without a shape: it already exists, is pretrained, or is listed with its shape.
    fn get_unchecked(&self, name: &str, dtype: DType, device: &Device) -> Result<Tensor, BuildError> {
        if let Some(tensor) = self.found(name, None)? {
            return Ok(tensor);
        }
        let shape = shape_of(&self.blueprint, name, dtype, device)?;
        self.get(&Request { name: name.to_owned(), shape, dtype, hint: None }, device)
    }
}

/// Returns the shape of a parameter requested without one: from the pretrained tensor or the list.
pub(super) fn shape_of(blueprint: &Blueprint, name: &str, dtype: DType, device: &Device) -> Result<Shape, BuildError> {
    if blueprint.is_absent(name) {
        return Err(BuildError::Absent { name: name.to_owned() });
    }
    if let Some(pretrained) = blueprint.pretrained_by(name) {
        let taken = pretrained.tensors().get_unchecked(name, dtype, device);
        return taken.map(|tensor| tensor.shape().clone()).map_err(|error| of_pretrained(pretrained, name, error));
    }
    let listed = blueprint.listed().and_then(|listed| listed.iter().find(|param| param.name() == name));
    match listed {
        Some(param) => Ok(Shape::from(param.shape())),
        None => Err(BuildError::NoShape { name: name.to_owned() }),
    }
}

/// Returns whether a name is known before it is requested: it is pretrained or listed.
pub(super) fn is_known(blueprint: &Blueprint, name: &str) -> bool {
    let is_listed = || blueprint.listed().is_some_and(|listed| listed.iter().any(|param| param.name() == name));
    !blueprint.is_absent(name) && (blueprint.pretrained_by(name).is_some() || is_listed())
}

/// Returns a separate tensor, even if the pretrained one is a variable, so that training changes only the model's copy.
fn own(taken: candle_core::Result<Tensor>, is_variable: bool) -> candle_core::Result<Tensor> {
    let tensor = taken?.detach();
    if is_variable { Ok(Var::from_tensor(&tensor)?.into_inner()) } else { Ok(tensor) }
}

pub(super) fn of_pretrained(pretrained: &Pretrained, name: &str, source: candle_core::Error) -> BuildError {
    BuildError::Pretrained { name: name.to_owned(), from: pretrained.source().to_owned(), source: Box::new(source) }
}

/// A listed parameter; its type is known when it is requested.
fn listed_request(param: &ParamSpec) -> Request {
    Request { name: param.name().to_owned(), shape: Shape::from(param.shape()), dtype: DType::F32, hint: None }
}

impl SimpleBackend for SeededBackend {
    fn get(&self, shape: Shape, name: &str, hint: Init, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
        let request = Request { name: name.to_owned(), shape, dtype, hint: Some(hint) };
        as_asked(&self.shared.get(&request, device)?, dtype, device)
    }

    fn get_unchecked(&self, name: &str, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
        as_asked(&self.shared.get_unchecked(name, dtype, device)?, dtype, device)
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.shared.made().get(name).is_some() || is_known(&self.shared.blueprint, name)
    }
}

/// Returns the variable itself or, for another type or device, a differentiable conversion.
fn as_asked(tensor: &Tensor, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
    tensor.to_device(device)?.to_dtype(dtype)
}
