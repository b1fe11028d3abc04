//! Tests of recipe errors, and of values derived from the model.

use fanin_core::Role;

use super::{resolve, specs};

#[test]
fn nothing_passes_in_silence() {
    let error = |recipe: &str, settings: &[(&str, f64)], shapes: &[(&str, &[usize])]| {
        resolve(recipe, settings, &specs(shapes)).expect_err(recipe).to_string()
    };
    let unmatched = error("gpt2", &[], &[("pooler", &[8, 8])]);
    assert!(unmatched.contains("no rule in the recipe 'gpt2' matches pooler"), "{unmatched}");
    let depth = error("gpt2", &[], &[("h.0.attn.c_proj.weight", &[8, 8])]);
    assert!(depth.contains("layers has no value") && depth.contains("set layers = ..."), "{depth}");
    let unknown = error("gpt2", &[("layer", 3.0)], &[("wte.weight", &[8, 8])]);
    assert!(unknown.contains("no variable 'layer'; did you mean 'layers'? it has layers"), "{unknown}");
    let base = error("mup", &[], &[("wte.weight", &[50, 8]), ("h.0.attn.c_attn.weight", &[24, 8])]);
    assert!(base.contains("m has no value") && base.contains("base_width"), "{base}");
    let fan = error("torch", &[], &[("x.bias", &[8])]);
    assert!(fan.contains("parameter 'x.bias' has no such sibling"), "{fan}");
    let negative = error("gpt2", &[("layers", -2.0)], &[("h.0.attn.c_proj.weight", &[8, 8])]);
    assert!(negative.contains("'h.0.attn.c_proj.weight'"), "{negative}");
}

#[test]
fn roles_and_layouts_come_from_the_rules_unless_the_model_states_them() {
    let resolution =
        resolve("gpt2", &[("layers", 1.0)], &specs(&[("wte.weight", &[50, 8]), ("h.0.mlp.c_fc.weight", &[8, 32])]));
    let resolution = resolution.expect("a model of the family");
    let [embedding, expansion] = resolution.assignments() else { panic!("two parameters") };
    assert_eq!(embedding.param().role(), Role::Embedding);
    assert_eq!(expansion.param().fans().map(|fans| (fans.fan_in, fans.fan_out)).ok(), Some((8, 32)));
}
