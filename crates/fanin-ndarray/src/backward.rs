//! The backward pass.

use std::ops::ControlFlow;

use fanin_core::{
    Role,
    network::{Event, Observer},
};
use ndarray::{Array1, Array2, Axis};

use crate::activation::Trace;
use crate::forward::input_of;
use crate::mlp::Linear;
use crate::show::{show, signal};
use crate::{Float, Mlp};

impl<T: Float> Mlp<T> {
    /// Returns the gradient of the loss `L` with respect to every parameter, first layer to last, given its gradient
    /// with respect to the outputs.
    ///
    /// It applies the chain rule from the last layer to the first. With `d = dL/df(z)`,
    ///
    /// ```text
    /// dL/dz = d f'(z)      dL/dW = (dL/dz)' a      dL/db = sum of dL/dz over samples      dL/da = dL/dz W
    /// ```
    ///
    /// where `a` is `f(z)` of the previous layer, so `dL/da` is the `d` of that layer.
    ///
    /// A block `y = x + scale f(z)` passes its `d = dL/dy` to both paths: the branch gets `scale d`, the scale gets the
    /// sum of `d f(z)`, and `x` gets `d` plus the gradient that comes through the branch. If there is a norm between
    /// `s = a W' + b` and `z`, its own chain rule first turns `dL/dz` into `dL/ds`. An input bias `c` in `(a + c) W'`
    /// gets the sum of `dL/da`.
    pub(crate) fn back_propagate(
        &self,
        x: &Array2<T>,
        mut traces: Vec<Trace<T>>,
        loss_gradient: Array2<T>,
        observer: &mut dyn Observer,
    ) -> ControlFlow<(), Vec<Linear<T>>> {
        let mut gradients = Vec::with_capacity(self.layers.len());
        let mut d = loss_gradient;
        // The first layer of the current block, and the gradient that bypasses the block.
        let mut carried: Option<(usize, Array2<T>)> = None;
        while let Some(trace) = traces.pop() {
            let index = traces.len();
            let (linear, layer) = (&self.layers[index], &self.spec.layers()[index]);
            show(observer, Event::ActivationGradient(signal(index, &d)))?;
            let mut scale = None;
            if let Some(skip) = &layer.skip {
                carried = Some((skip.from, d.clone()));
                scale = linear.scale.as_ref().map(|_| Array1::from_elem(1, trace.dot(&d)));
                d.mapv_inplace(|d| linear.factor() * d);
            }
            trace.times_derivative(layer.activation, &mut d);
            show(observer, Event::PreActivationGradient(signal(index, &d)))?;

            let normalized = linear.norm.as_ref().zip(trace.normalized.as_ref());
            let norm = normalized.map(|(affine, normalized)| affine.back_propagate(normalized, &mut d));
            let a = linear.shifted(input_of(index, x, &traces));
            let (weight, bias) = (d.t().dot(&*a), d.sum_axis(Axis(0)));
            if index > 0 || linear.input_bias.is_some() {
                d = d.dot(&linear.weight);
            }
            let input_bias = linear.input_bias.as_ref().map(|_| Array1::from_elem(1, d.sum()));
            if let Some((_, past)) = carried.take_if(|(from, _)| *from == index) {
                d += &past;
            }

            let gradient = Linear { weight, bias, norm, input_bias, scale };
            let mut params = self.spec.params_of(index).iter();
            for values in gradient.trained() {
                let Some(param) = params.find(|param| param.role() != Role::Buffer) else { break };
                show(observer, Event::ParameterGradient { layer: index, param, values })?;
            }
            gradients.push(gradient);
        }
        gradients.reverse();
        ControlFlow::Continue(gradients)
    }
}
