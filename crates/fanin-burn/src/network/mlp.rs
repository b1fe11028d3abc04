//! The perceptron: its parameters and their memory.

use std::marker::PhantomData;
use std::sync::Arc;

use burn_core::tensor::Device;
use fanin_core::{
    Dtype, Element, InitError, ParamSpec, ParamView, ParamViewMut, Parameters, ParametersMut,
    network::{FromMlpSpec, MlpSpec, Mode, NetworkError},
    param::{FillParams, fill_in_parallel},
};

use super::Float;
use super::host::{download, upload};
use super::linear::Linear;

/// A multi-layer perceptron of burn tensors.
///
/// Layer `l` computes `f(a W' + b)`, with `W` of shape `[out, in]` in `layers.l.weight` and `b` of shape `[out]` in
/// `layers.l.bias`; `a` has one row per sample. Without hidden layers it is a linear model. The spec defines norms and
/// residual blocks: see [`MlpSpec::norm`] and [`MlpSpec::residual`].
///
/// For modules of your own, see [`init`](crate::init).
///
/// ```
/// use fanin_burn::Mlp;
/// use fanin_core::{Activation, ParametersExt, network::{Loss, MlpSpec}};
///
/// let spec = MlpSpec::new([2, 3, 1], Activation::Tanh, Loss::BinaryCrossEntropy)?;
/// let network = Mlp::<f64>::new(&spec)?;
/// assert_eq!(network.values("layers.0.weight")?, [0.0; 6]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Mlp<T> {
    pub(super) spec: MlpSpec,
    pub(super) layers: Vec<Linear>,
    pub(super) device: Device,
    pub(super) mode: Mode,
    /// Tells this network from others, for its optimizers.
    pub(super) identity: Arc<()>,
    element: PhantomData<T>,
}

impl<T: Float> Mlp<T> {
    /// Creates a network on the CPU in [`Mode::Train`]. All parameters are zero until a plan fills them; running means
    /// are 0 and running variances 1.
    ///
    /// # Errors
    /// [`NetworkError::Backend`] if memory runs out.
    pub fn new(spec: &MlpSpec) -> Result<Self, NetworkError> {
        Self::on(spec, &Device::flex())
    }

    /// Creates a network on a device. A pass that needs gradients adds burn's autodiff to it.
    ///
    /// # Errors
    /// [`NetworkError::Backend`] if memory runs out, or if the device does not support the element type.
    pub fn on(spec: &MlpSpec, device: &Device) -> Result<Self, NetworkError> {
        let device = device.clone().without_autodiff();
        let dtype = <T as burn_core::tensor::Element>::dtype();
        if !device.supports_dtype(dtype) {
            let reason = format!("{device:?} does not support {}; use f32", <T as Element>::DTYPE);
            return Err(NetworkError::Backend(reason.into()));
        }
        let layers = spec.layers().iter().map(|layer| Linear::new::<T>(layer, &device)).collect::<Result<_, _>>()?;
        let (spec, mode) = (spec.clone(), Mode::default());
        Ok(Self { spec, layers, device, mode, identity: Arc::new(()), element: PhantomData })
    }

    /// Returns the spec that the network was built from.
    #[must_use]
    pub fn spec(&self) -> &MlpSpec {
        &self.spec
    }

    /// Returns the index of a parameter.
    fn find(&self, name: &str) -> Result<usize, InitError> {
        let found = self.specs().iter().position(|spec| spec.name() == name);
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
        let place = self.find(name)?;
        let found = self.specs().iter().zip(self.layers.iter().flat_map(Linear::tensors)).nth(place);
        let (spec, tensor) = found.ok_or_else(|| InitError::unknown(name, self.specs()))?;
        download::<T, ()>(tensor, |values| visit(spec, ParamView::whole(values)))
            .map_err(|error| InitError::Backend { name: name.to_owned(), source: error.into() })
    }
}

impl<T: Float> ParametersMut for Mlp<T> {
    fn write(
        &mut self,
        name: &str,
        fill: &mut dyn FnMut(&ParamSpec, ParamViewMut<'_>) -> Result<(), InitError>,
    ) -> Result<(), InitError> {
        let place = self.find(name)?;
        let found = self.spec.params().iter().zip(self.layers.iter_mut().flat_map(Linear::tensors_mut)).nth(place);
        let (spec, tensor) = found.ok_or_else(|| InitError::unknown(name, self.spec.params()))?;
        let mut values = zeros::<T>(spec)?;
        fill(spec, ParamViewMut::whole(&mut values))?;
        *tensor = upload(values, tensor.dims(), &self.device);
        Ok(())
    }

    /// burn has no access to the memory of a tensor: values are drawn into new memory, which the tensors then own.
    fn fill_all(&mut self, filler: &dyn FillParams) -> Result<(), InitError> {
        let tensors = self.layers.iter_mut().flat_map(Linear::tensors_mut);
        let wanted = self.spec.params().iter().zip(tensors).enumerate();
        let wanted = wanted.filter(|(place, (spec, _))| filler.wants(*place, spec));
        let mut wanted: Vec<_> = wanted.map(|(place, (spec, tensor))| (place, spec, tensor, Vec::new())).collect();
        let filled = fill_in_parallel(
            &mut wanted,
            |(_, spec, ..)| spec.len(),
            |(place, spec, _, values)| {
                *values = zeros::<T>(spec)?;
                let filled = filler.fill(*place, spec, ParamViewMut::whole(values));
                if filled.is_err() {
                    values.clear();
                }
                filled
            },
        );
        for (_, spec, tensor, values) in wanted {
            if values.len() == spec.len() {
                *tensor = upload(values, tensor.dims(), &self.device);
            }
        }
        filled
    }
}

/// Allocates the values of a parameter; running out of memory is an error, not an abort.
fn zeros<T: Float>(spec: &ParamSpec) -> Result<Vec<T>, InitError> {
    let mut values = Vec::new();
    let failed = |error: std::collections::TryReserveError| InitError::Backend {
        name: spec.name().to_owned(),
        source: error.into(),
    };
    values.try_reserve_exact(spec.len()).map_err(failed)?;
    values.resize(spec.len(), <T as Element>::from_f64(0.0));
    Ok(values)
}
