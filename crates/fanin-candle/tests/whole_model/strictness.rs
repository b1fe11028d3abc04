//! A parameter without a value is an error that names it, unless there is a default.

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{Conv2dConfig, ConvTranspose2dConfig, Init, LSTMConfig, VarBuilder};
use fanin_candle::{Blueprint, Built, SeededBackend, build};
use fanin_core::initializers::{Constant, Normal, Ones, Zeros, he_normal};
use fanin_core::resolve::Origin;
use fanin_core::{Layout, Plan, Role};
use fanin_recipes::Recipe;

use super::models::{Family, SEED, values};

fn of<M>(blueprint: impl Into<Blueprint>, model: impl Fn(VarBuilder<'static>) -> Result<M>) -> fanin_candle::Built<M> {
    build(blueprint, SEED, DType::F32, &Device::Cpu, model).unwrap_or_else(|error| panic!("{error}"))
}

fn refused<M>(blueprint: impl Into<Blueprint>, model: impl Fn(VarBuilder<'static>) -> Result<M>) -> String {
    match build(blueprint, SEED, DType::F32, &Device::Cpu, model) {
        Ok(Built { variables, .. }) => panic!("it was built:\n{variables}"),
        Err(error) => error.to_string(),
    }
}

fn plan() -> Plan {
    Plan::new().rule("*.bias", Zeros).rule("body.*", he_normal())
}

fn model(vb: VarBuilder<'static>) -> Result<Tensor> {
    candle_nn::linear(4, 3, vb.pp("body"))?;
    vb.get((2, 3), "head.weight")
}

#[test]
fn all_without_a_rule_are_named() {
    let error = refused(Blueprint::from(plan()).layout("*", Layout::OutIn), |vb| {
        vb.get((1, 1, 5), "mask_token")?;
        model(vb)
    });
    for part in ["'mask_token' of shape [1, 1, 5]", "'head.weight' of shape [2, 3] and type f32", "add rules"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    // Errors are reported before a model is built that panics when a `VarBuilder` fails.
    let error = refused(plan(), Family::named("llama").build);
    assert!(error.contains("'model.embed_tokens.weight'") && error.contains(" more; add rules"), "{error}");
}

#[test]
fn values_that_the_element_type_cannot_hold_are_refused_before_any_is_drawn() {
    let plan = || Plan::new().rule("*.bias", Zeros).rule("*.weight", Normal::new(0.0, 1e6).unwrap());
    let built = |dtype| build(plan(), SEED, dtype, &Device::Cpu, model);
    let error = built(DType::F16).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("body.weight") && error.contains("head.weight") && error.contains("65504"), "{error}");
    let mut variables = built(DType::BF16).unwrap().variables;
    assert!(plan().apply(&mut variables, SEED).is_ok());
    let plan = Plan::new().rule("*.bias", Zeros).rule("*.weight", Normal::new(0.0, 0.02).unwrap());
    let mut variables = build(plan, SEED, DType::F16, &Device::Cpu, model).unwrap().variables;
    let before = variables.get("body.bias").unwrap().tensor().copy().unwrap();
    let refusing = Plan::new().rule("*.bias", Ones).rule("*.weight", Normal::new(0.0, 1e6).unwrap());
    assert!(refusing.apply(&mut variables, SEED).is_err());
    assert_eq!(values(variables.get("body.bias").unwrap().tensor()), values(&before));
}

#[test]
fn defaults_are_used_and_reported() {
    let blueprint = || Blueprint::from(plan()).layout("*", Layout::OutIn);
    let built = of(blueprint().otherwise(Constant::new(0.25).unwrap()), model);
    assert_eq!(values(&built.model), [0.25; 6]);
    let assignment = built.variables.get("head.weight").unwrap().assignment().clone();
    assert_eq!((assignment.origin(), assignment.text().as_str()), (&Origin::Default, "constant(0.25)"));
    assert!(built.variables.to_string().contains("constant(0.25) by default"), "{}", built.variables);
    assert!(built.variables.to_string().contains("he_normal by rule 2 'body.*'"), "{}", built.variables);
}

#[test]
fn hints_draw_only_on_request_and_only_where_there_is_one() {
    let hinted =
        |vb: VarBuilder<'static>| vb.get_with_hints((300, 200), "head.weight", Init::Randn { mean: 1.0, stdev: 0.5 });
    let plan = || Plan::new();
    assert!(refused(plan(), hinted).contains("'head.weight'"));
    let built = of(Blueprint::from(plan()).hints(), hinted);
    let values = values(&built.model);
    let mean = values.iter().sum::<f64>() / 6e4;
    assert!((mean - 1.0).abs() < 0.01, "{mean}");
    assert_eq!(built.variables.get("head.weight").unwrap().origin(), &Origin::Hint);
    let error = refused(Blueprint::from(plan()).hints(), |vb| vb.get((2, 3), "head.weight"));
    assert!(error.contains("'head.weight'"), "{error}");
}

#[test]
fn no_fan_is_guessed() {
    let table = |vb: VarBuilder<'static>| vb.get((4, 3), "body.table");
    let error = refused(Plan::new().rule("body.*", he_normal()), table);
    for part in
        ["'body.table' of shape [4, 3]", "no layout is stated", "Blueprint::layout(\"body.table\", Layout::OutIn)"]
    {
        assert!(error.contains(part), "{part}: {error}");
    }
    // The layout decides: 4 inputs and 3 outputs, or vice versa.
    let std = |layout| {
        let built = of(Blueprint::from(plan().rule("head.*", Zeros)).layout("body.weight", layout), model);
        built.variables.get("body.weight").unwrap().distribution().std().unwrap()
    };
    assert!((std(Layout::OutIn) - (2.0_f64 / 4.0).sqrt()).abs() < 1e-12);
    assert!((std(Layout::InOut) - (2.0_f64 / 3.0).sqrt()).abs() < 1e-12);
    // A depthwise kernel, in groups.
    let plan = Plan::new().rule("dw.weight", he_normal());
    let blueprint = Blueprint::from(plan).layout("*", Layout::OutIn).groups("dw.*", 8);
    let built = of(blueprint, |vb| vb.get((8, 1, 3, 3), "dw.weight"));
    assert!(
        (built.variables.get("dw.weight").unwrap().distribution().std().unwrap() - (2.0_f64 / 9.0).sqrt()).abs()
            < 1e-12
    );
}

#[test]
fn one_name_has_one_shape() {
    let twice = |vb: VarBuilder<'static>| {
        vb.get(3, "body.bias")?;
        vb.get(4, "body.bias")
    };
    let error = refused(plan().rule("*", Zeros), twice);
    assert!(error.contains("'body.bias' was requested with the shape [3], then with [4]"), "{error}");
    let backend = SeededBackend::new(plan().into(), SEED).unwrap();
    let vb = VarBuilder::from_backend(Box::new(backend), DType::F32, Device::Cpu);
    let error = twice(vb).unwrap_err().to_string();
    assert!(error.contains("[3], then with [4]"), "{error}");
}

#[test]
fn rules_that_do_not_fit_are_named() {
    let blueprint = |plan: Plan| Blueprint::from(plan).layout("*", Layout::OutIn).otherwise(Zeros);
    let error = refused(blueprint(plan().rule("tail.*", Zeros)), model);
    assert!(error.contains("'tail.*' (it matches no name)"), "{error}");
    assert!(refused(blueprint(plan().rule("[", Zeros)), model).contains("'['"));
    assert!(refused(blueprint(plan()).layout("[", Layout::OutIn), model).contains("'['"));
    assert!(refused(blueprint(plan()).frozen("["), model).contains("'['"));
    let error = refused(Blueprint::from(plan().rule("*", he_normal())).layout("*", Layout::OutIn), |vb| {
        model(vb.clone())?;
        vb.get(5, "scale")
    });
    assert!(error.contains("'scale'") && error.contains("a vector"), "{error}");
}

/// Without a layout setting, candle's own layers have candle's layouts.
#[test]
fn candles_own_layers_need_no_layout() {
    let layers = |vb: VarBuilder<'static>| {
        candle_nn::linear(4, 3, vb.pp("body"))?;
        candle_nn::conv2d(6, 8, 3, Conv2dConfig { groups: 2, ..Default::default() }, vb.pp("conv"))?;
        candle_nn::lstm(5, 7, LSTMConfig::default(), vb.pp("lstm"))
    };
    let plan = || Plan::new().rule("*bias*", Zeros).rule("*weight*", he_normal());
    let built = of(plan(), layers);
    let fans = |name: &str| {
        let fans = built.variables.get(name).unwrap().param().fans().unwrap();
        (fans.fan_in, fans.fan_out)
    };
    assert_eq!([fans("body.weight"), fans("conv.weight"), fans("lstm.weight_ih_l0")], [(4, 3), (27, 72), (5, 28)]);
    let grouped = of(Blueprint::from(plan()).groups("conv.*", 2), layers);
    assert_eq!(grouped.variables.get("conv.weight").unwrap().param().fans().unwrap().fan_out, 36);
    // The bits equal those of an explicit layout.
    let stated = of(Blueprint::from(plan()).layout("*", Layout::OutIn), layers);
    for variable in stated.variables.iter() {
        assert_eq!(values(variable.tensor()), values(built.variables.get(variable.name()).unwrap().tensor()));
    }
    // A transposed convolution is not mistaken for a convolution.
    let up =
        |vb: VarBuilder<'static>| candle_nn::conv_transpose2d(6, 8, 3, ConvTranspose2dConfig::default(), vb.pp("up"));
    let error = refused(plan(), up);
    assert!(error.contains("'up.weight'") && error.contains("Blueprint::layout"), "{error}");
    // 6 inputs, each used at 9 positions; as a convolution the fan would be 72.
    let built = of(Blueprint::from(plan()).layout("up.*", Layout::Transposed), up);
    assert_eq!(built.variables.get("up.weight").unwrap().param().fans().unwrap().fan_in, 54);
}

