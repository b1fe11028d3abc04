//! Optimizers against their formulas, repeated here with plain numbers.

use fanin_core::{
    Activation, ParametersExt,
    network::{FromMlpSpec, Loss, MlpSpec, OptimizerSpec, Stage, Trainable},
};

use super::parameters::random;
use super::recorder::Recorder;
use super::samples::for_loss;

/// `w` after a step (the first is 1), with the moments `m` and `v`.
fn moved(spec: OptimizerSpec, step: i32, [w, g]: [f64; 2], [m, v]: [&mut f64; 2]) -> f64 {
    match spec {
        OptimizerSpec::Sgd { rate, momentum } => {
            *v = momentum * *v + g;
            w - rate * *v
        }
        OptimizerSpec::Adam { rate, beta1, beta2, epsilon } => {
            *m = beta1 * *m + (1.0 - beta1) * g;
            *v = beta2 * *v + (1.0 - beta2) * g * g;
            w - rate * (*m / (1.0 - beta1.powi(step))) / ((*v / (1.0 - beta2.powi(step))).sqrt() + epsilon)
        }
        _ => panic!("{spec} is not written here"),
    }
}

pub(crate) fn keep_to_their_formulas<N: Trainable + FromMlpSpec>() {
    let network_spec = MlpSpec::new([3, 4, 5, 2], Activation::Tanh, Loss::SoftmaxCrossEntropy).unwrap();
    for spec in [
        OptimizerSpec::sgd(0.3),
        OptimizerSpec::momentum(0.1, 0.9),
        OptimizerSpec::adam(0.01),
        OptimizerSpec::Adam { rate: 0.1, beta1: 0.5, beta2: 0.75, epsilon: 0.01 },
    ] {
        let mut network: N = random(&network_spec, 0.7);
        let batch = network.load(&for_loss(network_spec.loss(), 3, 2, 11).samples()).unwrap();
        let mut optimizer = network.optimizer(&spec).unwrap();
        let params: Vec<_> = network.specs().iter().map(|param| (param.name().to_owned(), param.len())).collect();
        let mut moments: Vec<_> = params.iter().map(|(_, len)| vec![[0.0, 0.0]; *len]).collect();
        for t in 1..=5 {
            let mut seen = Recorder { only: Some(Stage::ParameterGradient), ..Recorder::default() };
            let loss = network.gradients(&batch, &mut seen).unwrap().unwrap();
            let before: Vec<_> = params.iter().map(|(name, _)| network.values(name).unwrap()).collect();
            assert_eq!(network.step(&batch, &mut optimizer).unwrap().to_bits(), loss.to_bits());
            for (at, (name, _)) in params.iter().enumerate() {
                let gradient = seen.values(Stage::ParameterGradient, at / 2, name);
                let after = network.values(name).unwrap();
                for (index, [m, v]) in moments[at].iter_mut().enumerate() {
                    let wanted = moved(spec, t, [before[at][index], gradient[index]], [m, v]);
                    assert!((after[index] - wanted).abs() < 1e-14, "{spec} {name} [{index}] at step {t}");
                    assert!(after[index].to_bits() != before[at][index].to_bits(), "{spec} {name} did not move");
                }
            }
        }
    }
}
