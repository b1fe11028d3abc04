//! Tests the reference perceptron with methods that the laws do not use: finite-difference slopes and core's losses.

use std::ops::ControlFlow;

use fanin_conformance::BackendSuite;
use fanin_conformance::reference::Perceptron;
use fanin_core::initializers::{Normal, Ones, Zeros};
use fanin_core::{
    Activation, InitError, Parameters, ParametersExt, ParametersMut, Plan, Role, Seed,
    network::{
        Event, FromMlpSpec, Loss, MlpSpec, Mode, Network, NetworkExt, Norm, OptimizerSpec, Residual, Samples, Targets,
        Trainable, Unobserved,
    },
};

const INPUTS: [f64; 12] = [0.5, -1.25, 1.75, 0.25, 2.0, -0.5, -1.5, 1.0, 0.125, -0.75, 0.375, 1.625];
const VALUES: [f64; 8] = [0.25, 0.75, 1.0, 0.0, 0.5, 0.125, 0.875, 0.625];

/// Four samples of three features, two outputs.
fn samples(loss: Loss) -> Samples<'static> {
    let targets = match loss {
        Loss::SoftmaxCrossEntropy => Targets::Classes(&[0, 1, 1, 0]),
        Loss::BinaryCrossEntropy | Loss::MeanSquaredError => Targets::Values(&VALUES),
    };
    Samples { inputs: &INPUTS, features: 3, targets }
}

fn network(activation: Activation, loss: Loss) -> Perceptron {
    let spec = MlpSpec::new([3, 4, 5, 2], activation, loss).unwrap();
    let mut network = Perceptron::from_spec(&spec).unwrap();
    Plan::new().rule("*", Normal::new(0.0, 0.7).unwrap()).apply(&mut network, Seed(11)).unwrap();
    network
}

fn nudge(network: &mut Perceptron, name: &str, element: u64, by: f64) -> Result<(), InitError> {
    let values = network.values(name)?;
    network.write(name, &mut |_, mut view| {
        view.fill_each(|index| values[usize::try_from(index).unwrap()] + if index == element { by } else { 0.0 });
        Ok(())
    })
}

#[test]
fn gradients_are_the_slopes_of_the_loss() {
    for activation in Activation::ALL {
        for loss in Loss::ALL {
            let mut network = network(activation, loss);
            slopes_agree(&mut network, loss, &format!("{activation}, {loss}"));
        }
    }
}

#[test]
fn gradients_go_through_norms_and_blocks() {
    let loss = Loss::MeanSquaredError;
    let blocks = [None, Some(Residual::of(2)), Some(Residual::of(1).with_scale().with_input_biases())];
    let norms = [None, Some(Norm::layer()), Some(Norm::batch())];
    for (residual, norm) in blocks.into_iter().flat_map(|residual| norms.map(|norm| (residual, norm))) {
        let spec = MlpSpec::new([3, 4, 4, 4, 2], Activation::Tanh, loss).unwrap();
        let spec = norm.into_iter().fold(spec, |spec, norm| spec.norm(norm).unwrap());
        let spec = residual.into_iter().fold(spec, |spec, residual| spec.residual(residual).unwrap());
        let mut network: Perceptron = Perceptron::from_spec(&spec).unwrap();
        let plan = Plan::new().rule("*", Normal::new(0.0, 0.7).unwrap());
        let plan = match norm.is_some_and(Norm::is_batch) {
            true => plan.rule("*.running_mean", Normal::new(0.0, 0.5).unwrap()).rule("*.running_var", Ones),
            false => plan,
        };
        // The first match wins, and '*' does not match buffers.
        plan.apply(&mut network, Seed(12)).unwrap();
        for mode in [Mode::Train, Mode::Eval] {
            network.set_mode(mode);
            slopes_agree(&mut network, loss, &format!("{norm:?}, {residual:?}, {mode}"));
        }
    }
}

/// Compares every gradient with a difference of losses.
fn slopes_agree(network: &mut Perceptron, loss: Loss, what: &str) {
    const H: f64 = 1e-5;
    let batch = network.load(&samples(loss)).unwrap();
    let mut gradients: Vec<(String, Vec<f64>)> = Vec::new();
    let observer = &mut |event: Event<'_>| {
        if let Event::ParameterGradient { param, values, .. } = event {
            gradients.push((param.name().to_owned(), values.to_vec()));
        }
        ControlFlow::Continue(())
    };
    network.gradients(&batch, observer).unwrap();
    assert_eq!(gradients.len(), network.specs().iter().filter(|param| param.role() != Role::Buffer).count());
    for (name, gradient) in gradients {
        for (element, gradient) in gradient.iter().enumerate() {
            let mut loss_at = |by: f64| {
                nudge(network, &name, element as u64, by).unwrap();
                let value = network.gradients(&batch, &mut Unobserved).unwrap().unwrap();
                nudge(network, &name, element as u64, -by).unwrap();
                value
            };
            // Fourth order, because the loss is strongly curved with a norm over four samples.
            let slope = (8.0 * (loss_at(H) - loss_at(-H)) - (loss_at(2.0 * H) - loss_at(-2.0 * H))) / (12.0 * H);
            let near = (slope - gradient).abs() < 1e-8 * gradient.abs().max(1.0);
            assert!(near, "{what}, {name}[{element}]: slope {slope}, gradient {gradient}");
        }
    }
}

