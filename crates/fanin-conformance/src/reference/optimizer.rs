//! Gradient descent with momentum and Adam, following the papers.

use fanin_core::network::OptimizerSpec;

use super::conduct::{Conduct, Fault};
use super::perceptron::Linear;

/// An optimizer and its state.
#[derive(Clone, Debug)]
pub struct Optimizer {
    spec: OptimizerSpec,
    /// The velocity or first moment.
    first: Vec<Linear>,
    /// The second moment.
    second: Vec<Linear>,
    steps: i32,
}

impl Optimizer {
    pub(super) fn new(spec: OptimizerSpec, layers: &[Linear]) -> Self {
        let mut zeros = layers.to_vec();
        zeros.iter_mut().flat_map(Linear::parts_mut).for_each(|part| part.fill(0.0));
        Self { spec, first: zeros.clone(), second: zeros, steps: 0 }
    }

    /// Returns whether it was created for parameters of these shapes.
    pub(super) fn fits(&self, layers: &[Linear]) -> bool {
        let sizes = |of: &[Linear]| of.iter().flat_map(Linear::parts).map(Vec::len).collect::<Vec<_>>();
        sizes(&self.first) == sizes(layers)
    }

    /// Takes one step.
    pub(super) fn update<C: Conduct>(&mut self, layers: &mut [Linear], gradients: &[Linear]) {
        self.steps = self.steps.saturating_add(1);
        let (spec, steps) = (self.spec, self.steps);
        let state = self.first.iter_mut().zip(&mut self.second);
        for ((layer, gradient), (first, second)) in layers.iter_mut().zip(gradients).zip(state) {
            let state = first.parts_mut().zip(second.parts_mut());
            for ((values, slopes), (first, second)) in layer.parts_mut().zip(gradient.parts()).zip(state) {
                let state = first.iter_mut().zip(second);
                for ((w, g), (m, v)) in values.iter_mut().zip(slopes).zip(state) {
                    *w -= change::<C>(spec, steps, *g, m, v);
                }
            }
        }
    }
}

/// Returns the decrement of a weight with gradient `g`.
fn change<C: Conduct>(spec: OptimizerSpec, steps: i32, g: f64, m: &mut f64, v: &mut f64) -> f64 {
    match spec {
        OptimizerSpec::Sgd { rate, momentum } => {
            let rate = if C::has(Fault::DoubleRate) { 2.0 * rate } else { rate };
            let momentum = if C::has(Fault::NoMomentum) { 0.0 } else { momentum };
            *m = momentum * *m + g;
            rate * *m
        }
        OptimizerSpec::Adam { rate, beta1, beta2, epsilon } => {
            *m = beta1 * *m + (1.0 - beta1) * g;
            *v = beta2 * *v + (1.0 - beta2) * g * g;
            let corrected = |moment: f64, beta: f64| match C::has(Fault::UncorrectedMoments) {
                true => moment,
                false => moment / (1.0 - beta.powi(steps)),
            };
            rate * corrected(*m, beta1) / (corrected(*v, beta2).sqrt() + epsilon)
        }
        // An unknown kind, which `Perceptron::optimizer` rejects.
        _ => f64::NAN,
    }
}
