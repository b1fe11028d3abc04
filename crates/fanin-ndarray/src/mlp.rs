//! The perceptron: its parameters and their memory.

use std::iter;

use fanin_core::param::fill_in_parallel;
use fanin_core::{
    Dtype, InitError, ParamSpec, ParamView, ParamViewMut, Parameters, ParametersMut,
    network::{FromMlpSpec, Layer, MlpSpec, Mode, NetworkError},
    param::{FillParams, Slice},
};
use ndarray::{Array1, Array2};

use crate::Float;
use crate::allocation::zeros;
use crate::norm::{Affine, Statistics};
use crate::show::slice;

/// A multi-layer perceptron of ndarray arrays.
///
/// Layer `l` computes `f(a W' + b)`, with `W` of shape `[out, in]` in `layers.l.weight` and `b` of shape `[out]` in
/// `layers.l.bias`; `a` has one row per sample. Without hidden layers it is a linear model. The spec defines norms and
/// residual blocks: see [`MlpSpec::norm`] and [`MlpSpec::residual`].
///
/// Parameters are row-major and contiguous, so initializers fill them in place.
///
/// ```
/// use fanin_core::{Activation, ParametersExt, network::{Loss, MlpSpec}};
/// use fanin_ndarray::Mlp;
///
/// let spec = MlpSpec::new([2, 3, 1], Activation::Tanh, Loss::BinaryCrossEntropy)?;
/// let network = Mlp::<f64>::new(&spec)?;
/// assert_eq!(network.values("layers.0.weight")?, [0.0; 6]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Mlp<T> {
    pub(crate) spec: MlpSpec,
    pub(crate) layers: Vec<Linear<T>>,
    /// The running statistics of each layer with batch normalization.
    pub(crate) running: Vec<Option<Statistics<T>>>,
    pub(crate) mode: Mode,
}

/// The trained parameters of one layer, or anything with the same shapes, such as gradients or moments.
#[derive(Debug)]
pub(crate) struct Linear<T> {
    pub(crate) weight: Array2<T>,
    pub(crate) bias: Array1<T>,
    /// The gain and bias of the norm.
    pub(crate) norm: Option<Affine<T>>,
    /// A scalar added to every input.
    pub(crate) input_bias: Option<Array1<T>>,
    /// The factor of the residual branch that the layer ends, a scalar.
    pub(crate) scale: Option<Array1<T>>,
}

impl<T: Float> Linear<T> {
    fn zeros(layer: &Layer) -> Result<Self, NetworkError> {
        let scale = layer.skip.as_ref().and_then(|skip| skip.scale.as_ref());
        Ok(Self {
            weight: zeros((layer.neurons, layer.inputs))?,
            bias: zeros(layer.neurons)?,
            norm: layer.norm.as_ref().map(|_| Affine::zeros(layer.neurons)).transpose()?,
            input_bias: layer.input_bias.as_ref().map(|_| zeros(1)).transpose()?,
            scale: scale.map(|_| zeros(1)).transpose()?,
        })
    }

    /// Returns zeros of the same shapes.
    pub(crate) fn zeros_like(&self) -> Self {
        let zeros = |of: &Array1<T>| Array1::zeros(of.dim());
        Self {
            weight: Array2::zeros(self.weight.dim()),
            bias: zeros(&self.bias),
            norm: self.norm.as_ref().map(|norm| Affine { gain: zeros(&norm.gain), bias: zeros(&norm.bias) }),
            input_bias: self.input_bias.as_ref().map(zeros),
            scale: self.scale.as_ref().map(zeros),
        }
    }

    /// Iterates over all parameters except the weight, in the order of the specs.
    pub(crate) fn vectors(&self) -> impl Iterator<Item = &Array1<T>> {
        let norm = self.norm.iter().flat_map(|norm| [&norm.gain, &norm.bias]);
        iter::once(&self.bias).chain(norm).chain(&self.input_bias).chain(&self.scale)
    }

    /// Like `vectors`, mutably.
    pub(crate) fn vectors_mut(&mut self) -> impl Iterator<Item = &mut Array1<T>> {
        let norm = self.norm.iter_mut().flat_map(|norm| [&mut norm.gain, &mut norm.bias]);
        iter::once(&mut self.bias).chain(norm).chain(&mut self.input_bias).chain(&mut self.scale)
    }

    /// Iterates over all parameters in the order of the specs, as observers see them.
    pub(crate) fn trained(&self) -> impl Iterator<Item = Slice<'_>> {
        iter::once(slice(&self.weight)).chain(self.vectors().map(slice))
    }
}

