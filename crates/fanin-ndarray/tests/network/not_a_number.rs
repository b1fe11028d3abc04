//! NaNs propagate.

use fanin_core::{
    Activation,
    network::{FromMlpSpec, Loss, MlpSpec, NetworkExt, Samples, Targets, Trainable, Unobserved},
};

/// A NaN in one hidden neuron's bias reaches the outputs and the loss through every activation; none treats it as an
/// inactive neuron.
pub(crate) fn reaches_the_outputs<N: Trainable + FromMlpSpec>() {
    for activation in Activation::ALL {
        let spec = MlpSpec::new([2, 3, 1], activation, Loss::BinaryCrossEntropy).unwrap();
        let mut network = N::from_spec(&spec).unwrap();
        let mut poison = |name, value: fn(u64) -> f64| {
            let fill = network.write(name, &mut |_, mut view| {
                view.fill_each(value);
                Ok(())
            });
            fill.unwrap();
        };
        poison("layers.0.bias", |index| if index == 1 { f64::NAN } else { 0.5 });
        poison("layers.1.weight", |_| 0.25);
        let samples = Samples { inputs: &[1.0, -1.0], features: 2, targets: Targets::Classes(&[1]) };
        let batch = network.load(&samples).unwrap();
        assert!(network.predict(&batch).unwrap().values[0].is_nan(), "{activation}");
        assert!(network.gradients(&batch, &mut Unobserved).unwrap().unwrap().is_nan(), "{activation}");
    }
}
