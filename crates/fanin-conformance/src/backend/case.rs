//! Test cases for backends.

use fanin_core::values::fill_uniform;
use fanin_core::{
    Initializer, Key, Plan, Role, Seed,
    network::{Loss, MlpSpec, Mode, Samples, Targets},
};

use super::tolerance::Tolerances;

/// A perceptron, samples for it, and initial values.
#[derive(Clone, Debug)]
pub struct BackendCase {
    pub(crate) name: String,
    pub(crate) spec: MlpSpec,
    pub(crate) plan: Plan,
    pub(crate) seed: Seed,
    pub(crate) mode: Mode,
    pub(crate) data: Data,
    pub(crate) tolerances: Tolerances,
}

/// Samples whose values every element type represents exactly: multiples of 1/64 with magnitude at most 2.
#[derive(Clone, Debug)]
pub(crate) struct Data {
    pub(crate) inputs: Vec<f64>,
    pub(crate) features: usize,
    pub(crate) targets: OwnedTargets,
}

/// Owned targets.
#[derive(Clone, Debug)]
pub(crate) enum OwnedTargets {
    Classes(Vec<usize>),
    Values(Vec<f64>),
}

impl BackendCase {
    /// Returns the name of the case.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the network's spec.
    #[must_use]
    pub fn spec(&self) -> &MlpSpec {
        &self.spec
    }

    pub(crate) fn samples(&self) -> Samples<'_> {
        self.data.samples()
    }
}

/// Adds rules for the parameters of norms and blocks, before the rules for weights and biases. Running statistics get
/// no rule.
pub(super) fn norms_and_blocks<I: Initializer + 'static, E>(
    spec: &MlpSpec,
    mut initializer: impl FnMut(Role) -> Result<I, E>,
) -> Result<Plan, E> {
    let patterns = [
        ("*.norm.weight", Role::NormGain),
        ("*.norm.bias", Role::NormBias),
        ("*.input_bias", Role::Bias),
        ("*.scale", Role::Scale),
    ];
    let mut plan = Plan::new();
    for (pattern, role) in patterns {
        let part = pattern.trim_start_matches('*');
        if spec.params().iter().any(|param| param.name().ends_with(part)) {
            plan = plan.rule(pattern, initializer(role)?);
        }
    }
    Ok(plan)
}

impl Data {
    /// Returns a single sample.
    pub(crate) fn one(&self, sample: usize, outputs: usize) -> Self {
        fn part<A: Clone>(values: &[A], sample: usize, width: usize) -> Vec<A> {
            values.iter().skip(sample * width).take(width).cloned().collect()
        }
        let targets = match &self.targets {
            OwnedTargets::Classes(classes) => OwnedTargets::Classes(part(classes, sample, 1)),
            OwnedTargets::Values(values) => OwnedTargets::Values(part(values, sample, outputs)),
        };
        Self { inputs: part(&self.inputs, sample, self.features), features: self.features, targets }
    }

    /// Creates uniform inputs, and either cycling classes or uniform targets in [0, 1).
    pub(crate) fn new(spec: &MlpSpec, samples: usize, classes: bool, seed: Seed) -> Result<Self, String> {
        let grid = |name: &str, count: usize, low: f64, high: f64| {
            let mut values = vec![0.0_f64; count];
            let stream = Key::new(seed, name).values();
            fill_uniform(stream, 0, &mut values, low, high).map_err(|error| error.to_string())?;
            Ok::<_, String>(values.into_iter().map(|value| (value * 64.0).floor() / 64.0).collect::<Vec<f64>>())
        };
        let choices = if spec.loss() == Loss::SoftmaxCrossEntropy { spec.outputs() } else { 2 };
        let targets = if classes {
            OwnedTargets::Classes((0..samples).map(|sample| sample % choices).collect())
        } else {
            OwnedTargets::Values(grid("targets", samples * spec.outputs(), 0.0, 1.0)?)
        };
        Ok(Self { inputs: grid("inputs", samples * spec.inputs(), -2.0, 2.0)?, features: spec.inputs(), targets })
    }

    pub(crate) fn samples(&self) -> Samples<'_> {
        let targets = match &self.targets {
            OwnedTargets::Classes(classes) => Targets::Classes(classes),
            OwnedTargets::Values(values) => Targets::Values(values),
        };
        Samples { inputs: &self.inputs, features: self.features, targets }
    }
}