/// Variables that depend on the whole model are determined in the first pass; without it, they must be set.
#[test]
fn a_recipe_finds_its_depth() {
    let block = |vb: VarBuilder<'static>| {
        for layer in 0..8 {
            vb.get(16, &format!("h.{layer}.ln_1.weight"))?;
            vb.get((64, 16), &format!("h.{layer}.mlp.c_proj.weight"))?;
        }
        Ok(())
    };
    let gpt2 = || Blueprint::from(Recipe::named("gpt2").unwrap());
    let gpt2_of = |layers| Blueprint::from(Recipe::named("gpt2").unwrap().set("layers", layers).unwrap());
    let std =
        |blueprint| of(blueprint, block).variables.get("h.3.mlp.c_proj.weight").unwrap().distribution().std().unwrap();
    assert!((std(gpt2()) - 0.02 / 16.0_f64.sqrt()).abs() < 1e-12);
    assert!((std(gpt2_of(2.0)) - 0.02 / 4.0_f64.sqrt()).abs() < 1e-12);

    let alone = |blueprint| {
        let backend = SeededBackend::new(blueprint, SEED).unwrap();
        VarBuilder::from_backend(Box::new(backend), DType::F32, Device::Cpu).get((64, 16), "h.3.mlp.c_proj.weight")
    };
    let error = alone(gpt2()).unwrap_err().to_string();
    assert!(error.contains("set layers = ..."), "{error}");
    assert!(alone(gpt2_of(2.0)).is_ok());
    // A bias drawn with the fan of its weight.
    let torch = SeededBackend::new(Recipe::named("torch").unwrap().into(), SEED).unwrap();
    let vb = VarBuilder::from_backend(Box::new(torch), DType::F32, Device::Cpu);
    let error = vb.get(3, "fc.bias").unwrap_err().to_string();
    assert!(error.contains("'fc.bias'") && error.contains("not listed"), "{error}");
}

