//! A recipe. One that is parsed is resolved for a few parameters, which are filled.
#![no_main]

use fanin_core::param::ParamViewMut;
use fanin_core::{Key, ParamSpec, Seed};
use fanin_recipes::Recipe;

const PARAMS: &[(&str, &[usize])] = &[
    ("wte.weight", &[6, 4]),
    ("h.0.attn.c_attn.weight", &[4, 12]),
    ("h.1.mlp.c_proj.weight", &[16, 4]),
    ("model.layers.0.self_attn.q_proj.weight", &[4, 4]),
    ("layer1.0.conv1.weight", &[4, 3, 3, 3]),
    ("layer1.0.bn1.weight", &[4]),
    ("layer1.0.bn1.running_var", &[4]),
    ("lstm.weight_hh_l0", &[16, 4]),
    ("lstm.bias_hh_l0", &[16]),
    ("fc.bias", &[3]),
];

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(recipe) = text.parse::<Recipe>() else { return };
    let params: Vec<ParamSpec> =
        PARAMS.iter().map(|(name, shape)| ParamSpec::new(*name, shape.to_vec()).expect("a parameter")).collect();
    for (name, _) in recipe.values(&params) {
        assert!(recipe.variables().iter().any(|variable| variable.name() == name), "{name} is no variable");
    }
    let Ok(resolution) = recipe.resolve(&params) else { return };
    for assignment in resolution.filled() {
        let (param, Some(initializer)) = (assignment.param(), assignment.initializer()) else { continue };
        let mut values = vec![0_f32; param.len()];
        if initializer.fill(param, Key::new(Seed(1), param.name()), ParamViewMut::whole(&mut values)).is_ok() {
            assert!(values.iter().all(|value| value.is_finite()), "{} is not finite", param.name());
        }
    }
});
