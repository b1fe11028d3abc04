//! Activations and their derivatives over whole arrays.

use fanin_core::Activation;
use ndarray::{Array2, Zip};

use crate::Float;
use crate::norm::Normalized;

/// The values of one layer that the backward pass needs.
#[derive(Debug)]
pub(crate) struct Trace<T> {
    /// `f(z)`, the input of the next layer.
    value: Array2<T>,
    /// `z`; `None` if `f'(z)` can be computed from `f(z)`, in which case `f(z)` overwrote it.
    sum: Option<Array2<T>>,
    /// The intermediate values of the norm, if the layer has one.
    pub(crate) normalized: Option<Normalized<T>>,
    /// `x + scale f(z)` if the layer ends a residual block; it is then the input of the next layer.
    block: Option<Array2<T>>,
}

impl<T: Float> Trace<T> {
    /// Computes `f(z)` elementwise.
    pub(crate) fn new(activation: Activation, mut z: Array2<T>, normalized: Option<Normalized<T>>) -> Self {
        let block = None;
        // One arm per activation, so that the function is a constant inside each loop.
        match activation {
            Activation::Identity => return Self { value: z, sum: None, normalized, block },
            Activation::Tanh => z.mapv_inplace(|z| Activation::Tanh.value(z)),
            Activation::Sigmoid => z.mapv_inplace(|z| Activation::Sigmoid.value(z)),
            Activation::Relu => z.mapv_inplace(|z| Activation::Relu.value(z)),
            f => return Self { value: z.mapv(|z| f.value(z)), sum: Some(z), normalized, block },
        }
        Self { value: z, sum: None, normalized, block }
    }

    /// Returns the input of the next layer.
    pub(crate) fn output(&self) -> &Array2<T> {
        self.block.as_ref().unwrap_or(&self.value)
    }

    /// Sets the output to `x + scale f(z)`.
    pub(crate) fn add(&mut self, x: &Array2<T>, scale: T) {
        let mut block = x.clone();
        block.zip_mut_with(&self.value, |x, &f| *x += scale * f);
        self.block = Some(block);
    }

    /// Returns the sum of `d f(z)` over all samples and neurons.
    pub(crate) fn dot(&self, d: &Array2<T>) -> T {
        Zip::from(d).and(&self.value).fold(T::zero(), |sum, &d, &f| sum + d * f)
    }

    /// Computes `d <- d f'(z)` elementwise from the stored `f(z)`.
    pub(crate) fn times_derivative(&self, activation: Activation, d: &mut Array2<T>) {
        let value = &self.value;
        match (activation, &self.sum) {
            // f(z) is passed instead of z: tanh and sigmoid ignore z, and ReLU is positive exactly where z is.
            (Activation::Tanh, None) => times(d, value, |f| Activation::Tanh.derivative_given(f, f)),
            (Activation::Sigmoid, None) => times(d, value, |f| Activation::Sigmoid.derivative_given(f, f)),
            (Activation::Relu, None) => times(d, value, |f| Activation::Relu.derivative_given(f, f)),
            (_, None) => {}
            (activation, Some(z)) => {
                Zip::from(d).and(z).and(value).for_each(|d, &z, &f| *d *= activation.derivative_given(z, f));
            }
        }
    }
}

fn times<T: Float>(d: &mut Array2<T>, value: &Array2<T>, derivative: impl Fn(T) -> T) {
    d.zip_mut_with(value, |d, &f| *d *= derivative(f));
}
