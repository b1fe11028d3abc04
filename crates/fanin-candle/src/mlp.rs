//! The perceptron: its parameters and their memory.

use std::marker::PhantomData;

use candle_core::{Device, Shape, Var};
use fanin_core::network::LayerNorm;
use fanin_core::{
    Dtype, Element, InitError, ParamSpec, ParamView, ParamViewMut, Parameters, ParametersMut,
    network::{FromMlpSpec, Layer, MlpSpec, Mode, NetworkError},
    param::FillParams,
};

use crate::norm::{NormVars, Statistics};
use crate::{Float, storage};

/// A multi-layer perceptron of candle variables.
///
/// Layer `l` computes `f(a W' + b)`, with `W` of shape `[out, in]` in `layers.l.weight` and `b` of shape `[out]` in
/// `layers.l.bias`; `a` has one row per sample. Without hidden layers it is a linear model. The spec defines norms and
/// residual blocks: see [`MlpSpec::norm`] and [`MlpSpec::residual`].
///
/// Initializers fill the variables in place on the CPU; other devices need one upload per parameter.
///
/// ```
/// use fanin_candle::Mlp;
/// use fanin_core::{Activation, ParametersExt, network::{Loss, MlpSpec}};
///
/// let spec = MlpSpec::new([2, 3, 1], Activation::Tanh, Loss::BinaryCrossEntropy)?;
/// let network = Mlp::<f64>::new(&spec)?;
/// assert_eq!(network.values("layers.0.weight")?, [0.0; 6]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Mlp<T> {
    pub(crate) spec: MlpSpec,
    pub(crate) layers: Vec<Linear>,
    pub(crate) device: Device,
    pub(crate) mode: Mode,
    element: PhantomData<T>,
}

/// The parameters of one layer.
#[derive(Debug)]
pub(crate) struct Linear {
    pub(crate) weight: Var,
    pub(crate) bias: Var,
    pub(crate) norm: Option<NormVars>,
    /// A scalar added to every input.
    pub(crate) input_bias: Option<Var>,
    /// The factor of the residual branch that the layer ends, a scalar.
    pub(crate) scale: Option<Var>,
}

impl Linear {
    fn new<T: Float>(layer: &Layer, device: &Device) -> Result<Self, NetworkError> {
        let (zero, one) = (T::default(), <T as Element>::from_f64(1.0));
        let vector = |value| filled(layer.neurons, value, device);
        let norm = |norm: &LayerNorm| {
            let statistics = |_| Ok::<_, NetworkError>(Statistics { mean: vector(zero)?, variance: vector(one)? });
            let running = norm.running.as_ref().map(statistics).transpose()?;
            Ok::<_, NetworkError>(NormVars { gain: vector(zero)?, bias: vector(zero)?, running })
        };
        let scalar = |name: Option<&String>| name.map(|_| filled(1, zero, device)).transpose();
        Ok(Self {
            weight: filled((layer.neurons, layer.inputs), zero, device)?,
            bias: vector(zero)?,
            norm: layer.norm.as_ref().map(norm).transpose()?,
            input_bias: scalar(layer.input_bias.as_ref())?,
            scale: scalar(layer.skip.as_ref().and_then(|skip| skip.scale.as_ref()))?,
        })
    }

    /// Iterates over the trained variables, in the order of the specs.
    pub(crate) fn trained(&self) -> impl Iterator<Item = &Var> {
        let norm = self.norm.iter().flat_map(|norm| [&norm.gain, &norm.bias]);
        [&self.weight, &self.bias].into_iter().chain(norm).chain(&self.input_bias).chain(&self.scale)
    }

    /// Iterates over trained variables and buffers.
    fn vars(&self) -> impl Iterator<Item = &Var> {
        let running = self.norm.iter().filter_map(|norm| norm.running.as_ref());
        let running = running.flat_map(|running| [&running.mean, &running.variance]);
        let norm = self.norm.iter().flat_map(|norm| [&norm.gain, &norm.bias]).chain(running);
        [&self.weight, &self.bias].into_iter().chain(norm).chain(&self.input_bias).chain(&self.scale)
    }
}

/// Allocates a variable; running out of memory is an error, not an abort.
fn filled<T: Float>(shape: impl Into<Shape>, value: T, device: &Device) -> Result<Var, NetworkError> {
    let shape = shape.into();
    let mut values = Vec::new();
    values.try_reserve_exact(shape.elem_count()).map_err(|error| NetworkError::Backend(error.into()))?;
    values.resize(shape.elem_count(), value);
    Var::from_vec(values, shape, device).map_err(backend)
}

