//! Small sets of samples.

use fanin_core::initializers::Normal;
use fanin_core::{
    InitializerExt, ParamSpec, Seed,
    network::{Loss, Samples, Targets},
};

/// Inputs with owned targets.
pub(crate) struct Set {
    pub(crate) inputs: Vec<f64>,
    pub(crate) features: usize,
    pub(crate) targets: OwnedTargets,
}

pub(crate) enum OwnedTargets {
    Classes(Vec<usize>),
    Values(Vec<f64>),
}

impl Set {
    pub(crate) fn samples(&self) -> Samples<'_> {
        let targets = match &self.targets {
            OwnedTargets::Classes(classes) => Targets::Classes(classes),
            OwnedTargets::Values(values) => Targets::Values(values),
        };
        Samples { inputs: &self.inputs, features: self.features, targets }
    }

    /// The same samples in batches of `size`; the last may be smaller. For one class per sample.
    pub(crate) fn batches(&self, size: usize) -> Vec<Self> {
        let OwnedTargets::Classes(classes) = &self.targets else { panic!("batches are made of classes") };
        let chunks = self.inputs.chunks(size * self.features).zip(classes.chunks(size));
        let set = |(inputs, classes): (&[f64], &[usize])| Self {
            inputs: inputs.to_vec(),
            features: self.features,
            targets: OwnedTargets::Classes(classes.to_vec()),
        };
        chunks.map(set).collect()
    }

    /// The fraction of samples of class 1, out of two classes.
    pub(crate) fn mean_class(&self) -> f64 {
        let OwnedTargets::Classes(classes) = &self.targets else { panic!("there are no classes") };
        let count = |class: usize| f64::from(u32::try_from(classes.iter().filter(|c| **c == class).count()).unwrap());
        count(1) / (count(0) + count(1))
    }
}

/// Standard normal values that depend only on the name, rounded to f32, so that both element types see the same
/// numbers.
pub(crate) fn normal(name: &str, count: usize) -> Vec<f64> {
    let spec = ParamSpec::new(name, [count]).unwrap();
    Normal::new(0.0, 1.0).unwrap().sample::<f32>(&spec, Seed(7)).unwrap().into_iter().map(f64::from).collect()
}

/// Samples for a network of any shape with any loss.
pub(crate) fn for_loss(loss: Loss, features: usize, outputs: usize, samples: usize) -> Set {
    let noise = normal("targets", samples * outputs);
    let targets = match loss {
        Loss::SoftmaxCrossEntropy => OwnedTargets::Classes((0..samples).map(|i| (i * 7 + i / 3) % outputs).collect()),
        Loss::BinaryCrossEntropy => {
            OwnedTargets::Values(noise.iter().map(|v| (v.abs() * 256.0).round() / 1024.0 % 1.0).collect())
        }
        Loss::MeanSquaredError => OwnedTargets::Values(noise),
    };
    Set { inputs: normal("inputs", samples * features), features, targets }
}

/// Two classes in the plane. The second, `x y > 1/2`, is rarer, and no straight line separates them.
pub(crate) fn corners(samples: usize) -> Set {
    let inputs = normal("corners", 2 * samples);
    let classes = inputs.chunks(2).map(|point| usize::from(point[0] * point[1] > 0.5)).collect();
    Set { inputs, features: 2, targets: OwnedTargets::Classes(classes) }
}

/// Two classes on either side of a line in the plane, with so much noise that no line separates them.
pub(crate) fn blurred_line(samples: usize) -> Set {
    let (inputs, noise) = (normal("line", 2 * samples), normal("noise", samples));
    let side = |(point, noise): (&[f64], &f64)| usize::from(point[0] + 0.5 * point[1] + noise > 0.4);
    let classes = inputs.chunks(2).zip(&noise).map(side).collect();
    Set { inputs, features: 2, targets: OwnedTargets::Classes(classes) }
}