#[test]
fn batch_normalization_by_hand() {
    let spec = MlpSpec::new([1, 1, 1], Activation::Identity, Loss::MeanSquaredError).unwrap();
    let spec = spec.norm(Norm::Batch { momentum: 0.25, eps: 3.0 }).unwrap();
    let mut network: Perceptron = Perceptron::from_spec(&spec).unwrap();
    let ones = Plan::new().rule("*.bias", Zeros).rule("*", Ones);
    ones.apply(&mut network, Seed(0)).unwrap();
    let samples = Samples { inputs: &[1.0, 2.0, 3.0, 4.0], features: 1, targets: Targets::Values(&[0.0; 4]) };
    let mut batch = network.load(&samples).unwrap();
    // Mean 2.5, variance 1.25: outputs (x - 2.5) / sqrt(4.25).
    let seen = network.predict(&batch).unwrap().values;
    let wanted = [-1.5, -0.5, 0.5, 1.5].map(|d| d / 4.25_f64.sqrt());
    assert!(seen.iter().zip(wanted).all(|(seen, wanted)| (seen - wanted).abs() < 1e-15), "{seen:?}");
    // Running: 0.25 * 2.5; 0.75 * 1 + 0.25 * 1.25 * 4 / 3.
    let mut optimizer = network.optimizer(&OptimizerSpec::sgd(1e-30)).unwrap();
    network.step(&batch, &mut optimizer).unwrap();
    assert_eq!(network.values("layers.0.norm.running_mean").unwrap(), [0.625]);
    let variance = network.values("layers.0.norm.running_var").unwrap()[0];
    assert!((variance - (0.75 + 1.25 / 3.0)).abs() < 1e-15, "{variance}");
    // Eval, one sample: (5 - 0.625) / sqrt(running variance + 3).
    network.set_mode(Mode::Eval);
    batch = network.load(&Samples { inputs: &[5.0], features: 1, targets: Targets::Values(&[0.0]) }).unwrap();
    let seen = network.predict(&batch).unwrap().values[0];
    assert!((seen - 4.375 / (variance + 3.0).sqrt()).abs() < 1e-15, "{seen}");
}

#[test]
fn losses_are_those_of_core() {
    for loss in Loss::ALL {
        let network = network(Activation::Tanh, loss);
        let samples = samples(loss);
        let batch = network.load(&samples).unwrap();
        let ours = network.gradients(&batch, &mut Unobserved).unwrap().unwrap();
        let cores = loss.mean(&network.predict(&batch).unwrap(), &samples.targets);
        assert!((ours - cores).abs() < 1e-14, "{loss}: {ours} and {cores}");
    }
}

#[test]
fn outputs_counted_by_hand() {
    let spec = MlpSpec::new([2, 2, 1], Activation::Relu, Loss::MeanSquaredError).unwrap();
    let mut network: Perceptron = Perceptron::from_spec(&spec).unwrap();
    for (name, values) in [
        ("layers.0.weight", &[1.0, 2.0, 3.0, 4.0][..]),
        ("layers.0.bias", &[0.5, -20.0]),
        ("layers.1.weight", &[2.0, 1.0]),
        ("layers.1.bias", &[-1.0]),
    ] {
        let fill = |index: u64| values[usize::try_from(index).unwrap()];
        network
            .write(name, &mut |_, mut view| {
                view.fill_each(fill);
                Ok(())
            })
            .unwrap();
    }
    let samples = Samples { inputs: &[1.0, 2.0], features: 2, targets: Targets::Values(&[3.0]) };
    let batch = network.load(&samples).unwrap();
    // z = (1 + 4 + 0.5, 3 + 8 - 20) = (5.5, -9); f(z) = (5.5, 0); output 2 * 5.5 - 1 = 10; loss (10 - 3)^2.
    assert_eq!(network.predict(&batch).unwrap().values, [10.0]);
    assert_eq!(network.gradients(&batch, &mut Unobserved).unwrap(), Some(49.0));
}

#[test]
fn the_suite_fits_the_reference() {
    for case in BackendSuite::embedded().unwrap().cases() {
        let network: Perceptron = Perceptron::from_spec(case.spec()).unwrap();
        assert_eq!(network.specs(), case.spec().params(), "{}", case.name());
    }
}
