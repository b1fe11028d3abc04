//! Every shipped recipe on a small model of its family, against numbers worked out by hand from its source.

use std::collections::BTreeMap;

use fanin_core::{Law, ParamSpec, Role};
use fanin_recipes::{Assignment, Recipe, RecipeError, Resolution, names};

/// The law that a parameter should get.
#[derive(Clone, Copy, Debug)]
enum Expected {
    /// Every value the same.
    Constant(f64),
    /// Normal, or truncated normal, of mean 0 and this std of the values.
    Std(f64),
    /// Uniform on plus and minus this.
    Within(f64),
}
use Expected::{Constant, Std, Within};

fn specs(shapes: &[(&str, &[usize])]) -> Vec<ParamSpec> {
    shapes.iter().map(|(name, shape)| ParamSpec::new(*name, *shape).expect("a small shape")).collect()
}

fn resolve(recipe: &str, settings: &[(&str, f64)], params: &[ParamSpec]) -> Result<Resolution, RecipeError> {
    let settings: BTreeMap<String, f64> = settings.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    Recipe::named(recipe)?.resolve(params, &settings)
}

/// Fails with every parameter whose law is another.
#[track_caller]
fn check(recipe: &str, settings: &[(&str, f64)], rows: &[(&str, &[usize], Expected)]) -> Resolution {
    let params = specs(&rows.iter().map(|(name, shape, _)| (*name, *shape)).collect::<Vec<_>>());
    let resolution = resolve(recipe, settings, &params).unwrap_or_else(|error| panic!("{error}"));
    let mut failures = Vec::new();
    assert_eq!(resolution.assignments().len(), rows.len(), "{recipe}");
    for (assignment, (name, _, expected)) in resolution.assignments().iter().zip(rows) {
        if !agrees(assignment, *expected) {
            let law = assignment.initializer.law(&assignment.param);
            failures.push(format!("{recipe}: {name} is {} ({law:?}), not {expected:?}", assignment.text()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    resolution
}

fn agrees(assignment: &Assignment, expected: Expected) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b.abs();
    match (assignment.initializer.law(&assignment.param), expected) {
        (Law::Constant(value), Constant(expected)) => value == expected,
        (Law::Uniform { low, high }, Within(expected)) => near(high, expected) && near(low, -expected),
        (Law::Uniform { .. } | Law::Constant(_), Std(_)) => false,
        (law, Std(expected)) => law.mean() == Some(0.0) && law.std().is_some_and(|std| near(std, expected)),
        _ => false,
    }
}

#[test]
fn every_recipe_is_read_and_has_its_name_and_its_source() {
    for name in names() {
        let recipe = Recipe::named(name).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(recipe.name(), name);
        assert!(recipe.source().len() > 20 && recipe.title().len() > 3, "{name}");
    }
    assert_eq!(names().count(), 21);
}

/// A normal law cut at two sigma keeps this much of its std.
const CUT_AT_2: f64 = 0.879_625_661_034_239_8;

#[test]
fn gpt2() {
    let residual = 0.02 / 4.0_f64.sqrt();
    check(
        "gpt2",
        &[],
        &[
            ("transformer.wte.weight", &[50, 8], Std(0.02)),
            ("transformer.wpe.weight", &[16, 8], Std(0.02)),
            ("transformer.h.0.ln_1.weight", &[8], Constant(1.0)),
            ("transformer.h.0.ln_1.bias", &[8], Constant(0.0)),
            ("transformer.h.0.attn.c_attn.weight", &[8, 24], Std(0.02)),
            ("transformer.h.0.attn.c_attn.bias", &[24], Constant(0.0)),
            ("transformer.h.0.attn.c_proj.weight", &[8, 8], Std(residual)),
            ("transformer.h.0.mlp.c_fc.weight", &[8, 32], Std(0.02)),
            ("transformer.h.0.mlp.c_proj.weight", &[32, 8], Std(residual)),
            ("transformer.h.1.ln_1.weight", &[8], Constant(1.0)),
            ("transformer.ln_f.bias", &[8], Constant(0.0)),
            ("lm_head.weight", &[50, 8], Std(0.02)),
        ],
    );
}

#[test]
fn gpt_neox_and_megatron() {
    let small = (2.0_f64 / 40.0).sqrt();
    let wang = 2.0 / (1.0 * 8.0_f64.sqrt());
    check(
        "gpt_neox",
        &[],
        &[
            ("gpt_neox.embed_in.weight", &[50, 8], Std(small)),
            ("gpt_neox.layers.0.input_layernorm.weight", &[8], Constant(1.0)),
            ("gpt_neox.layers.0.attention.query_key_value.weight", &[24, 8], Std(small)),
            ("gpt_neox.layers.0.attention.query_key_value.bias", &[24], Constant(0.0)),
            ("gpt_neox.layers.0.attention.dense.weight", &[8, 8], Std(wang)),
            ("gpt_neox.layers.0.mlp.dense_h_to_4h.weight", &[32, 8], Std(small)),
            ("gpt_neox.layers.0.mlp.dense_4h_to_h.weight", &[8, 32], Std(wang)),
            ("gpt_neox.final_layer_norm.bias", &[8], Constant(0.0)),
            ("embed_out.weight", &[50, 8], Std(small)),
        ],
    );
    check(
        "megatron",
        &[("std", 0.01)],
        &[
            ("embedding.word_embeddings.weight", &[50, 8], Std(0.01)),
            ("decoder.layers.0.self_attention.linear_qkv.layer_norm_weight", &[8], Constant(1.0)),
            ("decoder.layers.0.self_attention.linear_qkv.weight", &[24, 8], Std(0.01)),
            ("decoder.layers.0.self_attention.linear_proj.weight", &[8, 8], Std(0.01 / 2.0_f64.sqrt())),
            ("decoder.layers.0.mlp.linear_fc1.weight", &[32, 8], Std(0.01)),
            ("decoder.layers.0.mlp.linear_fc2.weight", &[8, 32], Std(0.01 / 2.0_f64.sqrt())),
        ],
    );
}

#[test]
fn llamas() {
    check(
        "llama",
        &[],
        &[
            ("model.embed_tokens.weight", &[50, 8], Std(0.02)),
            ("model.layers.0.self_attn.q_proj.weight", &[8, 8], Std(0.02)),
            ("model.layers.0.input_layernorm.weight", &[8], Constant(1.0)),
            ("lm_head.weight", &[50, 8], Std(0.02)),
        ],
    );
    // A row in ten is the padding.
    check("llama", &[("padding", 3.0)], &[("model.embed_tokens.weight", &[10, 8], Std(0.02 * 0.9_f64.sqrt()))]);
    // What +-3 sigma leaves of a std.
    let three = 0.986_578_392_558_108_6;
    check(
        "llama_torchtitan",
        &[],
        &[
            ("tok_embeddings.weight", &[50, 8], Std(1.0)),
            ("layers.0.attention.wq.weight", &[8, 8], Std(0.02)),
            ("layers.0.attention.wo.weight", &[8, 8], Std(0.02 / 2.0_f64.sqrt())),
            ("layers.3.feed_forward.w1.weight", &[16, 8], Std(0.02)),
            ("layers.3.feed_forward.w3.weight", &[16, 8], Std(0.02 / 8.0_f64.sqrt())),
            ("layers.3.ffn_norm.weight", &[8], Constant(1.0)),
            ("output.weight", &[50, 8], Std(three / 8.0_f64.sqrt())),
        ],
    );
    check(
        "olmo2",
        &[],
        &[
            ("model.embed_tokens.weight", &[50, 8], Std(0.02 * three)),
            ("model.layers.0.self_attn.q_norm.weight", &[8], Constant(1.0)),
            ("model.layers.0.mlp.down_proj.weight", &[8, 16], Std(0.02 * three)),
        ],
    );
}

#[test]
fn bert() {
    let rows = |std: f64| {
        [
            ("bert.embeddings.word_embeddings.weight", &[50, 8][..], Std(std)),
            ("bert.embeddings.LayerNorm.weight", &[8], Constant(1.0)),
            ("bert.encoder.layer.0.attention.self.query.weight", &[8, 8], Std(std)),
            ("bert.encoder.layer.0.attention.self.query.bias", &[8], Constant(0.0)),
            ("cls.predictions.bias", &[50], Constant(0.0)),
        ]
    };
    check("bert", &[], &rows(0.02));
    check("bert", &[("cut", 1.0)], &rows(0.02 * CUT_AT_2));
    check(
        "bert",
        &[("padding", 0.0), ("std", 0.05)],
        &[
            ("embeddings.word_embeddings.weight", &[10, 8], Std(0.05 * 0.9_f64.sqrt())),
            ("embeddings.position_embeddings.weight", &[10, 8], Std(0.05)),
        ],
    );
}

#[test]
fn t5() {
    check(
        "t5",
        &[],
        &[
            ("shared.weight", &[50, 8], Std(1.0)),
            ("encoder.block.0.layer.0.SelfAttention.q.weight", &[12, 8], Std(1.0 / 32.0_f64.sqrt())),
            ("encoder.block.0.layer.0.SelfAttention.k.weight", &[12, 8], Std(1.0 / 8.0_f64.sqrt())),
            ("encoder.block.0.layer.0.SelfAttention.o.weight", &[8, 12], Std(1.0 / 12.0_f64.sqrt())),
            (
                "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
                &[32, 3],
                Std(1.0 / 8.0_f64.sqrt()),
            ),
            ("encoder.block.0.layer.1.DenseReluDense.wi.weight", &[32, 8], Std(1.0 / 8.0_f64.sqrt())),
            ("encoder.block.0.layer.1.DenseReluDense.wo.weight", &[8, 32], Std(1.0 / 32.0_f64.sqrt())),
            ("encoder.block.0.layer.1.layer_norm.weight", &[8], Constant(1.0)),
        ],
    );
}

#[test]
fn vision_transformers() {
    let cut = 0.02 * CUT_AT_2;
    check(
        "vit",
        &[],
        &[
            ("cls_token", &[1, 1, 8], Std(1e-6)),
            ("pos_embed", &[1, 5, 8], Std(cut)),
            ("patch_embed.proj.weight", &[8, 3, 4, 4], Within(1.0 / 48.0_f64.sqrt())),
            ("patch_embed.proj.bias", &[8], Within(1.0 / 48.0_f64.sqrt())),
            ("blocks.0.attn.qkv.weight", &[24, 8], Std(cut)),
            ("blocks.0.mlp.fc1.bias", &[32], Constant(0.0)),
            ("blocks.0.norm1.weight", &[8], Constant(1.0)),
        ],
    );
    check(
        "vit",
        &[("jax", 1.0)],
        &[
            ("patch_embed.proj.weight", &[8, 3, 4, 4], Std(1.0 / 48.0_f64.sqrt())),
            ("blocks.0.attn.qkv.weight", &[24, 8], Within((6.0_f64 / 32.0).sqrt())),
            ("blocks.0.mlp.fc1.bias", &[32], Std(1e-6)),
            ("head.weight", &[10, 8], Constant(0.0)),
        ],
    );
    check(
        "vit",
        &[],
        &[
            ("vit.embeddings.cls_token", &[1, 1, 8], Std(0.02)),
            ("vit.embeddings.mask_token", &[1, 1, 8], Constant(0.0)),
            ("vit.embeddings.position_embeddings", &[1, 5, 8], Std(0.02)),
            ("vit.embeddings.patch_embeddings.projection.weight", &[8, 3, 4, 4], Std(0.02)),
            ("vit.embeddings.patch_embeddings.projection.bias", &[8], Constant(0.0)),
            ("vit.encoder.layer.0.attention.attention.query.weight", &[8, 8], Std(0.02)),
            ("vit.encoder.layer.0.attention.output.dense.weight", &[8, 8], Std(0.02)),
            ("vit.encoder.layer.0.intermediate.dense.weight", &[32, 8], Std(0.02)),
            ("vit.encoder.layer.0.layernorm_before.weight", &[8], Constant(1.0)),
            ("pooler.dense.weight", &[8, 8], Std(0.02)),
            ("classifier.weight", &[10, 8], Std(0.02)),
        ],
    );
    check("deit", &[], &[("dist_token", &[1, 1, 8], Std(cut)), ("blocks.0.attn.proj.weight", &[8, 8], Std(cut))]);
}

#[test]
fn convolutional_networks() {
    let rows = |last: f64| {
        [
            ("conv1.weight", &[64, 3, 7, 7][..], Std((2.0_f64 / (64.0 * 49.0)).sqrt())),
            ("bn1.weight", &[64], Constant(1.0)),
            ("layer1.0.conv1.weight", &[64, 64, 3, 3], Std((2.0_f64 / 576.0).sqrt())),
            ("layer1.0.bn1.weight", &[64], Constant(1.0)),
            ("layer1.0.bn2.weight", &[64], Constant(last)),
            ("layer1.0.bn2.bias", &[64], Constant(0.0)),
            ("layer1.0.bn2.running_var", &[64], Constant(1.0)),
            ("fc.weight", &[10, 512], Within(1.0 / 512.0_f64.sqrt())),
            ("fc.bias", &[10], Within(1.0 / 512.0_f64.sqrt())),
        ]
    };
    check("resnet", &[], &rows(0.0));
    check("resnet", &[("zero_last", 0.0)], &rows(1.0));
    check(
        "resnet",
        &[],
        &[
            ("layer1.0.conv3.weight", &[256, 64, 1, 1], Std((2.0_f64 / 256.0).sqrt())),
            ("layer1.0.bn2.weight", &[64], Constant(1.0)),
            ("layer1.0.bn3.weight", &[256], Constant(0.0)),
        ],
    );
    check(
        "resnet",
        &[],
        &[
            ("resnet.embedder.embedder.convolution.weight", &[64, 3, 7, 7], Std((2.0_f64 / (64.0 * 49.0)).sqrt())),
            ("resnet.embedder.embedder.normalization.weight", &[64], Constant(1.0)),
            ("resnet.encoder.stages.0.layers.0.layer.2.normalization.weight", &[256], Constant(1.0)),
            ("resnet.encoder.stages.0.layers.0.layer.2.normalization.bias", &[256], Constant(0.0)),
            ("resnet.encoder.stages.0.layers.0.layer.2.normalization.running_var", &[256], Constant(1.0)),
            ("resnet.encoder.stages.0.layers.0.layer.2.normalization.num_batches_tracked", &[], Constant(0.0)),
            ("classifier.1.weight", &[10, 512], Within(1.0 / 512.0_f64.sqrt())),
            ("classifier.1.bias", &[10], Within(1.0 / 512.0_f64.sqrt())),
        ],
    );
    check(
        "efficientnet",
        &[],
        &[
            ("conv_stem.weight", &[32, 3, 3, 3], Std((2.0_f64 / 288.0).sqrt())),
            ("blocks.0.0.conv_dw.weight", &[32, 1, 3, 3], Std((2.0_f64 / 9.0).sqrt())),
            ("blocks.0.0.bn1.weight", &[32], Constant(1.0)),
            ("classifier.weight", &[10, 32], Within(1.0 / 10.0_f64.sqrt())),
        ],
    );
    check(
        "convnext",
        &[],
        &[
            ("stages.0.blocks.0.gamma", &[96], Constant(1e-6)),
            ("stages.0.blocks.0.conv_dw.weight", &[96, 1, 7, 7], Std(0.02 * CUT_AT_2)),
            ("head.fc.bias", &[10], Constant(0.0)),
        ],
    );
}

#[test]
fn residual_scalings() {
    // 16 layers: (8 x 16)^1/4.
    let layers: Vec<String> =
        (0..16).map(|layer| format!("decoder.layers.{layer}.self_attn.out_proj.weight")).collect();
    let scale = 128.0_f64.powf(0.25);
    let glorot = |fans: f64, gain: f64| Within(gain * (6.0 / fans).sqrt());
    let mut rows: Vec<(&str, &[usize], Expected)> =
        layers.iter().map(|name| (name.as_str(), &[8, 8][..], glorot(16.0, 1.0 / scale))).collect();
    rows.extend([
        ("decoder.layers.0.self_attn.q_proj.weight", &[8, 8][..], glorot(16.0, 0.5_f64.sqrt())),
        ("decoder.layers.0.fc1.weight", &[32, 8], glorot(40.0, 1.0 / scale)),
        ("decoder.embed_tokens.weight", &[50, 8], Std(1.0 / 8.0_f64.sqrt())),
    ]);
    let resolution = check("deepnorm", &[], &rows);
    let alpha = resolution.variables().iter().find(|(name, _)| name == "alpha").map(|(_, alpha)| *alpha);
    assert!(alpha.is_some_and(|alpha| (alpha - 32.0_f64.powf(0.25)).abs() < 1e-14), "{alpha:?}");

    check(
        "t_fixup",
        &[],
        &[
            ("encoder.layers.0.self_attn.out_proj.weight", &[8, 8], glorot(16.0, 0.67)),
            ("encoder.layers.0.self_attn.v_proj.weight", &[8, 8], glorot(16.0, 0.67)),
            ("encoder.layers.0.self_attn.k_proj.weight", &[8, 8], glorot(16.0, 0.5_f64.sqrt())),
            ("decoder.layers.0.self_attn.out_proj.weight", &[8, 8], glorot(16.0, 9.0_f64.powf(-0.25))),
            ("decoder.embed_tokens.weight", &[50, 8], Std(9.0_f64.powf(-0.25) / 8.0_f64.sqrt())),
        ],
    );
    let he = (2.0_f64 / 576.0).sqrt();
    check(
        "fixup",
        &[("layers", 4.0)],
        &[
            ("conv1.weight", &[64, 3, 3, 3], Std(he)),
            ("layer1.0.conv1.weight", &[64, 64, 3, 3], Std(he / 2.0)),
            ("layer1.0.conv2.weight", &[64, 64, 3, 3], Constant(0.0)),
            ("layer1.0.scale", &[1], Constant(1.0)),
            ("layer1.0.bias1a", &[1], Constant(0.0)),
            ("fc.weight", &[10, 64], Constant(0.0)),
        ],
    );
}

#[test]
fn mup_states_learning_rates() {
    let resolution = check(
        "mup",
        &[("base_width", 2.0)],
        &[
            ("wte.weight", &[50, 8], Std(0.02)),
            ("h.0.attn.c_attn.weight", &[24, 8], Std(0.01)),
            ("h.0.ln_1.weight", &[8], Constant(1.0)),
            ("lm_head.weight", &[50, 8], Constant(0.0)),
        ],
    );
    let rates: Vec<f64> = resolution.assignments().iter().map(|assignment| assignment.learning_rate).collect();
    assert_eq!(rates, [1.0, 0.25, 1.0, 1.0]);
    assert!(resolution.to_string().contains("learning rate x 0.25"));
}

#[test]
fn layer_defaults() {
    check(
        "torch",
        &[],
        &[
            ("conv.weight", &[8, 4, 3, 3], Within(1.0 / 6.0)),
            ("conv.bias", &[8], Within(1.0 / 6.0)),
            ("fc.weight", &[10, 16], Within(0.25)),
            ("fc.bias", &[10], Within(0.25)),
            ("emb.weight", &[50, 8], Std(1.0)),
            ("lstm.weight_ih_l0", &[16, 3], Within(0.5)),
            ("lstm.weight_hh_l0", &[16, 4], Within(0.5)),
            ("lstm.bias_hh_l0", &[16], Within(0.5)),
            ("attn.in_proj_weight", &[24, 8], Within((6.0_f64 / 32.0).sqrt())),
            ("attn.in_proj_bias", &[24], Constant(0.0)),
            ("bn.weight", &[8], Constant(1.0)),
            ("bn.bias", &[8], Constant(0.0)),
            ("bn.running_mean", &[8], Constant(0.0)),
        ],
    );
    check(
        "flax",
        &[],
        &[
            ("params.Dense_0.kernel", &[4, 10], Std(0.5)),
            ("params.Dense_0.bias", &[10], Constant(0.0)),
            ("params.Conv_0.kernel", &[3, 3, 4, 8], Std(1.0 / 6.0)),
            ("params.Embed_0.embedding", &[50, 4], Std(0.5)),
            ("params.attn.query.kernel", &[16, 2, 8], Std(0.25)),
            ("params.attn.out.kernel", &[2, 8, 16], Std(0.25)),
            ("params.LayerNorm_0.scale", &[8], Constant(1.0)),
        ],
    );
    check(
        "keras",
        &[],
        &[
            ("dense/kernel", &[4, 8], Within((6.0_f64 / 12.0).sqrt())),
            ("dense/bias", &[8], Constant(0.0)),
            ("embedding/embeddings", &[50, 8], Within(0.05)),
            ("batch_normalization/gamma", &[8], Constant(1.0)),
            ("batch_normalization/moving_variance", &[8], Constant(1.0)),
        ],
    );
}

#[test]
fn nothing_passes_in_silence() {
    let error = |recipe: &str, settings: &[(&str, f64)], shapes: &[(&str, &[usize])]| {
        resolve(recipe, settings, &specs(shapes)).expect_err(recipe).to_string()
    };
    let unmatched = error("gpt2", &[], &[("pooler", &[8, 8])]);
    assert!(unmatched.contains("no rule of the recipe 'gpt2' matches pooler"), "{unmatched}");
    let depth = error("gpt2", &[], &[("h.0.attn.c_proj.weight", &[8, 8])]);
    assert!(depth.contains("layers has no value") && depth.contains("set layers = ..."), "{depth}");
    let unknown = error("gpt2", &[("layer", 3.0)], &[("wte.weight", &[8, 8])]);
    assert!(unknown.contains("no variable 'layer'; it has layers"), "{unknown}");
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
    assert_eq!(embedding.param.role(), Role::Embedding);
    assert_eq!(expansion.param.fans().map(|fans| (fans.fan_in, fans.fan_out)).ok(), Some((8, 32)));
}
