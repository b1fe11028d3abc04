//! The model computes with these variables: gradients reach each of them, and where candle has no derivative, changing
//! the variable changes the outputs.

use candle_core::{DType, Device, IndexOp, Module, ModuleT, Result, Tensor};
use candle_nn::{Conv1dConfig, Conv2dConfig, ConvTranspose2dConfig, GRUConfig, LSTMConfig, RNN, VarBuilder};
use fanin_candle::{Blueprint, Variables, build};
use fanin_core::initializers::{Normal, Ones};
use fanin_core::{InitializerExt, Plan, Seed};
use fanin_recipes::Recipe;

use super::models::{FAMILIES, Family, SEED, input, loss, values};

/// The names of the variables with a nonzero gradient.
fn reached(variables: &Variables, loss: &Tensor) -> Vec<String> {
    let gradients = loss.backward().unwrap();
    let trained = variables.iter().filter(|variable| variable.is_trained());
    let is_reached = |tensor: &Tensor| {
        let gradient = gradients.get(tensor)?;
        let values = values(gradient);
        Some(values.iter().all(|value| value.is_finite()) && values.iter().any(|value| *value != 0.0))
    };
    let reached = trained.filter(|variable| is_reached(variable.tensor()) == Some(true));
    reached.map(|variable| variable.name().to_owned()).collect()
}

fn trained(variables: &Variables) -> Vec<String> {
    variables.iter().filter(|v| v.is_trained()).map(|variable| variable.name().to_owned()).collect()
}

/// A network with nearly every candle-nn layer that has parameters.
fn every_layer(vb: VarBuilder<'static>) -> Result<Tensor> {
    let images =
        Tensor::arange(0_f32, 2.0 * 3.0 * 64.0, vb.device())?.affine(0.7, 0.0)?.sin()?.reshape((2, 3, 8, 8))?;
    let x = candle_nn::conv2d_no_bias(3, 8, 3, Conv2dConfig::default(), vb.pp("conv2d"))?.forward(&images)?;
    let x = candle_nn::batch_norm(8, 1e-5, vb.pp("batch_norm"))?.forward_t(&x, true)?;
    let x = candle_nn::prelu(Some(8), vb.pp("prelu"))?.forward(&x)?;
    let x = candle_nn::conv_transpose2d(8, 8, 2, ConvTranspose2dConfig::default(), vb.pp("conv_transpose2d"))?
        .forward(&x)?;
    let x = candle_nn::group_norm(4, 8, 1e-5, vb.pp("group_norm"))?.forward(&x)?;
    let x = candle_nn::conv1d(8, 6, 3, Conv1dConfig::default(), vb.pp("conv1d"))?.forward(&x.flatten_from(2)?)?;
    // For non-contiguous input, the norm uses differentiable operations.
    let x = candle_nn::layer_norm(6, 1e-5, vb.pp("layer_norm"))?.forward(&x.transpose(1, 2)?)?;
    let ids = Tensor::new(&[[0_u32, 1, 2], [3, 4, 0]], vb.device())?;
    let words = candle_nn::embedding(5, 6, vb.pp("embedding"))?.forward(&ids)?;
    let x = Tensor::cat(&[&x.i((.., ..3, ..))?.contiguous()?, &words], 1)?;
    let gru = candle_nn::gru(6, 7, GRUConfig::default(), vb.pp("gru"))?;
    let x = gru.states_to_tensor(&gru.seq(&x)?)?.reshape((2, 6, 7))?;
    let lstm = candle_nn::lstm(7, 5, LSTMConfig::default(), vb.pp("lstm"))?;
    let x = lstm.states_to_tensor(&lstm.seq(&x)?)?.reshape((2, 6, 5))?;
    candle_nn::linear(5, 4, vb.pp("linear"))?.forward(&x)
}

