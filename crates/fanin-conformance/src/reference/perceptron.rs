//! The parameters of the reference perceptron and their memory.

use std::marker::PhantomData;

use fanin_core::{
    InitError, ParamSpec, ParamView, ParamViewMut, Parameters, ParametersMut,
    network::{Capabilities, FromMlpSpec, Layer, MlpSpec, Mode, NetworkError},
    param::FillParams,
};

use super::conduct::{Conduct, Fault, Honest};
use super::norm::Statistics;

/// A multi-layer perceptron of plain `Vec<f64>`s, the reference for all other backends.
///
/// It is deliberately simple: every sum adds its terms in order. A [`Conduct`] other than [`Honest`] introduces one
/// fault, which is how the laws themselves are tested.
///
/// ```
/// use fanin_conformance::reference::Perceptron;
/// use fanin_core::{Activation, ParametersExt, network::{FromMlpSpec, Loss, MlpSpec}};
///
/// let spec = MlpSpec::new([2, 3, 1], Activation::Tanh, Loss::BinaryCrossEntropy)?;
/// let network: Perceptron = Perceptron::from_spec(&spec)?;
/// assert_eq!(network.values("layers.0.bias")?, [0.0; 3]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Perceptron<C = Honest> {
    pub(super) spec: MlpSpec,
    pub(super) specs: Vec<ParamSpec>,
    pub(super) layers: Vec<Linear>,
    /// One per layer; empty for layers without batch normalization.
    pub(super) running: Vec<Statistics>,
    pub(super) mode: Mode,
    conduct: PhantomData<C>,
}

/// The trained parameters of one layer, or their gradients; empty if the layer does not have them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Linear {
    /// Row-major `[out, in]`.
    pub(super) weight: Vec<f64>,
    /// `[out]`
    pub(super) bias: Vec<f64>,
    /// `[out]`, the norm's gain.
    pub(super) gain: Vec<f64>,
    /// `[out]`, the norm's bias.
    pub(super) shift: Vec<f64>,
    /// `[1]`
    pub(super) input_bias: Vec<f64>,
    /// `[1]`
    pub(super) scale: Vec<f64>,
}

impl Linear {
    fn filled(layer: &Layer, value: f64) -> Self {
        let some = |has: bool, count: usize| vec![value; if has { count } else { 0 }];
        let normalized = layer.norm.is_some();
        Self {
            weight: some(true, layer.neurons * layer.inputs),
            bias: some(true, layer.neurons),
            gain: some(normalized, layer.neurons),
            shift: some(normalized, layer.neurons),
            input_bias: some(layer.input_bias.is_some(), 1),
            scale: some(layer.skip.as_ref().is_some_and(|skip| skip.scale.is_some()), 1),
        }
    }

    /// Iterates over the parameters that the layer has, in the order of [`Layer::trained`].
    pub(super) fn parts(&self) -> impl Iterator<Item = &Vec<f64>> {
        let parts = [&self.weight, &self.bias, &self.gain, &self.shift, &self.input_bias, &self.scale];
        parts.into_iter().filter(|part| !part.is_empty())
    }

    /// Like `parts`, mutably.
    pub(super) fn parts_mut(&mut self) -> impl Iterator<Item = &mut Vec<f64>> {
        let Self { weight, bias, gain, shift, input_bias, scale } = self;
        [weight, bias, gain, shift, input_bias, scale].into_iter().filter(|part| !part.is_empty())
    }
}

/// Samples for a [`Perceptron`].
#[derive(Clone, Debug)]
pub struct Batch {
    pub(super) inputs: Vec<f64>,
    pub(super) features: usize,
    pub(super) targets: Wanted,
}

/// The targets of the outputs.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    Classes(Vec<usize>),
    Values(Vec<f64>),
}

impl<C: Conduct> FromMlpSpec for Perceptron<C> {
    const CAPABILITIES: Capabilities = C::CAPABILITIES;

    fn from_spec(spec: &MlpSpec) -> Result<Self, NetworkError> {
        let mut specs = spec.params().to_vec();
        if C::has(Fault::ReorderedSpecs) {
            specs.reverse();
        }
        let start = if C::has(Fault::FreshOnes) { 1.0 } else { 0.0 };
        let layers = spec.layers().iter().map(|layer| Linear::filled(layer, start)).collect();
        let running = spec.layers().iter().map(|layer| {
            let running = layer.norm.as_ref().and_then(|norm| norm.running.as_ref());
            Statistics::fresh(running.map_or(0, |_| layer.neurons))
        });
        let running = running.collect();
        Ok(Self { spec: spec.clone(), specs, layers, running, mode: Mode::default(), conduct: PhantomData })
    }
}

