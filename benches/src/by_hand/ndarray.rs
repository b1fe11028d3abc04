//! Handwritten ndarray code: named arrays, explicit derivatives, no unnecessary buffers.

use std::error::Error;

use fanin_core::{Activation, Element, Parameters, ParametersExt};
use ndarray::{Array1, Array2, Axis};

use super::ByHand;
use crate::task::{BATCH, RATE, Task};

/// A perceptron in ndarray.
#[derive(Debug)]
pub struct NdarrayByHand {
    network: Network,
    activation: Activation,
    x: Array2<f32>,
    y: Target,
    rate: f32,
}

#[derive(Debug)]
enum Network {
    OneHidden(OneHidden),
    TwoHidden(TwoHidden),
}

#[derive(Debug)]
struct OneHidden {
    w1: Array2<f32>,
    b1: Array1<f32>,
    w2: Array2<f32>,
    b2: Array1<f32>,
}

#[derive(Debug)]
struct TwoHidden {
    w1: Array2<f32>,
    b1: Array1<f32>,
    w2: Array2<f32>,
    b2: Array1<f32>,
    w3: Array2<f32>,
    b3: Array1<f32>,
}

#[derive(Debug)]
enum Target {
    Binary(Array2<f32>),
    Classes(Vec<usize>),
}

impl OneHidden {
    /// Takes a step with activation `f`; `df` computes its derivative from the value of `f`.
    fn step(&mut self, x: &Array2<f32>, y: &Target, rate: f32, f: impl Fn(f32) -> f32, df: impl Fn(f32) -> f32) -> f32 {
        let mut a1 = x.dot(&self.w1.t());
        a1 += &self.b1;
        a1.mapv_inplace(f);
        let mut d2 = a1.dot(&self.w2.t());
        d2 += &self.b2;
        let loss = y.loss_to_gradient(&mut d2);

        let mut d1 = d2.dot(&self.w2);
        d1.zip_mut_with(&a1, |d, a| *d *= df(*a));
        self.w2.scaled_add(-rate, &d2.t().dot(&a1));
        self.b2.scaled_add(-rate, &d2.sum_axis(Axis(0)));
        self.w1.scaled_add(-rate, &d1.t().dot(x));
        self.b1.scaled_add(-rate, &d1.sum_axis(Axis(0)));
        loss
    }
}

impl TwoHidden {
    /// Like [`OneHidden::step`].
    fn step(&mut self, x: &Array2<f32>, y: &Target, rate: f32, f: impl Fn(f32) -> f32, df: impl Fn(f32) -> f32) -> f32 {
        let mut a1 = x.dot(&self.w1.t());
        a1 += &self.b1;
        a1.mapv_inplace(&f);
        let mut a2 = a1.dot(&self.w2.t());
        a2 += &self.b2;
        a2.mapv_inplace(&f);
        let mut d3 = a2.dot(&self.w3.t());
        d3 += &self.b3;
        let loss = y.loss_to_gradient(&mut d3);

        let mut d2 = d3.dot(&self.w3);
        d2.zip_mut_with(&a2, |d, a| *d *= df(*a));
        let mut d1 = d2.dot(&self.w2);
        d1.zip_mut_with(&a1, |d, a| *d *= df(*a));
        self.w3.scaled_add(-rate, &d3.t().dot(&a2));
        self.b3.scaled_add(-rate, &d3.sum_axis(Axis(0)));
        self.w2.scaled_add(-rate, &d2.t().dot(&a1));
        self.b2.scaled_add(-rate, &d2.sum_axis(Axis(0)));
        self.w1.scaled_add(-rate, &d1.t().dot(x));
        self.b1.scaled_add(-rate, &d1.sum_axis(Axis(0)));
        loss
    }
}