#[test]
fn gradients_reach_every_layer_of_candle_nn() {
    let plan = Plan::new().rule("*norm.weight", Ones).rule("*", Normal::new(0.1, 0.3).unwrap());
    let built = build(plan, SEED, DType::F32, &Device::Cpu, every_layer).unwrap();
    assert_eq!(built.variables.len(), 25, "{}", built.variables);
    assert_eq!(reached(&built.variables, &loss(&built.model).unwrap()), trained(&built.variables));
}

/// A model from candle-transformers whose operations are all differentiable.
#[test]
fn gradients_reach_every_variable_of_efficientnet() {
    let family = Family::named("efficientnet");
    let built = family.built();
    let outputs = built.model.forward(&input(&family).unwrap()).unwrap();
    let all = trained(&built.variables);
    assert_eq!((all.len(), built.variables.len()), (213, 311));
    let loss = loss(&outputs).unwrap();
    assert_eq!(reached(&built.variables, &loss), all);
    let gradients = loss.backward().unwrap();
    assert!(built.variables.unreached(&gradients).is_empty());
    // A `VarMap` knows no roles, so running statistics are known by name.
    assert!(fanin_candle::unreached(&built.variables.to_var_map(), &gradients).is_empty());
}

/// Returns whether candle's gradients reach a variable. Its fused norms, fused softmax and rotary embedding have no
/// backward pass: gradients bypass them along the residual path, if there is one, and stop at a norm with no path
/// around it.
fn is_reached(family: &str, name: &str) -> bool {
    match family {
        // The last layer is a norm.
        "bert" => false,
        "llama" => name == "lm_head.weight",
        "llama, tied" => name == "model.embed_tokens.weight",
        // The input of the last norm is not contiguous, so candle does not use the fused kernel. The class token
        // receives the patches only through norms and softmaxes.
        "vit" => !["projection", "query", "key", "layernorm_"].iter().any(|part| name.contains(part)),
        "dinov2" => name.starts_with("head."),
        other => panic!("{other}"),
    }
}

/// If this fails, candle has gained a derivative: expect gradients for all variables.
#[test]
fn gradients_end_where_candle_has_no_derivative() {
    for family in FAMILIES.into_iter().filter(|family| !family.name.contains("net")) {
        let built = family.built();
        let outputs = built.model.forward(&input(&family).unwrap()).unwrap();
        let mut wanted = trained(&built.variables);
        wanted.retain(|name| is_reached(family.name, name));
        let loss = loss(&outputs).unwrap();
        assert_eq!(reached(&built.variables, &loss), wanted, "{}", family.name);
        // Users are told the others, but for gradients that exist and are zero.
        let gradients = loss.backward().unwrap();
        let unreached = built.variables.unreached(&gradients);
        let zero = |name: &&String| gradients.get(built.variables.get(name).unwrap().tensor()).is_some();
        let mut others = trained(&built.variables);
        others.retain(|name| !wanted.contains(name) && !zero(&name));
        assert_eq!(unreached, others, "{}", family.name);
        assert!(!unreached.is_empty(), "{}", family.name);
        let mut sorted = others;
        sorted.sort();
        assert_eq!(fanin_candle::unreached(&built.variables.to_var_map(), &gradients), sorted, "{}", family.name);
    }
    let resnet = Family::named("resnet18");
    let outputs = resnet.built().model.forward(&input(&resnet).unwrap()).unwrap();
    let error = loss(&outputs).unwrap().backward().unwrap_err().to_string();
    assert!(error.contains("maxpool2d if ksize (3, 3) != stride (2, 2)"), "{error}");
}

/// Returns whether changing a variable leaves the outputs unchanged up to rounding, and why.
fn is_without_effect(family: &str, name: &str) -> bool {
    match family {
        // It adds the same number to all scores of a query, and the softmax is invariant to that.
        "bert" | "vit" => name.ends_with("key.bias"),
        _ => false,
    }
}

