//! Every number of a diagnosis, computed by hand for a network with one input, two ReLU neurons and one output.

use fanin_core::{
    Activation, ParametersExt, ParametersMut, Role,
    network::{Loss, MlpSpec, Network, NetworkError, Norm, Residual, Samples, Stage, Targets, Trainable},
};
use fanin_diagnostics::{
    Diagnosis, FirstNonFinite, LayerMoments, Moments, NonFinite, NonFiniteKind, Share, Snapshot, symmetry,
};
use fanin_ndarray::{Float, Mlp};

/// `w = [1, -1]`, `b = 0`, `v = [2, 3]`, `c = 0.5`.
fn network<T: Float>() -> Mlp<T> {
    let spec = MlpSpec::new([1, 2, 1], Activation::Relu, Loss::MeanSquaredError).unwrap();
    let mut network = Mlp::new(&spec).unwrap();
    set(&mut network, "layers.0.weight", &[1.0, -1.0]);
    set(&mut network, "layers.1.weight", &[2.0, 3.0]);
    set(&mut network, "layers.1.bias", &[0.5]);
    network
}

fn set<T: Float>(network: &mut Mlp<T>, name: &str, values: &[f64]) {
    network
        .write(name, &mut |_, mut view| {
            view.fill_each(|index| values[usize::try_from(index).unwrap()]);
            Ok(())
        })
        .unwrap();
}

