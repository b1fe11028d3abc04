//! Data-dependent initialization: the resulting pre-activations, and the errors.

use std::ops::ControlFlow;

use fanin_core::data_dependent::{DataDependent, DataDependentError, Lsuv, Moments, WeightNorm, WithinLayer};
use fanin_core::initializers::{Normal, Zeros};
use fanin_core::{
    Activation, Plan, Seed,
    network::{Event, FromMlpSpec, Loss, MlpSpec, Network, Norm, Residual, Trainable},
};

use super::parameters::{bits, random, set};
use super::samples::for_loss;

const WIDTHS: [usize; 7] = [6, 16, 16, 16, 16, 16, 3];

fn spec(activation: Activation) -> MlpSpec {
    MlpSpec::new(WIDTHS, activation, Loss::SoftmaxCrossEntropy).unwrap()
}

fn batch<N: Network>(network: &N, samples: usize) -> N::Batch {
    let set = for_loss(network.loss(), WIDTHS[0], WIDTHS[6], samples);
    network.load(&set.samples()).unwrap()
}

/// Mean and variance of every neuron of every layer, and of every layer.
fn pre_activations<N: Network>(network: &N, batch: &N::Batch) -> Vec<(Moments, Vec<Moments>)> {
    let moments = |values: Vec<f64>| {
        let count = f64::from(u32::try_from(values.len()).unwrap());
        let mean = values.iter().sum::<f64>() / count;
        Moments { mean, variance: values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count }
    };
    let mut all = Vec::new();
    let mut look = |event: Event<'_>| {
        if let Event::PreActivation(signal) = event {
            let values = signal.values.to_vec();
            let of_neuron = |neuron| moments(values.iter().skip(neuron).step_by(signal.neurons).copied().collect());
            let neurons = (0..signal.neurons).map(of_neuron).collect();
            all.push((moments(values), neurons));
        }
        ControlFlow::Continue(())
    };
    network.forward(batch, &mut look).unwrap();
    all
}

/// Starts from weights far too large or far too small, and zero biases.
fn started<N: Trainable + FromMlpSpec>(spec: &MlpSpec, std: f64) -> N {
    let mut network = N::from_spec(spec).unwrap();
    let plan = Plan::new().rule("*.bias", Zeros).rule("*.weight", Normal::new(0.0, std).unwrap());
    plan.apply(&mut network, Seed(5)).unwrap();
    network
}

pub(crate) fn lsuv_gives_each_layer_variance_one<N: Trainable + FromMlpSpec>() {
    for (activation, std) in [(Activation::Tanh, 5.0), (Activation::Relu, 0.01), (Activation::Gelu, 0.3)] {
        let mut network: N = started(&spec(activation), std);
        let batch = batch(&network, 200);
        let before = pre_activations(&network, &batch);
        let report = Lsuv::new(1e-4, 10).unwrap().start(&mut network, &batch).unwrap();
        for (index, ((after, _), layer)) in pre_activations(&network, &batch).iter().zip(&report.layers).enumerate() {
            assert!((after.variance - 1.0).abs() <= 1e-4, "{activation}, layer {index}: {after:?}");
            assert_eq!(layer.weight, format!("layers.{index}.weight"));
            // Without biases, z is linear in W: one scaling, by the inverse of the previous std.
            assert_eq!((layer.iterations, layer.factors.len()), (1, 1), "{activation}, layer {index}");
            assert!((layer.after.variance - after.variance).abs() < 1e-9, "{layer:?}");
            let wanted = 1.0 / layer.before.variance.sqrt();
            assert!((layer.factors[0] / wanted - 1.0).abs() < 1e-12, "{layer:?}");
        }
        let first = report.layers[0].before.variance;
        assert!((first / before[0].0.variance - 1.0).abs() < 1e-9, "the first layer saw what was there before");
        assert!(report.to_string().contains("layers.5.weight"), "{report}");
    }
}

pub(crate) fn lsuv_leaves_what_is_within_the_tolerance<N: Trainable + FromMlpSpec>() {
    let mut network: N = started(&spec(Activation::Tanh), 1.0);
    let batch = batch(&network, 50);
    Lsuv::new(1e-3, 10).unwrap().start(&mut network, &batch).unwrap();
    let before = bits(&network);
    let again = Lsuv::default().start(&mut network, &batch).unwrap();
    assert_eq!(bits(&network), before);
    assert!(again.layers.iter().all(|layer| layer.iterations == 0), "{again}");
}

pub(crate) fn neurons_get_mean_and_variance<N: Trainable + FromMlpSpec>() {
    let check = |start: &dyn Fn(&mut N, &N::Batch), mean: f64| {
        // Random biases are replaced.
        let mut network: N = random(&spec(Activation::Tanh), 2.0);
        let batch = batch(&network, 300);
        start(&mut network, &batch);
        for (index, (_, neurons)) in pre_activations(&network, &batch).iter().enumerate() {
            for moments in neurons {
                let near = (moments.mean - mean).abs() < 1e-4 && (moments.variance - 1.0).abs() < 1e-4;
                assert!(near, "layer {index}: {moments:?}, not mean {mean}");
            }
        }
    };
    check(&|network, batch| drop(WeightNorm.start(network, batch).unwrap()), 0.0);
    check(&|network, batch| drop(WithinLayer::new(0.5).unwrap().start(network, batch).unwrap()), 0.5);
    check(&|network, batch| drop(WithinLayer::default().start(network, batch).unwrap()), 0.0);
}

