//! Language models.

use super::Expected::{Constant, Std, Within};
use fanin_core::resolve::Assignment;

use super::{CUT_AT_2, Expected, check, resolve, specs};

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
    // One row in ten is the padding row.
    check("llama", &[("padding", 3.0)], &[("model.embed_tokens.weight", &[10, 8], Std(0.02 * 0.9_f64.sqrt()))]);
    // The std that remains after truncation at 3 sigma.
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

/// The std that remains after truncation at 3 sigma.
const CUT_AT_3: f64 = 0.986_578_392_558_108_6;

/// All parameter names of one layer in Megatron-Core.
#[test]
fn megatron_core() {
    let down = 0.02 / 4.0_f64.sqrt();
    check(
        "megatron",
        &[],
        &[
            ("embedding.word_embeddings.weight", &[50, 8], Std(0.02)),
            ("embedding.position_embeddings.weight", &[16, 8], Std(0.02)),
            ("decoder.layers.0.input_layernorm.weight", &[8], Constant(1.0)),
            ("decoder.layers.0.self_attention.linear_qkv.layer_norm_weight", &[8], Constant(1.0)),
            ("decoder.layers.0.self_attention.linear_qkv.layer_norm_bias", &[8], Constant(0.0)),
            ("decoder.layers.0.self_attention.linear_qkv.weight", &[24, 8], Std(0.02)),
            ("decoder.layers.0.self_attention.linear_qkv.bias", &[24], Constant(0.0)),
            ("decoder.layers.0.self_attention.q_layernorm.weight", &[4], Constant(1.0)),
            ("decoder.layers.0.self_attention.linear_proj.weight", &[8, 8], Std(down)),
            ("decoder.layers.0.self_attention.linear_proj.bias", &[8], Constant(0.0)),
            ("decoder.layers.0.mlp.linear_fc1.layer_norm_weight", &[8], Constant(1.0)),
            ("decoder.layers.0.mlp.linear_fc1.weight", &[32, 8], Std(0.02)),
            ("decoder.layers.0.mlp.linear_fc2.weight", &[8, 32], Std(down)),
            ("decoder.layers.1.mlp.router.weight", &[4, 8], Std(0.02)),
            ("decoder.layers.1.mlp.experts.local_experts.3.linear_fc2.weight", &[8, 32], Std(down)),
            ("decoder.layers.1.self_attention.linear_proj.weight", &[8, 8], Std(down)),
            ("decoder.final_layernorm.weight", &[8], Constant(1.0)),
            ("output_layer.weight", &[50, 8], Std(0.02)),
        ],
    );
}

/// All parameter names of two layers in torchtitan, scaled by the layer's own depth or by the model's.
#[test]
fn llama_of_torchtitan() {
    let rows = |first: f64, second: f64| {
        let mut rows = vec![("tok_embeddings.weight".to_owned(), vec![50, 8], Std(1.0))];
        for (layer, deep) in [(0, first), (1, second)] {
            let name = |rest: &str| format!("layers.{layer}.{rest}");
            for part in ["wq", "wk", "wv"] {
                rows.push((name(&format!("attention.{part}.weight")), vec![8, 8], Std(0.02)));
            }
            rows.push((name("attention.wo.weight"), vec![8, 8], Std(deep)));
            rows.push((name("feed_forward.w1.weight"), vec![16, 8], Std(0.02)));
            rows.push((name("feed_forward.w2.weight"), vec![8, 16], Std(deep)));
            rows.push((name("feed_forward.w3.weight"), vec![16, 8], Std(deep)));
            rows.push((name("attention_norm.weight"), vec![8], Constant(1.0)));
            rows.push((name("ffn_norm.weight"), vec![8], Constant(1.0)));
        }
        rows.push(("norm.weight".to_owned(), vec![8], Constant(1.0)));
        rows.push(("output.weight".to_owned(), vec![50, 8], Std(CUT_AT_3 / 8.0_f64.sqrt())));
        rows
    };
    let half = 0.02 / 4.0_f64.sqrt();
    for (depth_init, first, second) in [(1.0, 0.02 / 2.0_f64.sqrt(), half), (0.0, half, half)] {
        let rows = rows(first, second);
        let rows: Vec<(&str, &[usize], Expected)> =
            rows.iter().map(|(name, shape, expected)| (name.as_str(), shape.as_slice(), *expected)).collect();
        check("llama_torchtitan", &[("depth_init", depth_init)], &rows);
    }
}

