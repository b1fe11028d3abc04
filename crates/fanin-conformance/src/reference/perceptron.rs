//! The parameters of the reference perceptron, and how their memory is lent.

use std::marker::PhantomData;

use fanin_core::{
    Filler, FromMlpSpec, InitError, MlpSpec, NetworkError, ParamSpec, ParamView, ParamViewMut, Parameters,
    ParametersMut,
};

use super::conduct::{Conduct, Fault, Honest};

/// A multi-layer perceptron of plain `Vec<f64>`: the backend that every other one is compared with.
///
/// It has no cleverness: every sum runs over its terms in order. A [`Conduct`] other than [`Honest`] makes it wrong in one way,
/// which is how the laws are tested themselves.
///
/// ```
/// use fanin_conformance::reference::Perceptron;
/// use fanin_core::{Activation, FromMlpSpec, Loss, MlpSpec, ParametersExt};
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
    conduct: PhantomData<C>,
}

/// One layer's parameters, or their gradients.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Linear {
    /// Row-major `[out, in]`.
    pub(super) weight: Vec<f64>,
    /// `[out]`
    pub(super) bias: Vec<f64>,
}

/// Samples in the memory of a [`Perceptron`].
#[derive(Clone, Debug)]
pub struct Batch {
    pub(super) inputs: Vec<f64>,
    pub(super) features: usize,
    pub(super) targets: Wanted,
}

/// What the outputs are compared with.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    Classes(Vec<usize>),
    Values(Vec<f64>),
}

impl<C: Conduct> FromMlpSpec for Perceptron<C> {
    fn from_spec(spec: &MlpSpec) -> Result<Self, NetworkError> {
        let mut specs = spec.params().to_vec();
        if C::has(Fault::ReorderedSpecs) {
            specs.reverse();
        }
        let start = if C::has(Fault::FreshOnes) { 1.0 } else { 0.0 };
        let linear = |weights: usize, biases: usize| Linear { weight: vec![start; weights], bias: vec![start; biases] };
        let layers = spec.layers().iter().map(|layer| linear(layer.neurons * layer.inputs, layer.neurons)).collect();
        Ok(Self { spec: spec.clone(), specs, layers, conduct: PhantomData })
    }
}

impl<C: Conduct> Parameters for Perceptron<C> {
    fn specs(&self) -> &[ParamSpec] {
        &self.specs
    }

    fn read(&self, name: &str, visit: &mut dyn FnMut(&ParamSpec, ParamView<'_>)) -> Result<(), InitError> {
        let spec = self.specs.iter().find(|spec| spec.name() == name);
        let values = self.spec.layers().iter().zip(&self.layers).find_map(|(layer, linear)| match name {
            name if name == layer.weight => Some(&linear.weight),
            name if name == layer.bias => Some(&linear.bias),
            _ => None,
        });
        match (spec, values) {
            (Some(spec), Some(values)) => {
                // Two windows, as a file or a shard may have them.
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
        let spec = self.specs.iter().find(|spec| spec.name() == name);
        let values = self.spec.layers().iter().zip(&mut self.layers).find_map(|(layer, linear)| match name {
            name if name == layer.weight => Some(&mut linear.weight),
            name if name == layer.bias => Some(&mut linear.bias),
            _ => None,
        });
        let (Some(spec), Some(values)) = (spec, values) else {
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

    fn write_all(&mut self, filler: &dyn Filler) -> Result<(), InitError> {
        let names: Vec<String> = self.specs.iter().map(|spec| spec.name().to_owned()).collect();
        let count = if C::has(Fault::LostParameter) { names.len() - 1 } else { names.len() };
        let mut last = Ok(());
        for (place, name) in names.iter().enumerate().take(count) {
            if filler.wants(place, &self.specs[place]) || C::has(Fault::WroteUnwanted) {
                let written = self.write(name, &mut |spec, out| filler.fill(place, spec, out));
                match written {
                    Err(error) if C::has(Fault::LastError) => last = Err(error),
                    written => written?,
                }
            }
        }
        last
    }
}