/// Changes each variable in place, which must change the outputs, and restores it, which must restore them.
#[test]
fn every_variable_is_read_by_its_model() {
    for family in FAMILIES.into_iter().filter(|family| family.name != "efficientnet") {
        let blueprint = match family.name {
            "resnet18" => Recipe::named("resnet").unwrap().set("zero_last", 0.0).unwrap().into(),
            // Layer scale: 1e-5 of a branch is lost to rounding in 32 bits.
            "dinov2" => dinov2_without_layer_scale(),
            _ => family.blueprint(),
        };
        let built = build(blueprint, SEED, DType::F32, &Device::Cpu, family.build).unwrap();
        let input = input(&family).unwrap();
        let outputs = || values(&built.model.forward(&input).unwrap());
        let before = outputs();
        let size = before.iter().fold(0.0, |size: f64, value| size.max(value.abs()));
        let moved = |now: &[f64]| before.iter().zip(now).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) / size;
        for variable in built.variables.iter() {
            let (var, name) = (variable.var().unwrap(), variable.name());
            let kept = var.copy().unwrap();
            let push: Vec<f32> = Normal::new(0.0, 0.5).unwrap().sample(variable.param(), Seed(1)).unwrap();
            let push = Tensor::from_vec(push, var.shape(), &Device::Cpu).unwrap();
            // Keep variances above zero.
            let pushed = (&kept + push.abs().unwrap()).unwrap();
            let pushed = if name.ends_with("running_var") { pushed } else { (&kept + &push).unwrap() };
            var.set(&pushed).unwrap();
            let change = moved(&outputs());
            var.set(&kept).unwrap();
            if is_without_effect(family.name, name) {
                assert!(change < 1e-5, "{}: {name} has an effect: {change}", family.name);
            } else {
                assert!(change > 5e-5, "{}: the model does not read {name}: {change}", family.name);
            }
        }
        assert_eq!(outputs(), before, "{}", family.name);
    }
}

fn dinov2_without_layer_scale() -> Blueprint {
    let recipe = include_str!("../../../fanin-recipes/recipes/vit.toml").replace("constant(1e-5)", "ones");
    recipe.parse::<Recipe>().unwrap().into()
}

/// The alternatives that the documentation names differentiate, and the operations that it lists do not.
#[test]
fn the_documented_alternatives_have_gradients() {
    use candle_core::{D, Var};
    use candle_nn::{ops, rotary_emb};
    let variable = |shape: &[usize]| Var::randn(0_f32, 1.0, shape, &Device::Cpu).unwrap();
    let (x, gain, bias) = (variable(&[1, 2, 3, 4]), variable(&[4]), variable(&[4]));
    let (cos, sin) = (variable(&[3, 2]), variable(&[3, 2]));
    let (cos, sin) = (cos.detach(), sin.detach());
    let norm = candle_nn::RmsNorm::new(gain.as_tensor().clone(), 1e-5);
    let reaches = |y: Result<Tensor>| {
        let gradients = y.unwrap().sqr().unwrap().sum_all().unwrap().backward().unwrap();
        gradients.get(x.as_tensor()).is_some()
    };
    assert!(!reaches(ops::layer_norm(&x, &gain, &bias, 1e-5)));
    assert!(reaches(ops::layer_norm_slow(&x, &gain, &bias, 1e-5)));
    assert!(!reaches(norm.forward(&x)));
    assert!(reaches(norm.forward_diff(&x)));
    assert!(reaches(ops::rms_norm_slow(&x, &gain, 1e-5)));
    assert!(!reaches(ops::softmax_last_dim(&x)));
    assert!(reaches(ops::softmax(&x, D::Minus1)));
    assert!(!reaches(rotary_emb::rope(&x, &cos, &sin)));
    assert!(reaches(rotary_emb::rope_slow(&x, &cos, &sin)));
    assert!(!reaches(rotary_emb::rope_i(&x, &cos, &sin)));
    assert!(reaches(rotary_emb::rope_i_slow(&x, &cos, &sin)));
}