impl<T: Float> Mlp<T> {
    /// Creates a network in [`Mode::Train`]. All parameters are zero until a plan fills them; running means are 0 and
    /// running variances 1.
    ///
    /// # Errors
    /// [`NetworkError::Backend`] if memory runs out.
    pub fn new(spec: &MlpSpec) -> Result<Self, NetworkError> {
        let running = |layer: &Layer| {
            let running = layer.norm.as_ref().and_then(|norm| norm.running.as_ref());
            running.map(|_| Statistics::fresh(layer.neurons)).transpose()
        };
        Ok(Self {
            spec: spec.clone(),
            layers: spec.layers().iter().map(Linear::zeros).collect::<Result<_, _>>()?,
            running: spec.layers().iter().map(running).collect::<Result<_, _>>()?,
            mode: Mode::default(),
        })
    }

    /// Returns the spec that the network was built from.
    #[must_use]
    pub fn spec(&self) -> &MlpSpec {
        &self.spec
    }

    /// Returns the index of a parameter among the specs.
    fn position(&self, name: &str) -> Result<usize, InitError> {
        let position = self.specs().iter().position(|spec| spec.name() == name);
        position.ok_or_else(|| InitError::unknown(name, self.specs()))
    }

    /// Iterates over the memory of every parameter and buffer, in the order of the specs.
    fn memory(&self) -> impl Iterator<Item = Option<&[T]>> {
        self.layers.iter().zip(&self.running).flat_map(|(linear, running)| {
            let norm = linear.norm.iter().flat_map(|norm| [&norm.gain, &norm.bias]);
            let running = running.iter().flat_map(|running| [&running.mean, &running.variance]);
            let scalars = linear.input_bias.iter().chain(&linear.scale);
            let vectors = iter::once(&linear.bias).chain(norm).chain(running).chain(scalars);
            iter::once(linear.weight.as_slice()).chain(vectors.map(|vector| vector.as_slice()))
        })
    }

    /// Like `memory`, mutably and with the specs.
    fn memory_mut(&mut self) -> impl Iterator<Item = (&ParamSpec, Option<&mut [T]>)> {
        let memory = self.layers.iter_mut().zip(&mut self.running).flat_map(|(linear, running)| {
            let norm = linear.norm.iter_mut().flat_map(|norm| [&mut norm.gain, &mut norm.bias]);
            let running = running.iter_mut().flat_map(|running| [&mut running.mean, &mut running.variance]);
            let scalars = linear.input_bias.iter_mut().chain(&mut linear.scale);
            let vectors = iter::once(&mut linear.bias).chain(norm).chain(running).chain(scalars);
            iter::once(linear.weight.as_slice_mut()).chain(vectors.map(|vector| vector.as_slice_mut()))
        });
        self.spec.params().iter().zip(memory)
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
        Some(T::DTYPE)
    }

    fn read(&self, name: &str, visit: &mut dyn FnMut(&ParamSpec, ParamView<'_>)) -> Result<(), InitError> {
        let index = self.position(name)?;
        let values = self.memory().nth(index).flatten().ok_or_else(|| scattered(name))?;
        visit(&self.spec.params()[index], ParamView::whole(values));
        Ok(())
    }
}

impl<T: Float> ParametersMut for Mlp<T> {
    fn write(
        &mut self,
        name: &str,
        fill: &mut dyn FnMut(&ParamSpec, ParamViewMut<'_>) -> Result<(), InitError>,
    ) -> Result<(), InitError> {
        let index = self.position(name)?;
        match self.memory_mut().nth(index) {
            Some((spec, Some(values))) => fill(spec, ParamViewMut::whole(values)),
            _ => Err(scattered(name)),
        }
    }

    fn fill_all(&mut self, fill: &dyn FillParams) -> Result<(), InitError> {
        let lent = self.memory_mut().enumerate();
        let mut wanted: Vec<_> = lent.filter(|(place, (param, _))| fill.wants(*place, param)).collect();
        fill_in_parallel(
            &mut wanted,
            |(_, (param, _))| param.len(),
            |(place, (param, values))| {
                let values = values.as_deref_mut().ok_or_else(|| scattered(param.name()))?;
                fill.fill(*place, param, ParamViewMut::whole(values))
            },
        )
    }
}

/// Unreachable in practice: parameters are allocated contiguously and updated in place.
fn scattered(name: &str) -> InitError {
    InitError::Backend { name: name.to_owned(), source: "its memory is not contiguous".into() }
}
