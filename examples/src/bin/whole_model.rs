//! A whole candle model from a recipe and a seed: each parameter is initialized according to its name and is a
//! trainable variable, and a second build is bitwise identical. candle's own initialization cannot be seeded on the
//! CPU.
//!
//! `cargo run --release -p fanin-examples --bin whole_model`

use std::error::Error;

use candle_core::{D, DType, Device, Result, Tensor};
use candle_nn::{AdamW, BatchNorm, Conv2d, Conv2dConfig, Linear, Module, ModuleT, Optimizer, ParamsAdamW};
use candle_nn::{VarBuilder, VarMap, loss};
use fanin::candle::build;
use fanin::lab::data::{Batches, DataSource};
use fanin::prelude::*;

const BLOCKS: usize = 3;
const STEPS: u64 = 120;
const DEVICE: Device = Device::Cpu;

/// A residual network of candle layers, with the parameter names of torchvision.
struct ResNet {
    stem: (Conv2d, BatchNorm),
    blocks: Vec<[(Conv2d, BatchNorm); 2]>,
    head: Linear,
}

impl ResNet {
    fn new(vb: &VarBuilder) -> Result<Self> {
        let unit = |inputs, outputs, conv: &str, norm: &str, vb: &VarBuilder| -> Result<_> {
            let config = Conv2dConfig { padding: 1, ..Default::default() };
            let kernel = candle_nn::conv2d_no_bias(inputs, outputs, 3, config, vb.pp(conv))?;
            Ok((kernel, candle_nn::batch_norm(outputs, 1e-5, vb.pp(norm))?))
        };
        let block = |block| {
            let vb = vb.pp(format!("layer1.{block}"));
            Ok([unit(16, 16, "conv1", "bn1", &vb)?, unit(16, 16, "conv2", "bn2", &vb)?])
        };
        Ok(Self {
            stem: unit(1, 16, "conv1", "bn1", vb)?,
            blocks: (0..BLOCKS).map(block).collect::<Result<_>>()?,
            head: candle_nn::linear(16, 10, vb.pp("fc"))?,
        })
    }

    fn forward(&self, images: &Tensor, train: bool) -> Result<Tensor> {
        let unit = |(kernel, norm): &(Conv2d, BatchNorm), x: &Tensor| norm.forward_t(&kernel.forward(x)?, train);
        let mut x = unit(&self.stem, images)?.relu()?;
        for [first, last] in &self.blocks {
            x = (&x + unit(last, &unit(first, &x)?.relu()?)?)?.relu()?;
        }
        self.head.forward(&x.mean(D::Minus1)?.mean(D::Minus1)?)
    }
}

fn main() -> std::result::Result<(), Box<dyn Error>> {
    fanin::candle::fix_thread_count();
    let digits = DataSource::Digits.load()?;
    let mut batches = Batches::new(digits.train(), 64, Seed(0))?;
    let (first_images, first_labels) = tensors(&batches.at(0))?;
    let first_loss = |model: &ResNet| -> Result<f32> {
        loss::cross_entropy(&model.forward(&first_images, true)?, &first_labels)?.to_scalar()
    };

    let recipe = Recipe::named("resnet")?;
    let from_recipe = || build(recipe.clone(), Seed(42), DType::F32, &DEVICE, |vb| ResNet::new(&vb));
    let built = from_recipe()?;
    println!("The recipe 'resnet', applied to a residual network of {BLOCKS} blocks of candle layers:\n");
    for line in
        built.variables.to_string().lines().filter(|line| !line.contains("layer1.1") && !line.contains("layer1.2"))
    {
        println!("{line}");
    }

    println!("\nThe loss of the first batch, for two builds:");
    println!(
        "  with the recipe and seed 42: {:.6} and {:.6}",
        first_loss(&built.model)?,
        first_loss(&from_recipe()?.model)?
    );
    let candle = || ResNet::new(&VarBuilder::from_varmap(&VarMap::new(), DType::F32, &DEVICE));
    println!("  with candle's own hints:     {:.6} and {:.6}", first_loss(&candle()?)?, first_loss(&candle()?)?);

    let mut optimizer = AdamW::new(built.variables.all_vars(), ParamsAdamW { lr: 0.01, ..Default::default() })?;
    println!("\nTraining the {} variables (all but running statistics):", built.variables.all_vars().len());
    let mut losses = Vec::new();
    for step in 0..STEPS {
        let (images, labels) = tensors(&batches.at(step))?;
        let loss = loss::cross_entropy(&built.model.forward(&images, true)?, &labels)?;
        let gradients = loss.backward()?;
        if step == 0 {
            // Some operations of candle have no backward pass, and nothing else tells.
            let unreached = built.variables.unreached(&gradients);
            println!("  variables that no gradient reaches: {}", unreached.len());
            assert!(unreached.is_empty(), "these would not be trained: {unreached:?}");
        }
        optimizer.step(&gradients)?;
        losses.push(loss.to_scalar::<f32>()?);
        if step % 20 == 0 || step + 1 == STEPS {
            println!("  step {step:>3}: loss {:.4}", losses[losses.len() - 1]);
        }
    }
    let (images, labels) = tensors(&digits.held_out().samples())?;
    let right = built.model.forward(&images, false)?.argmax(D::Minus1)?.eq(&labels)?.to_dtype(DType::F32)?;
    let right = right.mean_all()?.to_scalar::<f32>()?;
    println!("\nHeld-out accuracy: {:.0} %.", 100.0 * right);
    assert!(right > 0.9, "the network does not learn");
    Ok(())
}

/// Converts samples to images of one channel and their classes.
#[expect(clippy::cast_possible_truncation, reason = "pixels are sixteenths, and there are ten classes")]
fn tensors(samples: &Samples<'_>) -> Result<(Tensor, Tensor)> {
    let pixels: Vec<f32> = samples.inputs.iter().map(|pixel| *pixel as f32).collect();
    let count = pixels.len() / samples.features;
    let images = Tensor::from_vec(pixels, (count, 1, 8, 8), &DEVICE)?;
    let labels: Vec<u32> = match samples.targets {
        Targets::Classes(classes) => classes.iter().map(|class| *class as u32).collect(),
        Targets::Values(_) => Vec::new(),
    };
    Ok((images, Tensor::from_vec(labels, count, &DEVICE)?))
}