impl<C> Perceptron<C> {
    /// Returns the values of a parameter or buffer.
    fn find(&self, name: &str) -> Option<&Vec<f64>> {
        let layers = self.spec.layers().iter().zip(&self.layers).zip(&self.running);
        let mut named = layers.flat_map(|((layer, linear), running)| {
            let buffers = layer.norm.iter().filter_map(|norm| norm.running.as_ref());
            let buffers = buffers
                .flat_map(|names| [(names.mean.as_str(), &running.mean), (names.variance.as_str(), &running.variance)]);
            layer.trained().zip(linear.parts()).chain(buffers)
        });
        named.find_map(|(other, values)| (other == name).then_some(values))
    }

    /// Like `find`, mutably.
    fn find_mut(&mut self, name: &str) -> Option<&mut Vec<f64>> {
        let layers = self.spec.layers().iter().zip(&mut self.layers).zip(&mut self.running);
        let mut named = layers.flat_map(|((layer, linear), running)| {
            let buffers = layer.norm.iter().filter_map(|norm| norm.running.as_ref());
            let running = [&mut running.mean, &mut running.variance];
            let buffers = buffers.flat_map(|names| [names.mean.as_str(), names.variance.as_str()]).zip(running);
            layer.trained().zip(linear.parts_mut()).chain(buffers)
        });
        named.find_map(|(other, values)| (other == name).then_some(values))
    }
}

impl<C: Conduct> Parameters for Perceptron<C> {
    fn specs(&self) -> &[ParamSpec] {
        &self.specs
    }

    fn read(&self, name: &str, visit: &mut dyn FnMut(&ParamSpec, ParamView<'_>)) -> Result<(), InitError> {
        let spec = self.specs.iter().find(|spec| spec.name() == name);
        match (spec, self.find(name)) {
            (Some(spec), Some(values)) => {
                // Two windows, as in a file or a shard.
                let (head, tail) = values.split_at(values.len() / 2);
                visit(spec, ParamView::whole(head));
                visit(spec, ParamView::window(tail, head.len() as u64));
                Ok(())
            }
            _ if C::has(Fault::AnyName) => Ok(()),
            _ => Err(InitError::unknown(name, &self.specs)),
        }
    }
}

impl<C: Conduct> ParametersMut for Perceptron<C> {
    fn write(
        &mut self,
        name: &str,
        fill: &mut dyn FnMut(&ParamSpec, ParamViewMut<'_>) -> Result<(), InitError>,
    ) -> Result<(), InitError> {
        let spec = self.specs.iter().find(|spec| spec.name() == name).cloned();
        let (Some(spec), Some(values)) = (&spec, self.find_mut(name)) else {
            return if C::has(Fault::AnyName) { Ok(()) } else { Err(InitError::unknown(name, &self.specs)) };
        };
        let (len, last) = (values.len(), values.last().copied());
        let shift = if C::has(Fault::ShiftedStart) { len as u64 } else { 0 };
        let (head, tail) = values.split_at_mut(len / 2);
        let start = if C::has(Fault::WrongWindowStart) { 0 } else { head.len() as u64 };
        let first = fill(spec, ParamViewMut::window(head, shift));
        let filled = first.and_then(|()| fill(spec, ParamViewMut::window(tail, start + shift)));
        if let (true, Some(place), Some(last)) = (C::has(Fault::LostElement), values.last_mut(), last) {
            *place = last;
        }
        if C::has(Fault::DroppedError) { Ok(()) } else { filled }
    }

    fn fill_all(&mut self, fill: &dyn FillParams) -> Result<(), InitError> {
        let names: Vec<String> = self.specs.iter().map(|spec| spec.name().to_owned()).collect();
        let count = if C::has(Fault::LostParameter) { names.len() - 1 } else { names.len() };
        let mut last = Ok(());
        for (place, name) in names.iter().enumerate().take(count) {
            if fill.wants(place, &self.specs[place]) || C::has(Fault::WroteUnwanted) {
                let written = self.write(name, &mut |spec, out| fill.fill(place, spec, out));
                match written {
                    Err(error) if C::has(Fault::LastError) => last = Err(error),
                    written => written?,
                }
            }
        }
        last
    }
}
