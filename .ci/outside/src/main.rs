//! A custom initializer and a plan on both backends, and a candle model from a recipe, with fanin as the only
//! dependency.

use std::error::Error;

use fanin::candle::candle_core::{DType, Device};
use fanin::candle::{build, candle_nn};
use fanin::prelude::*;
use fanin::rand::RngExt;
use fanin::rand_distr::StandardUniform;

/// Random signs, `±1 / sqrt(fan_in)`, for matrices.
#[derive(Debug)]
struct RandomSigns;

impl Initializer for RandomSigns {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        self.check(param)?;
        let size = 1.0 / (param.fans()?.fan_in as f64).sqrt();
        out.fill_with_rng(key, |rng| if rng.sample(StandardUniform) { size } else { -size });
        Ok(())
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        if param.shape().len() == 2 {
            return param.fans().map(drop);
        }
        Err(InitError::shape(param, "random_signs", "it is not a matrix; use a matrix"))
    }
}

/// Returns the hidden layer's weights and the outputs of a perceptron initialized by the plan.
fn start<N>(plan: &Plan) -> Result<(Vec<f64>, Vec<f64>), Box<dyn Error>>
where
    N: Trainable + FromMlpSpec,
{
    let spec = MlpSpec::new([2, 8, 1], Activation::Tanh, Loss::BinaryCrossEntropy)?;
    let mut network = N::from_spec(&spec)?;
    plan.apply(&mut network, Seed(7))?;
    let batch = network.load(&Samples { inputs: &[0.5, -0.5], features: 2, targets: Targets::Classes(&[1]) })?;
    Ok((network.values("layers.0.weight")?, network.predict(&batch)?.values))
}

fn main() -> Result<(), Box<dyn Error>> {
    let plan = Plan::new().rule("*.bias", Zeros).rule("*.weight", RandomSigns);
    let (on_ndarray, outputs) = start::<fanin::ndarray::Mlp<f32>>(&plan)?;
    let (on_candle, same_outputs) = start::<fanin::candle::Mlp<f32>>(&plan)?;
    assert_eq!(on_ndarray, on_candle, "both backends start from the same bits");
    assert!((outputs[0] - same_outputs[0]).abs() < 1e-6, "{outputs:?} {same_outputs:?}");

    let refused = Plan::new().rule("*", RandomSigns).resolve(&[ParamSpec::new("bias", [8])?]);
    assert!(refused.is_err_and(|error| error.to_string().contains("it is not a matrix")));

    let built = build(Recipe::named("torch")?, Seed(42), DType::F32, &Device::Cpu, |vb| {
        let hidden = candle_nn::linear(64, 32, vb.pp("hidden"))?;
        let head = candle_nn::linear(32, 10, vb.pp("head"))?;
        Ok(candle_nn::seq().add(hidden).add(candle_nn::Activation::Relu).add(head))
    })?;
    println!("{}", built.variables);
    assert_eq!(built.variables.all_vars().len(), 4);
    Ok(())
}