/// g = 1 / sigma[t] and b = -mu[t] / sigma[t] with t = v a / |v| (Salimans & Kingma 2016, eq. 5), computed by hand for
/// two samples.
pub(crate) fn weight_norm_by_hand<N: Trainable + FromMlpSpec>() {
    let spec = MlpSpec::new([2, 1], Activation::Identity, Loss::MeanSquaredError).unwrap();
    let mut network = N::from_spec(&spec).unwrap();
    set(&mut network, "layers.0.weight", &[3.0, 4.0]);
    let targets = fanin_core::network::Targets::Values(&[0.0, 0.0]);
    let samples = fanin_core::network::Samples { inputs: &[1.0, 3.0, 1.0, -1.0], features: 2, targets };
    let batch = network.load(&samples).unwrap();
    // v / |v| = (0.6, 0.8): t = 3 and -0.2, mu = 1.4, sigma = 1.6, g = 0.625, b = -0.875, w = (0.375, 0.5).
    let report = WeightNorm.start(&mut network, &batch).unwrap();
    let read = |name: &str| fanin_core::ParametersExt::values(&network, name).unwrap();
    let (weight, bias) = (read("layers.0.weight"), read("layers.0.bias"));
    for (seen, wanted) in weight.iter().chain(&bias).zip([0.375, 0.5, -0.875]) {
        assert!((seen - wanted).abs() < 1e-6, "{weight:?} {bias:?}");
    }
    assert!((report.layers[0].factors[0] - 0.125).abs() < 1e-12, "{report:?}");
}

pub(crate) fn starts_repeat_to_the_bit<N: Trainable + FromMlpSpec>() {
    let run = || {
        let mut network: N = started(&spec(Activation::Silu), 3.0);
        let batch = batch(&network, 64);
        Lsuv::default().start(&mut network, &batch).unwrap();
        WeightNorm.start(&mut network, &batch).unwrap();
        bits(&network)
    };
    assert_eq!(run(), run());
}

pub(crate) fn residual_networks_too<N: Trainable + FromMlpSpec>() {
    let blocks = Residual::of(2).with_scale().with_input_biases().ending_linear();
    let spec = spec(Activation::Relu).residual(blocks).unwrap();
    let mut network: N = random(&spec, 0.4);
    let batch = batch(&network, 100);
    let wide = Lsuv::new(1e-3, 50).unwrap().start(&mut network, &batch).unwrap();
    assert!(wide.layers.iter().all(|layer| (layer.after.variance - 1.0).abs() <= 1e-3), "{wide}");
}

pub(crate) fn failing_starts_are_named<N: Trainable + FromMlpSpec>() {
    // Zero weights give constant pre-activations.
    let mut dead = N::from_spec(&spec(Activation::Tanh)).unwrap();
    let one = batch(&dead, 20);
    let error = Lsuv::default().start(&mut dead, &one).unwrap_err();
    assert!(matches!(error, DataDependentError::Dead { layer: 0, neuron: None, .. }), "{error}");
    assert!(error.to_string().contains("'layers.0.weight' are 0 for every sample"), "{error}");
    let error = WeightNorm.start(&mut dead, &one).unwrap_err();
    assert!(matches!(error, DataDependentError::Dead { layer: 0, neuron: Some(0), .. }), "{error}");

    // Only neuron 1 of layer 1.
    let mut one_dead: N = started(&spec(Activation::Tanh), 0.5);
    let mut weight = fanin_core::ParametersExt::values(&one_dead, "layers.1.weight").unwrap();
    weight[16..32].fill(0.0);
    set(&mut one_dead, "layers.1.weight", &weight);
    let error = WithinLayer::default().start(&mut one_dead, &one).unwrap_err();
    assert!(matches!(error, DataDependentError::Dead { layer: 1, neuron: Some(1), .. }), "{error}");

    // One sample: every neuron is constant.
    let mut alone: N = started(&spec(Activation::Tanh), 0.5);
    let single = batch(&alone, 1);
    assert!(matches!(WeightNorm.start(&mut alone, &single), Err(DataDependentError::Dead { .. })));

    // A bias that dominates the weight.
    let mut biased: N = started(&spec(Activation::Tanh), 0.5);
    let spread: Vec<f64> = (0..16).map(|neuron| f64::from(neuron) * 10.0).collect();
    set(&mut biased, "layers.0.bias", &spread);
    let error = Lsuv::new(0.01, 3).unwrap().start(&mut biased, &one).unwrap_err();
    assert!(matches!(error, DataDependentError::NotConverged { layer: 0, iterations: 3, .. }), "{error}");

    // Norms.
    let normalized = spec(Activation::Tanh).norm(Norm::layer()).unwrap();
    let mut network: N = N::from_spec(&normalized).unwrap();
    let error = WeightNorm.start(&mut network, &one).unwrap_err();
    assert!(matches!(error, DataDependentError::Normalized { layer: 0, .. }), "{error}");

    // Numbers.
    let mut wild: N = started(&spec(Activation::Identity), 1e30);
    set(&mut wild, "layers.1.weight", &[f64::INFINITY; 256]);
    assert!(matches!(Lsuv::default().start(&mut wild, &one), Err(DataDependentError::NotFinite { layer: 1, .. })));
    assert!(Lsuv::new(0.0, 3).is_err() && Lsuv::new(f64::NAN, 3).is_err() && WithinLayer::new(f64::NAN).is_err());
}