pub(crate) fn backend(error: candle_core::Error) -> NetworkError {
    NetworkError::Backend(error.into())
}

impl<T: Float> Mlp<T> {
    /// Creates a network on the CPU in [`Mode::Train`]. All parameters are zero until a plan fills them; running means
    /// are 0 and running variances 1.
    ///
    /// # Errors
    /// [`NetworkError::Backend`] if memory runs out.
    pub fn new(spec: &MlpSpec) -> Result<Self, NetworkError> {
        Self::on(spec, &Device::Cpu)
    }

    /// Creates a network on a device.
    ///
    /// # Errors
    /// Same as [`Mlp::new`], and errors of the device.
    pub fn on(spec: &MlpSpec, device: &Device) -> Result<Self, NetworkError> {
        let layers = spec.layers().iter().map(|layer| Linear::new::<T>(layer, device));
        let layers = layers.collect::<Result<_, _>>()?;
        Ok(Self { spec: spec.clone(), layers, device: device.clone(), mode: Mode::default(), element: PhantomData })
    }

    /// Returns the spec that the network was built from.
    #[must_use]
    pub fn spec(&self) -> &MlpSpec {
        &self.spec
    }

    /// Iterates over parameters and buffers, in the order of the specs.
    fn vars(&self) -> impl Iterator<Item = &Var> {
        self.layers.iter().flat_map(Linear::vars)
    }

    /// Iterates over the trained variables, in the order of the specs.
    pub(crate) fn trained(&self) -> impl Iterator<Item = &Var> {
        self.layers.iter().flat_map(Linear::trained)
    }

    fn find(&self, name: &str) -> Result<(&ParamSpec, &Var), InitError> {
        let found = self.specs().iter().zip(self.vars()).find(|(spec, _)| spec.name() == name);
        found.ok_or_else(|| InitError::unknown(name, self.specs()))
    }
}

impl<T: Float> FromMlpSpec for Mlp<T> {
    fn from_spec(spec: &MlpSpec) -> Result<Self, NetworkError> {
        Self::new(spec)
    }
}

impl<T: Float> Parameters for Mlp<T> {
    fn specs(&self) -> &[ParamSpec] {
        self.spec.params()
    }

    fn dtype(&self, _: usize) -> Option<Dtype> {
        Some(<T as Element>::DTYPE)
    }

    fn read(&self, name: &str, visit: &mut dyn FnMut(&ParamSpec, ParamView<'_>)) -> Result<(), InitError> {
        let (spec, var) = self.find(name)?;
        storage::read::<T, ()>(var, |values| visit(spec, ParamView::whole(values))).map_err(|error| failed(name, error))
    }
}

impl<T: Float> ParametersMut for Mlp<T> {
    fn write(
        &mut self,
        name: &str,
        fill: &mut dyn FnMut(&ParamSpec, ParamViewMut<'_>) -> Result<(), InitError>,
    ) -> Result<(), InitError> {
        let (spec, var) = self.find(name)?;
        lend::<T>(spec, var, fill)
    }

    fn fill_all(&mut self, fill: &dyn FillParams) -> Result<(), InitError> {
        let lent = self.specs().iter().zip(self.vars()).enumerate();
        let mut wanted: Vec<_> = lent.filter(|(place, (spec, _))| fill.wants(*place, spec)).collect();
        let write = |(place, (spec, var)): &mut (usize, (&ParamSpec, &Var))| {
            lend::<T>(spec, var, &mut |spec, out| fill.fill(*place, spec, out))
        };
        storage::fill_each(&mut wanted, |(_, (_, var))| Some(var), write)
    }
}

/// Provides the memory of one variable to `fill`.
fn lend<T: Float>(
    spec: &ParamSpec,
    var: &Var,
    fill: &mut dyn FnMut(&ParamSpec, ParamViewMut<'_>) -> Result<(), InitError>,
) -> Result<(), InitError> {
    let mut filled = Ok(());
    storage::write::<T>(var, &mut |values| filled = fill(spec, ParamViewMut::whole(values)))
        .map_err(|error| failed(spec.name(), error))?;
    filled
}

fn failed(name: &str, error: candle_core::Error) -> InitError {
    InitError::Backend { name: name.to_owned(), source: error.into() }
}
