//! The forward pass.

use std::ops::ControlFlow;

use fanin_core::{Event, Observer};
use ndarray::Array2;
use ndarray::linalg::general_mat_mul;

use crate::activation::Trace;
use crate::mlp::Linear;
use crate::show::{show, signal};
use crate::{Float, Mlp};

impl<T: Float> Mlp<T> {
    /// Layer by layer, `z = a W' + b` and then `f(z)`; the last `f(z)` are the outputs.
    pub(crate) fn propagate(&self, x: &Array2<T>, observer: &mut dyn Observer) -> ControlFlow<(), Vec<Trace<T>>> {
        let mut traces: Vec<Trace<T>> = Vec::with_capacity(self.layers.len());
        for (index, (linear, layer)) in self.layers.iter().zip(self.spec.layers()).enumerate() {
            let a = traces.last().map_or(x, |before| &before.value);
            let z = linear.forward(a);
            show(observer, Event::PreActivation(signal(index, &z)))?;
            let trace = Trace::new(layer.activation, z);
            show(observer, Event::Activation(signal(index, &trace.value)))?;
            traces.push(trace);
        }
        ControlFlow::Continue(traces)
    }
}

impl<T: Float> Linear<T> {
    /// `z = a W' + b`: every row of `z` starts as `b`, and the product is added to it.
    fn forward(&self, a: &Array2<T>) -> Array2<T> {
        let mut z = Array2::zeros((a.nrows(), self.bias.len()));
        z.assign(&self.bias);
        general_mat_mul(T::one(), a, &self.weight.t(), T::one(), &mut z);
        z
    }
}