impl Target {
    /// Returns the mean loss of the logits `z` and replaces them with their gradient.
    #[expect(clippy::cast_precision_loss, reason = "a batch has 256 samples")]
    fn loss_to_gradient(&self, z: &mut Array2<f32>) -> f32 {
        let n = z.nrows() as f32;
        let mut total = 0.0;
        match self {
            Self::Binary(y) => z.zip_mut_with(y, |z, y| {
                let e = (-z.abs()).exp();
                let (positive, sigmoid) = if *z > 0.0 { (*z, 1.0 / (1.0 + e)) } else { (0.0, e / (1.0 + e)) };
                total += positive - *z * y + e.ln_1p();
                *z = (sigmoid - y) / n;
            }),
            Self::Classes(classes) => {
                for (mut row, class) in z.rows_mut().into_iter().zip(classes) {
                    let greatest = row.fold(f32::NEG_INFINITY, |greatest, z| greatest.max(*z));
                    row -= greatest;
                    let wanted = row[*class];
                    row.mapv_inplace(f32::exp);
                    let sum = row.sum();
                    total += sum.ln() - wanted;
                    row /= sum * n;
                    row[*class] -= 1.0 / n;
                }
            }
        }
        total / n
    }
}

impl ByHand for NdarrayByHand {
    fn new(task: &Task, start: &dyn Parameters) -> Result<Self, Box<dyn Error>> {
        let weight = |layer: usize| {
            let name = format!("layers.{layer}.weight");
            let shape = (task.widths[layer + 1], task.widths[layer]);
            Ok::<_, Box<dyn Error>>(Array2::from_shape_vec(shape, rounded(&start.values(&name)?))?)
        };
        let bias = |layer: usize| {
            Ok::<_, Box<dyn Error>>(Array1::from(rounded(&start.values(&format!("layers.{layer}.bias"))?)))
        };
        let network = match task.widths.len() {
            3 => Network::OneHidden(OneHidden { w1: weight(0)?, b1: bias(0)?, w2: weight(1)?, b2: bias(1)? }),
            4 => Network::TwoHidden(TwoHidden {
                w1: weight(0)?,
                b1: bias(0)?,
                w2: weight(1)?,
                b2: bias(1)?,
                w3: weight(2)?,
                b3: bias(2)?,
            }),
            layers => return Err(format!("no hand-written network has {layers} widths").into()),
        };
        let data = task.data()?;
        let binary = |labels: &[usize]| labels.iter().map(|label| if *label == 0 { 0.0 } else { 1.0 }).collect();
        let y = match task.outputs() {
            1 => Target::Binary(Array2::from_shape_vec((BATCH, 1), binary(&data.labels))?),
            _ => Target::Classes(data.labels),
        };
        let x = Array2::from_shape_vec((BATCH, data.features), rounded(&data.inputs))?;
        Ok(Self { network, activation: task.activation, x, y, rate: Element::from_f64(RATE) })
    }

    fn step(&mut self) -> Result<f32, Box<dyn Error>> {
        let Self { x, y, rate, .. } = self;
        // One arm per activation, so that the functions are constants.
        match (&mut self.network, self.activation) {
            (Network::OneHidden(network), Activation::Tanh) => {
                Ok(network.step(x, y, *rate, f32::tanh, |a| 1.0 - a * a))
            }
            (Network::TwoHidden(network), Activation::Tanh) => {
                Ok(network.step(x, y, *rate, f32::tanh, |a| 1.0 - a * a))
            }
            (Network::OneHidden(network), Activation::Relu) => Ok(network.step(x, y, *rate, relu, relu_slope)),
            (Network::TwoHidden(network), Activation::Relu) => Ok(network.step(x, y, *rate, relu, relu_slope)),
            (_, other) => Err(format!("no hand-written network uses {other}").into()),
        }
    }

    fn parameters(&self) -> Result<Vec<Vec<f32>>, Box<dyn Error>> {
        let layers = match &self.network {
            Network::OneHidden(n) => vec![(&n.w1, &n.b1), (&n.w2, &n.b2)],
            Network::TwoHidden(n) => vec![(&n.w1, &n.b1), (&n.w2, &n.b2), (&n.w3, &n.b3)],
        };
        Ok(layers.into_iter().flat_map(|(w, b)| [w.iter().copied().collect(), b.to_vec()]).collect())
    }
}

fn relu(z: f32) -> f32 {
    if z > 0.0 { z } else { 0.0 }
}

/// The derivative from `a = relu(z)`, which is positive exactly where `z` is.
fn relu_slope(a: f32) -> f32 {
    if a > 0.0 { 1.0 } else { 0.0 }
}

fn rounded(values: &[f64]) -> Vec<f32> {
    values.iter().map(|value| Element::from_f64(*value)).collect()
}
