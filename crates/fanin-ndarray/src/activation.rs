//! Activations and their derivatives over whole arrays.

use fanin_core::Activation;
use ndarray::{Array2, Zip};

use crate::Float;
use crate::norm::Normalized;

/// What the forward pass leaves of one layer for the backward pass.
#[derive(Debug)]
pub(crate) struct Trace<T> {
    /// `f(z)`, which is what the next layer takes.
    value: Array2<T>,
    /// `z`; `None` where `f'(z)` follows from `f(z)` alone, so that `f(z)` took its place.
    sum: Option<Array2<T>>,
    /// How the sums became `z`, where the layer has a norm.
    pub(crate) normalized: Option<Normalized<T>>,
    /// `x + scale f(z)`, where the layer ends a residual block: the next layer takes this.
    block: Option<Array2<T>>,
}

impl<T: Float> Trace<T> {
    /// `f(z)`, element by element.
    pub(crate) fn new(activation: Activation, mut z: Array2<T>, normalized: Option<Normalized<T>>) -> Self {
        let block = None;
        // An arm each, so that the compiler knows the function inside the loop: no element asks which it is.
        match activation {
            Activation::Identity => return Self { value: z, sum: None, normalized, block },
            Activation::Tanh => z.mapv_inplace(|z| Activation::Tanh.value(z)),
            Activation::Sigmoid => z.mapv_inplace(|z| Activation::Sigmoid.value(z)),
            Activation::Relu => z.mapv_inplace(|z| Activation::Relu.value(z)),
            f => return Self { value: z.mapv(|z| f.value(z)), sum: Some(z), normalized, block },
        }
        Self { value: z, sum: None, normalized, block }
    }

    /// What the next layer takes.
    pub(crate) fn output(&self) -> &Array2<T> {
        self.block.as_ref().unwrap_or(&self.value)
    }

    /// The output becomes `x + scale f(z)`.
    pub(crate) fn add(&mut self, x: &Array2<T>, scale: T) {
        let mut block = x.clone();
        block.zip_mut_with(&self.value, |x, &f| *x += scale * f);
        self.block = Some(block);
    }

    /// The sum of `d f(z)` over all samples and neurons.
    pub(crate) fn dot(&self, d: &Array2<T>) -> T {
        Zip::from(d).and(&self.value).fold(T::zero(), |sum, &d, &f| sum + d * f)
    }

    /// `d <- d f'(z)`, element by element; `f(z)` is known already.
    pub(crate) fn times_derivative(&self, activation: Activation, d: &mut Array2<T>) {
        let value = &self.value;
        match (activation, &self.sum) {
            // f(z) stands for z: tanh and sigmoid do not ask for z, and a ReLU is above 0 where z is.
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
