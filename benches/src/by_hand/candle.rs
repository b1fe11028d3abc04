//! Handwritten candle code: variables, candle's own layers, losses, autograd and SGD.

use std::error::Error;

use candle_core::{Device, Result, Tensor, Var};
use candle_nn::{Linear, Module, Optimizer, SGD, loss};
use fanin_core::{Activation, Parameters, ParametersExt};

use super::ByHand;
use crate::task::{BATCH, RATE, Task};

/// A perceptron in candle.
#[derive(Debug)]
pub struct CandleByHand {
    vars: Vec<Var>,
    hidden: Vec<Linear>,
    output: Linear,
    activation: fn(&Tensor) -> Result<Tensor>,
    loss: fn(&Tensor, &Tensor) -> Result<Tensor>,
    sgd: SGD,
    x: Tensor,
    y: Tensor,
}

impl ByHand for CandleByHand {
    fn new(task: &Task, start: &dyn Parameters) -> std::result::Result<Self, Box<dyn Error>> {
        let device = &Device::Cpu;
        let mut vars = Vec::new();
        for spec in start.specs() {
            let values = Tensor::from_vec(start.values(spec.name())?, spec.shape(), device)?;
            vars.push(Var::from_tensor(&values.to_dtype(candle_core::DType::F32)?)?);
        }
        let linear = |pair: &[Var]| Linear::new(pair[0].as_tensor().clone(), Some(pair[1].as_tensor().clone()));
        let mut hidden: Vec<Linear> = vars.chunks_exact(2).map(linear).collect();
        let output = hidden.pop().ok_or("the network has no layers")?;

        let data = task.data()?;
        let x = Tensor::from_vec(data.inputs, (BATCH, data.features), device)?.to_dtype(candle_core::DType::F32)?;
        let labels = data.labels.into_iter().map(u32::try_from).collect::<std::result::Result<Vec<_>, _>>()?;
        let labels = Tensor::from_vec(labels, BATCH, device)?;
        let binary = task.outputs() == 1;
        Ok(Self {
            sgd: SGD::new(vars.clone(), RATE)?,
            vars,
            hidden,
            output,
            activation: if task.activation == Activation::Relu { Tensor::relu } else { Tensor::tanh },
            loss: if binary { loss::binary_cross_entropy_with_logit } else { loss::cross_entropy },
            x,
            y: if binary { labels.to_dtype(candle_core::DType::F32)?.unsqueeze(1)? } else { labels },
        })
    }

    fn step(&mut self) -> std::result::Result<f32, Box<dyn Error>> {
        let mut a = self.x.clone();
        for layer in &self.hidden {
            a = (self.activation)(&layer.forward(&a)?)?;
        }
        let loss = (self.loss)(&self.output.forward(&a)?, &self.y)?;
        self.sgd.backward_step(&loss)?;
        Ok(loss.to_scalar()?)
    }

    fn parameters(&self) -> std::result::Result<Vec<Vec<f32>>, Box<dyn Error>> {
        self.vars.iter().map(|var| Ok(var.flatten_all()?.to_vec1()?)).collect()
    }
}
