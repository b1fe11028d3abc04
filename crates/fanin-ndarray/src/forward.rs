//! The forward pass.

use std::borrow::Cow;
use std::ops::ControlFlow;

use fanin_core::network::{Event, Mode, Observer};
use ndarray::Array2;
use ndarray::linalg::general_mat_mul;

use crate::activation::Trace;
use crate::mlp::Linear;
use crate::show::{show, signal};
use crate::{Float, Mlp};

impl<T: Float> Mlp<T> {
    /// Computes, layer by layer, `z = a W' + b`, the norm if there is one, and `f(z)`. The last `f(z)` is the output of
    /// the network. At the end of a residual block, the block's input is added: `x + scale f(z)`.
    pub(crate) fn propagate(&self, x: &Array2<T>, observer: &mut dyn Observer) -> ControlFlow<(), Vec<Trace<T>>> {
        let mut traces: Vec<Trace<T>> = Vec::with_capacity(self.layers.len());
        for (index, (linear, layer)) in self.layers.iter().zip(self.spec.layers()).enumerate() {
            let mut z = linear.forward(input_of(index, x, &traces));
            let normalized = linear.norm.as_ref().zip(layer.norm.as_ref()).map(|(affine, norm)| {
                let running = self.running[index].as_ref().filter(|_| self.mode == Mode::Eval);
                affine.normalize(norm.norm, running, &mut z)
            });
            show(observer, Event::PreActivation(signal(index, &z)))?;
            let mut trace = Trace::new(layer.activation, z, normalized);
            if let Some(skip) = &layer.skip {
                trace.add(input_of(skip.from, x, &traces), linear.factor());
            }
            show(observer, Event::Activation(signal(index, trace.output())))?;
            traces.push(trace);
        }
        ControlFlow::Continue(traces)
    }
}

/// Returns the input of a layer: the outputs of the previous layer, or the samples.
pub(crate) fn input_of<'a, T: Float>(index: usize, x: &'a Array2<T>, traces: &'a [Trace<T>]) -> &'a Array2<T> {
    index.checked_sub(1).and_then(|before| traces.get(before)).map_or(x, Trace::output)
}

impl<T: Float> Linear<T> {
    /// Computes `z = a W' + b`: each row of `z` starts as `b`, and the product is added to it.
    fn forward(&self, a: &Array2<T>) -> Array2<T> {
        let mut z = Array2::zeros((a.nrows(), self.bias.len()));
        z.assign(&self.bias);
        general_mat_mul(T::one(), &self.shifted(a), &self.weight.t(), T::one(), &mut z);
        z
    }

    /// Returns `a + c`, or `a` if the layer has no input bias `c`.
    pub(crate) fn shifted<'a>(&self, a: &'a Array2<T>) -> Cow<'a, Array2<T>> {
        match &self.input_bias {
            Some(c) => Cow::Owned(a + c),
            None => Cow::Borrowed(a),
        }
    }

    /// Returns the factor of the residual branch that the layer ends; 1 if it has none.
    pub(crate) fn factor(&self) -> T {
        self.scale.as_ref().and_then(|scale| scale.first().copied()).unwrap_or_else(T::one)
    }
}
