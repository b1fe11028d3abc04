//! The backward pass.

use std::ops::ControlFlow;

use fanin_core::{Event, Observer};
use ndarray::{Array2, Axis};

use crate::activation::Trace;
use crate::mlp::Linear;
use crate::show::{show, signal, slice};
use crate::{Float, Mlp};

impl<T: Float> Mlp<T> {
    /// The gradient of the loss `L` by every parameter, first layer to last, from its gradient by the outputs.
    ///
    /// The chain rule, from the last layer to the first: with `d = dL/df(z)`,
    ///
    /// ```text
    /// dL/dz = d f'(z)      dL/dW = (dL/dz)' a      dL/db = sum of dL/dz over samples      dL/da = dL/dz W
    /// ```
    ///
    /// and `a` is `f(z)` of the layer before, so `dL/da` is its `d`.
    pub(crate) fn back_propagate(
        &self,
        x: &Array2<T>,
        mut traces: Vec<Trace<T>>,
        loss_gradient: Array2<T>,
        observer: &mut dyn Observer,
    ) -> ControlFlow<(), Vec<Linear<T>>> {
        let mut gradients = Vec::with_capacity(self.layers.len());
        let mut d = loss_gradient;
        while let Some(trace) = traces.pop() {
            let index = traces.len();
            let (linear, layer) = (&self.layers[index], &self.spec.layers()[index]);
            show(observer, Event::ActivationGradient(signal(index, &d)))?;
            trace.times_derivative(layer.activation, &mut d);
            show(observer, Event::PreActivationGradient(signal(index, &d)))?;

            let a = traces.last().map_or(x, |before| &before.value);
            let gradient = Linear { weight: d.t().dot(a), bias: d.sum_axis(Axis(0)) };
            let [weight, bias] = [2 * index, 2 * index + 1].map(|at| &self.spec.params()[at]);
            let values = slice(&gradient.weight);
            show(observer, Event::ParameterGradient { layer: index, param: weight, values })?;
            let values = slice(&gradient.bias);
            show(observer, Event::ParameterGradient { layer: index, param: bias, values })?;
            gradients.push(gradient);

            if index > 0 {
                d = d.dot(&linear.weight);
            }
        }
        gradients.reverse();
        ControlFlow::Continue(gradients)
    }
}
