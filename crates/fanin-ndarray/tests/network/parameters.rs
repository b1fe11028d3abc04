//! Reading and writing parameters in tests.

use fanin_core::initializers::Normal;
use fanin_core::{
    ParametersExt, ParametersMut, Plan, Seed,
    network::{FromMlpSpec, MlpSpec, Trainable},
};

/// A network with every parameter drawn from `N(0, std^2)`, including biases.
pub(crate) fn random<N: Trainable + FromMlpSpec>(spec: &MlpSpec, std: f64) -> N {
    let mut network = N::from_spec(spec).unwrap();
    Plan::new().rule("*", Normal::new(0.0, std).unwrap()).apply(&mut network, Seed(3)).unwrap();
    network
}

/// The bits of every value of every parameter; -0.0 counts as 0.
pub(crate) fn bits<N: ParametersMut>(network: &N) -> Vec<u64> {
    let names: Vec<_> = network.specs().iter().map(|spec| spec.name().to_owned()).collect();
    names.iter().flat_map(|name| network.values(name).unwrap()).map(|value| (value + 0.0).to_bits()).collect()
}

/// Overwrites one parameter.
pub(crate) fn set<N: ParametersMut>(network: &mut N, name: &str, values: &[f64]) {
    let fill = &mut |_: &_, mut view: fanin_core::ParamViewMut<'_>| {
        assert_eq!(view.len(), values.len(), "{name}");
        view.fill_each(|index| values[usize::try_from(index).unwrap()]);
        Ok(())
    };
    network.write(name, fill).unwrap();
}

/// The neurons of a hidden layer, each as its incoming weights, bias and outgoing weights; -0.0 counts as 0.
pub(crate) fn neurons<N: Trainable>(network: &N, layer: usize) -> Vec<Vec<f64>> {
    let layer = network.layers()[layer].clone();
    let values = |name: &str| network.values(name).unwrap();
    let (weight, bias) = (values(&layer.weight), values(&layer.bias));
    let outgoing = values(layer.outgoing.as_ref().unwrap());
    let neuron = |j: usize| {
        let incoming = weight[j * layer.inputs..][..layer.inputs].iter();
        let column = outgoing.iter().skip(j).step_by(layer.neurons);
        incoming.chain([&bias[j]]).chain(column).map(|value| value + 0.0).collect()
    };
    (0..layer.neurons).map(neuron).collect()
}

/// The number of bitwise distinct neurons in a hidden layer.
pub(crate) fn distinct<N: Trainable>(network: &N, layer: usize) -> usize {
    let neurons = neurons(network, layer);
    let bits = neurons.iter().map(|neuron| neuron.iter().map(|value| value.to_bits()).collect::<Vec<_>>());
    bits.collect::<std::collections::HashSet<_>>().len()
}
