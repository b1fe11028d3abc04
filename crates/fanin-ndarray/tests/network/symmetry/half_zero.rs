//! One layer is zero, the other random.

use fanin_core::initializers::{Normal, Zeros};
use fanin_core::{
    Activation, ParametersExt, Plan, Seed,
    network::{FromMlpSpec, Loss, MlpSpec, Trainable},
};

use super::{OPTIMIZERS, STEPS, WIDTHS, cases, split, train};
use crate::network::parameters::{bits, distinct};
use crate::network::samples::corners;

fn start<N: Trainable + FromMlpSpec>(activation: Activation, width: usize, zero: &str) -> N {
    let spec = MlpSpec::new([2, width, 1], activation, Loss::BinaryCrossEntropy).unwrap();
    let mut network = N::from_spec(&spec).unwrap();
    let plan = Plan::new().rule(zero, Zeros).rule("*.bias", Zeros).rule("*", Normal::new(0.0, 0.5).unwrap());
    plan.apply(&mut network, Seed(5)).unwrap();
    network
}

/// With tanh, the outgoing weights break the symmetry; with ReLU, whose derivative at 0 is 0, the layer is frozen.
pub(crate) fn first_zero_second_random<N: Trainable + FromMlpSpec>() {
    let samples = corners(42);
    for (width, optimizer) in WIDTHS.into_iter().zip(OPTIMIZERS.into_iter().cycle()) {
        let what = format!("{width} {optimizer}");
        let mut network: N = start(Activation::Tanh, width, "layers.0.weight");
        let hidden = |network: &N| network.values("layers.0.weight").unwrap();
        assert!(hidden(&network).iter().all(|w| *w == 0.0));
        train(&mut network, &split(&samples, width), &optimizer, STEPS);
        assert!(hidden(&network).iter().all(|w| *w != 0.0), "{what}");
        let rows: std::collections::HashSet<_> =
            hidden(&network).chunks(2).map(|row| [row[0].to_bits(), row[1].to_bits()]).collect();
        assert_eq!(rows.len(), width, "{what}");

        let mut network: N = start(Activation::Relu, width, "layers.0.weight");
        let before = bits(&network);
        train(&mut network, &split(&samples, width), &optimizer, STEPS);
        let after = bits(&network);
        assert_eq!(before[..before.len() - 1], after[..after.len() - 1], "{what}");
        assert_ne!(before.last(), after.last(), "{what}");
    }
}

/// The outgoing weights differ from step 1, and the incoming ones change from step 2.
pub(crate) fn first_random_second_zero<N: Trainable + FromMlpSpec>() {
    let samples = corners(42);
    for (activation, width, optimizer) in cases::<N>(&Activation::ALL) {
        let what = format!("{activation} {width} {optimizer}");
        let mut network: N = start(activation, width, "layers.1.weight");
        let batch = network.load(&samples.samples()).unwrap();
        let mut state = network.optimizer(&optimizer).unwrap();
        let of = |network: &N, layer: &str| network.values(&format!("layers.{layer}.weight")).unwrap();
        let first = of(&network, "0");
        network.step(&batch, &mut state).unwrap();
        assert_eq!(of(&network, "0"), first, "{what}");
        assert!(of(&network, "1").iter().all(|w| *w != 0.0), "{what}");
        network.step(&batch, &mut state).unwrap();
        assert_ne!(of(&network, "0"), first, "{what}");
        train(&mut network, &split(&samples, width), &optimizer, STEPS);
        assert_eq!(distinct(&network, 0), width, "{what}");
    }
}