fn load<T: Float>(network: &Mlp<T>, inputs: &[f64]) -> Result<<Mlp<T> as Network>::Batch, NetworkError> {
    network.load(&Samples { inputs, features: 1, targets: Targets::Values(&vec![0.0; inputs.len()]) })
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with what may be nothing")]
fn moments(count: usize, mean: f64, std: f64) -> Option<Moments> {
    Some(Moments { count, mean, std })
}

/// x = 1 and 3, both targets 0:
///
/// | | x = 1 | x = 3 |
/// |---|---|---|
/// | z | 1, -1 | 3, -3 |
/// | f(z) | 1, 0 | 3, 0 |
/// | output | 2.5 | 6.5 |
/// | its square, mean 24.25 | 6.25 | 42.25 |
/// | gradient w.r.t. the output, 2 out / 2 | 2.5 | 6.5 |
/// | gradient w.r.t. f(z) | 5, 7.5 | 13, 19.5 |
/// | gradient w.r.t. z | 5, 0 | 13, 0 |
fn counted_by_hand<T: Float>() {
    let network = network::<T>();
    let batch = load(&network, &[1.0, 3.0]).unwrap();
    let before = Snapshot::of(&network).unwrap();
    let found = Diagnosis::of(&network, &batch).unwrap();
    assert!(
        before.updates(&network).unwrap().parameters.iter().all(|update| !update.changed),
        "a look changes nothing"
    );

    assert_eq!((&found.non_finite, found.loss, found.layers.len()), (&None, Some(24.25), 2));
    let (hidden, output) = (&found.layers[0], &found.layers[1]);
    assert_eq!((hidden.weight.as_str(), hidden.neurons, hidden.activation), ("layers.0.weight", 2, Activation::Relu));
    assert_eq!((hidden.dead, hidden.saturated), (Some(Share { count: 1, total: 2 }), None));
    let symmetry = hidden.symmetry.as_ref().unwrap();
    assert_eq!((symmetry.distinct_neurons(), symmetry.largest_difference), (2, 2.0));
    let expected = LayerMoments {
        pre_activation: moments(4, 0.0, 5.0_f64.sqrt()),
        activation: moments(4, 1.0, 1.5_f64.sqrt()),
        // Deviations from 11.25: 6.25, 3.75, 1.75, 8.25.
        activation_gradient: moments(4, 11.25, (124.25_f64 / 4.0).sqrt()),
        // Deviations from 4.5: 0.5, 4.5, 8.5, 4.5.
        pre_activation_gradient: moments(4, 4.5, (113.0_f64 / 4.0).sqrt()),
        // 5 * 1 + 13 * 3 and 0.
        weight_gradient: moments(2, 22.0, 22.0),
        bias_gradient: moments(2, 9.0, 9.0),
    };
    assert_eq!(hidden.moments, expected);

    assert_eq!((&output.symmetry, output.saturated, output.dead), (&None, None, None));
    assert_eq!(output.moments.activation, moments(2, 4.5, 2.0));
    // 2.5 * 1 + 6.5 * 3 and 0.
    assert_eq!(output.moments.weight_gradient, moments(2, 11.0, 11.0));
    assert_eq!(output.moments.bias_gradient, moments(1, 9.0, 0.0));

    assert_eq!((found.distinct_neurons(), found.hidden_neurons()), (vec![2], vec![2]));
    assert_eq!((found.saturated(), found.dead()), (None, Some(Share { count: 1, total: 2 })));
}

#[test]
fn counted_by_hand_in_f32_and_f64() {
    counted_by_hand::<f32>();
    counted_by_hand::<f64>();
}

#[test]
fn a_forward_pass_has_no_gradient() {
    let network = network::<f32>();
    let batch = load(&network, &[1.0, 3.0]).unwrap();
    let (whole, forward) = (Diagnosis::of(&network, &batch).unwrap(), Diagnosis::forward(&network, &batch).unwrap());
    assert_eq!(forward.loss, None);
    for (whole, forward) in whole.layers.iter().zip(&forward.layers) {
        let LayerMoments { pre_activation, activation, .. } = whole.moments;
        assert_eq!(forward.moments, LayerMoments { pre_activation, activation, ..LayerMoments::default() });
        assert_eq!((&forward.symmetry, forward.dead), (&whole.symmetry, whole.dead));
    }
}

#[test]
fn one_sample_has_moments_over_its_neurons() {
    let network = network::<f64>();
    let found = Diagnosis::of(&network, &load(&network, &[2.0]).unwrap()).unwrap();
    assert_eq!(found.layers[0].moments.pre_activation, moments(2, 0.0, 2.0));
    assert_eq!(found.layers[1].moments.activation, moments(1, 4.5, 0.0));
}

#[test]
fn saturation_is_counted_where_it_has_a_meaning() {
    let spec = MlpSpec::new([1, 2, 1], Activation::Tanh, Loss::MeanSquaredError).unwrap();
    let mut network = Mlp::<f32>::new(&spec).unwrap();
    set(&mut network, "layers.0.weight", &[1.0, -10.0]);
    // z = 1, -10 and 3, -30: the first neuron saturates for the second sample, the other for both.
    let found = Diagnosis::of(&network, &load(&network, &[1.0, 3.0]).unwrap()).unwrap();
    assert_eq!(found.layers[0].saturated, Some(Share { count: 3, total: 4 }));
    assert_eq!((found.layers[1].saturated, found.layers[0].dead), (None, None));
    assert_eq!(found.saturated(), Some(Share { count: 3, total: 4 }));
}

#[test]
fn a_parameter_that_is_not_finite_is_reported_before_what_it_does() {
    let mut network = network::<f32>();
    set(&mut network, "layers.1.weight", &[2.0, f64::NAN]);
    let found = Diagnosis::of(&network, &load(&network, &[1.0, 3.0]).unwrap()).unwrap();
    let name = "layers.1.weight".to_owned();
    assert_eq!(found.non_finite, Some(NonFinite::Parameter { name, index: 1, kind: NonFiniteKind::Nan }));
    assert!(found.layers[0].symmetry.as_ref().unwrap().largest_difference.is_nan());
}

#[test]
fn a_signal_that_overflows_is_named_by_its_first_place() {
    let mut network = network::<f32>();
    set(&mut network, "layers.0.weight", &[3e38, 1.0]);
    let batch = load(&network, &[0.5, 10.0]).unwrap();
    let stage = Stage::PreActivation;
    let expected = NonFinite::Signal { stage, layer: 0, sample: 1, neuron: 0, kind: NonFiniteKind::Infinity };
    let found = Diagnosis::of(&network, &batch).unwrap();
    assert_eq!(found.non_finite, Some(expected.clone()));
    assert_eq!(found.layers.len(), 2, "the other observers saw the whole pass");
    assert!(found.layers[1].moments.weight_gradient.is_some());

    let mut alone = FirstNonFinite::default();
    assert_eq!(network.gradients(&batch, &mut alone).unwrap(), None, "alone, it ends the pass");
    assert_eq!(alone.found(), Some(&expected));
}

#[test]
fn a_loss_that_overflows_alone_is_reported_too() {
    let mut network = network::<f64>();
    // The output is 1e200, which is finite; its square is not.
    set(&mut network, "layers.0.weight", &[0.0, 0.0]);
    set(&mut network, "layers.1.bias", &[1e200]);
    let found = Diagnosis::of(&network, &load(&network, &[1.0]).unwrap()).unwrap();
    assert_eq!(found.non_finite, Some(NonFinite::Loss { kind: NonFiniteKind::Infinity }));
}

#[test]
fn a_step_is_measured_against_the_weights_before_it() {
    let mut network = network::<f64>();
    let batch = load(&network, &[1.0, 3.0]).unwrap();
    let before = Snapshot::of(&network).unwrap();
    let mut optimizer = network.optimizer(&fanin_core::network::OptimizerSpec::sgd(0.5)).unwrap();
    network.step(&batch, &mut optimizer).unwrap();
    let updates = before.updates(&network).unwrap();
    // The gradient is (44, 0), the weight was (1, -1): 0.5 * 44 / sqrt(2).
    let ratio = updates.get("layers.0.weight").unwrap().ratio().unwrap();
    assert!((ratio - 22.0 / 2.0_f64.sqrt()).abs() < 1e-12, "{ratio}");
    let bias = updates.get("layers.0.bias").unwrap();
    assert_eq!((bias.role, bias.ratio(), bias.changed), (Role::Bias, None, true));
    assert_eq!(network.values("layers.0.bias").unwrap(), [-9.0, 0.0]);
    assert!(updates.weights_changed());
}

#[test]
fn the_stream_of_a_residual_network_has_no_symmetry_of_its_own() {
    let spec = MlpSpec::new([2, 3, 3, 3, 1], Activation::Relu, Loss::MeanSquaredError).unwrap();
    let spec = spec.residual(Residual::of(2)).unwrap().norms(&[None, Some(Norm::layer()), None]).unwrap();
    let mut network = Mlp::<f64>::new(&spec).unwrap();
    // All weights are zero. Layers 0 and 2 form the stream; the neurons of layer 1 are equal until a gain makes one
    // differ.
    let distinct = |network: &Mlp<f64>| {
        let found = symmetry(network, network.layers()).unwrap();
        found.iter().map(|layer| (layer.layer, layer.distinct_neurons())).collect::<Vec<_>>()
    };
    assert_eq!(distinct(&network), [(1, 1)]);
    set(&mut network, "layers.1.norm.weight", &[1.0, 2.0, 1.0]);
    assert_eq!(distinct(&network), [(1, 2)]);
}