#[test]
fn running_statistics_are_no_parameters() {
    let norm = |vb: VarBuilder<'static>| candle_nn::batch_norm(3, 1e-5, vb.pp("norm"));
    // A rule for `*` does not match them; a rule that names them does.
    let built = of(Plan::new().rule("*", Constant::new(0.5).unwrap()), norm);
    let of_name = |name: &str| values(built.variables.get(name).unwrap().tensor());
    assert_eq!([of_name("norm.running_mean"), of_name("norm.running_var")], [[0.0; 3], [1.0; 3]]);
    assert_eq!([of_name("norm.weight"), of_name("norm.bias")], [[0.5; 3], [0.5; 3]]);
    assert_eq!((built.variables.all_vars().len(), built.variables.to_var_map().all_vars().len()), (2, 4));
    let named = Plan::new().rule("*.running_var", Constant::new(4.0).unwrap()).rule("*", Zeros);
    assert_eq!(values(of(named, norm).variables.get("norm.running_var").unwrap().tensor()), [4.0; 3]);

    // The layer holds these variables as its statistics: what training stores in them is what gets saved.
    let images = Tensor::arange(0_f32, 24.0, &Device::Cpu).unwrap().reshape((2, 3, 4)).unwrap();
    built.model.forward_train(&images).unwrap();
    let followed = values(built.variables.get("norm.running_mean").unwrap().tensor());
    assert!(followed.iter().all(|mean| *mean > 0.5), "{followed:?}");
}

#[test]
fn a_buffer_without_a_start_is_refused() {
    let mask = |vb: VarBuilder<'static>| vb.get((1, 1, 4, 4), "h.0.attn.bias");
    let error = refused(Recipe::named("gpt2").unwrap(), mask);
    assert!(error.contains("the buffer 'h.0.attn.bias'") && error.contains("Blueprint::pretrained"), "{error}");
    let plan = Blueprint::from(Plan::new()).role("*.bias", Role::Buffer);
    assert!(refused(plan, mask).contains("the buffer 'h.0.attn.bias'"));
}

#[test]
fn frozen_parameters_are_plain_tensors() {
    let blueprint = || Blueprint::from(Recipe::named("torch").unwrap());
    let all = of(blueprint(), model).variables;
    let frozen = of(blueprint().frozen("*"), model).variables;
    assert_eq!((all.all_vars().len(), frozen.all_vars().len(), frozen.len()), (3, 0, 3));
    let body = of(blueprint().frozen("body.*"), model).variables;
    assert_eq!(body.all_vars().len(), 1);
    for variable in all.iter() {
        let name = variable.name();
        assert_eq!(values(variable.tensor()), values(frozen.get(name).unwrap().tensor()), "{name}");
        assert!(!frozen.get(name).unwrap().tensor().is_variable());
    }
}