/// All parameter names of one layer in `OLMo`'s own code: width 8, feed-forward 24.
#[test]
fn olmo_by_mitchell() {
    let root = |x: f64| CUT_AT_3 / x.sqrt();
    check(
        "mitchell",
        &[],
        &[
            ("model.transformer.wte.weight", &[50, 8], Std(root(8.0))),
            ("model.transformer.blocks.0.att_proj.weight", &[24, 8], Std(root(8.0))),
            ("model.transformer.blocks.0.attn_out.weight", &[8, 8], Std(root(16.0))),
            ("model.transformer.blocks.0.ff_proj.weight", &[48, 8], Std(root(8.0))),
            ("model.transformer.blocks.0.ff_out.weight", &[8, 24], Std(root(48.0))),
            ("model.transformer.blocks.2.attn_out.weight", &[8, 8], Std(root(48.0))),
            ("model.transformer.blocks.2.ff_out.weight", &[8, 24], Std(root(144.0))),
            ("model.transformer.ff_out.weight", &[50, 8], Std(root(8.0))),
            ("model.layers.1.mlp.down_proj.weight", &[8, 24], Std(root(96.0))),
            ("model.layers.1.self_attn.o_proj.weight", &[8, 8], Std(root(32.0))),
        ],
    );
}

/// Width 16, 2 heads of 4, feed-forward 36.
#[test]
fn maxtext() {
    let rows = |query: f64| {
        [
            ("params.token_embedder.embedding", &[50, 16][..], Std(0.25)),
            ("params.decoder.layers_0.pre_self_attention_layer_norm.scale", &[16], Constant(1.0)),
            ("params.decoder.layers_0.self_attention.query.kernel", &[16, 2, 4], Std(query)),
            ("params.decoder.layers_0.self_attention.key.kernel", &[16, 2, 4], Std(0.25)),
            ("params.decoder.layers_0.self_attention.value.kernel", &[16, 2, 4], Std(0.25)),
            ("params.decoder.layers_0.self_attention.out.kernel", &[2, 4, 16], Std(1.0 / 8.0_f64.sqrt())),
            ("params.decoder.layers_0.mlp.wi_0.kernel", &[16, 36], Std(0.25)),
            ("params.decoder.layers_0.mlp.wo.kernel", &[36, 16], Std(1.0 / 6.0)),
            ("params.decoder.decoder_norm.scale", &[16], Constant(1.0)),
            ("params.decoder.logits_dense.kernel", &[16, 50], Std(0.25)),
        ]
    };
    check("maxtext", &[], &rows(0.125));
    check("maxtext", &[("fold", 0.0)], &rows(0.25));
}

/// All parameter names of two layers in the authors' code: width 8, inner 16, rank of dt 4, 5 states.
#[test]
fn mamba() {
    let mut rows = vec![("backbone.embedding.weight".to_owned(), vec![50, 8], Std(0.02))];
    for layer in 0..2 {
        let name = |rest: &str| format!("backbone.layers.{layer}.{rest}");
        rows.extend([
            (name("mixer.D"), vec![16], Constant(1.0)),
            (name("mixer.in_proj.weight"), vec![32, 8], Within(1.0 / 8.0_f64.sqrt())),
            (name("mixer.conv1d.weight"), vec![16, 1, 4], Within(0.5)),
            (name("mixer.conv1d.bias"), vec![16], Within(0.5)),
            (name("mixer.x_proj.weight"), vec![14, 16], Within(0.25)),
            (name("mixer.dt_proj.weight"), vec![16, 4], Within(0.5)),
            (name("mixer.out_proj.weight"), vec![8, 16], Within(0.25 / 2.0_f64.sqrt())),
            (name("norm.weight"), vec![8], Constant(1.0)),
        ]);
    }
    rows.push(("backbone.norm_f.weight".to_owned(), vec![8], Constant(1.0)));
    rows.push(("lm_head.weight".to_owned(), vec![50, 8], Std(0.02)));
    let rows: Vec<(&str, &[usize], Expected)> =
        rows.iter().map(|(name, shape, expected)| (name.as_str(), shape.as_slice(), *expected)).collect();
    check("mamba", &[], &rows);
    let params = specs(&[("layers.0.mixer.A_log", &[16, 5]), ("layers.0.mixer.dt_proj.bias", &[16])]);
    let texts: Vec<String> =
        resolve("mamba", &[], &params).unwrap().assignments().iter().map(Assignment::text).collect();
    assert_eq!(texts, ["mamba_a_log", "mamba_dt_bias"]);
}

/// The rows that Hugging Face zeros, and those that PyTorch zeros.
#[test]
fn padding_rows_are_asked_for() {
    for (recipe, name) in [("bert", "bert.embeddings.word_embeddings.weight"), ("torch", "tokens.embedding.weight")] {
        for padding in [0, 3] {
            let params = specs(&[(name, &[50, 8])]);
            let resolution = resolve(recipe, &[("padding", f64::from(padding))], &params).unwrap();
            let text = resolution.assignments()[0].text();
            let row = if padding == 0 { String::new() } else { format!(", padding = {padding}") };
            assert!(text.starts_with("embedding(normal") && text.ends_with(&format!("{row})")), "{text}");
        }
    }
}
