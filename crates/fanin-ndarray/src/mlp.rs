//! The perceptron: its parameters, and how their memory is lent.

use fanin_core::param::deal;
use fanin_core::{
    Filler, FromMlpSpec, InitError, MlpSpec, NetworkError, ParamSpec, ParamView, ParamViewMut, Parameters,
    ParametersMut,
};
use ndarray::{Array, Array1, Array2, Dimension, ShapeBuilder};

use crate::Float;

/// A multi-layer perceptron in ndarray arrays.
///
/// Layer `l` computes `f(a W' + b)`, with `W` of shape `[out, in]` in `layers.l.weight` and `b` of shape `[out]` in
/// `layers.l.bias`; `a` has one row a sample. Without a hidden layer it is a linear model.
///
/// Parameters are row-major and contiguous, so initialisers fill them in place.
///
/// ```
/// use fanin_core::{Loss, MlpSpec, Activation, ParametersExt};
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
}

/// The parameters of one layer, or anything else of their shapes: gradients, moments.
#[derive(Debug)]
pub(crate) struct Linear<T> {
    pub(crate) weight: Array2<T>,
    pub(crate) bias: Array1<T>,
}

impl<T: Float> Linear<T> {
    fn zeros(neurons: usize, inputs: usize) -> Result<Self, NetworkError> {
        Ok(Self { weight: zeros((neurons, inputs))?, bias: zeros(neurons)? })
    }

    /// Zeros of the same shapes.
    pub(crate) fn zeros_like(&self) -> Self {
        Self { weight: Array2::zeros(self.weight.dim()), bias: Array1::zeros(self.bias.dim()) }
    }
}

/// Where memory runs out, an error and not an abort.
fn zeros<T: Float, D: Dimension>(shape: impl ShapeBuilder<Dim = D>) -> Result<Array<T, D>, NetworkError> {
    let shape = shape.into_shape_with_order();
    let (mut values, len) = (Vec::new(), shape.size());
    values.try_reserve_exact(len).map_err(|error| NetworkError::Backend(error.into()))?;
    values.resize(len, T::zero());
    Array::from_shape_vec(shape, values).map_err(|error| NetworkError::Backend(error.into()))
}

impl<T: Float> Mlp<T> {
    /// The network, all of whose parameters are zero until a plan fills them.
    ///
    /// # Errors
    /// [`NetworkError::Backend`] if there is no memory for it.
    pub fn new(spec: &MlpSpec) -> Result<Self, NetworkError> {
        let layers = spec.layers().iter().map(|layer| Linear::zeros(layer.neurons, layer.inputs));
        Ok(Self { spec: spec.clone(), layers: layers.collect::<Result<_, _>>()? })
    }

    /// What it was built from.
    #[must_use]
    pub fn spec(&self) -> &MlpSpec {
        &self.spec
    }

    /// The index of a parameter: the specs are the weight and the bias of each layer in turn.
    fn position(&self, name: &str) -> Result<usize, InitError> {
        let position = self.specs().iter().position(|spec| spec.name() == name);
        position.ok_or_else(|| InitError::unknown(name, self.specs()))
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

    fn read(&self, name: &str, visit: &mut dyn FnMut(&ParamSpec, ParamView<'_>)) -> Result<(), InitError> {
        let index = self.position(name)?;
        let linear = &self.layers[index / 2];
        let values = if index % 2 == 0 { linear.weight.as_slice() } else { linear.bias.as_slice() };
        visit(&self.spec.params()[index], ParamView::whole(values.ok_or_else(|| scattered(name))?));
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
        let linear = &mut self.layers[index / 2];
        let values = if index % 2 == 0 { linear.weight.as_slice_mut() } else { linear.bias.as_slice_mut() };
        fill(&self.spec.params()[index], ParamViewMut::whole(values.ok_or_else(|| scattered(name))?))
    }

    fn write_all(&mut self, filler: &dyn Filler) -> Result<(), InitError> {
        let Self { spec, layers } = self;
        let memory = layers.iter_mut().flat_map(|linear| [linear.weight.as_slice_mut(), linear.bias.as_slice_mut()]);
        let lent = spec.params().iter().zip(memory).enumerate();
        let mut wanted: Vec<_> = lent.filter(|(place, (param, _))| filler.wants(*place, param)).collect();
        deal(
            &mut wanted,
            |(_, (param, _))| param.len(),
            |(place, (param, values))| {
                let values = values.as_deref_mut().ok_or_else(|| scattered(param.name()))?;
                filler.fill(*place, param, ParamViewMut::whole(values))
            },
        )
    }
}

/// Never seen: parameters are made contiguous, and every update is in place.
fn scattered(name: &str) -> InitError {
    InitError::Backend { name: name.to_owned(), source: "its memory is not contiguous".into() }
}
