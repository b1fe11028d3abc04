//! Recipes that scale residual branches, and width scaling.

use super::Expected::{Constant, Std, Within};
use super::{Expected, check};
use fanin_core::ParamSpec;
use fanin_core::resolve::Assignment;
use fanin_recipes::Recipe;

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
    let params: Vec<ParamSpec> =
        check("deepnorm", &[], &rows).assignments().iter().map(|one| one.param().clone()).collect();
    let variables = Recipe::named("deepnorm").unwrap().values(&params);
    let alpha = variables.iter().find(|(name, _)| name == "alpha").map(|(_, alpha)| *alpha);
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
    let rates: Vec<f64> = resolution.assignments().iter().map(Assignment::learning_rate).collect();
    assert_eq!(rates, [1.0, 0.25, 1.0, 1.0]);
    assert!(resolution.to_string().contains("learning rate x 0.25"));
}

/// All parameter names of a small encoder-decoder in torchscale, with alpha and the divisors of both sides.
#[test]
fn deepnorm_of_an_encoder_and_a_decoder() {
    let glorot = |fans: f64, gain: f64| Within(gain * (6.0 / fans).sqrt());
    // N = 2 encoder layers, M = 3 decoder layers: (N^4 M)^1/16 / 0.87 and (12 M)^1/4.
    let (encoder, decoder) = (48.0_f64.powf(1.0 / 16.0) / 0.87, 36.0_f64.powf(0.25));
    let mut rows = vec![
        ("encoder.embed_tokens.weight".to_owned(), vec![50, 8], Std(1.0 / 8.0_f64.sqrt())),
        ("decoder.embed_tokens.weight".to_owned(), vec![50, 8], Std(1.0 / 8.0_f64.sqrt())),
        ("decoder.output_projection.weight".to_owned(), vec![50, 8], Std(1.0 / 8.0_f64.sqrt())),
    ];
    for (side, layers, scale) in [("encoder", 2, encoder), ("decoder", 3, decoder)] {
        let attentions: &[&str] = if side == "encoder" { &["self_attn"] } else { &["self_attn", "encoder_attn"] };
        for layer in 0..layers {
            let name = |rest: &str| format!("{side}.layers.{layer}.{rest}");
            for attention in attentions {
                let norm = name(&format!("{attention}_layer_norm.weight"));
                rows.push((norm, vec![8], Constant(1.0)));
                for (part, gain) in
                    [("q", 0.5_f64.sqrt()), ("k", 0.5_f64.sqrt()), ("v", 1.0 / scale), ("out", 1.0 / scale)]
                {
                    let projection = |end: &str| name(&format!("{attention}.{part}_proj.{end}"));
                    rows.push((projection("weight"), vec![8, 8], glorot(16.0, gain)));
                    rows.push((projection("bias"), vec![8], Constant(0.0)));
                }
            }
            rows.push((name("ffn.fc1.weight"), vec![32, 8], glorot(40.0, 1.0 / scale)));
            rows.push((name("ffn.fc2.weight"), vec![8, 32], glorot(40.0, 1.0 / scale)));
            rows.push((name("final_layer_norm.bias"), vec![8], Constant(0.0)));
        }
    }
    let rows: Vec<(&str, &[usize], Expected)> =
        rows.iter().map(|(name, shape, expected)| (name.as_str(), shape.as_slice(), *expected)).collect();
    let params: Vec<ParamSpec> =
        check("deepnorm", &[], &rows).assignments().iter().map(|one| one.param().clone()).collect();
    let variables = Recipe::named("deepnorm").unwrap().values(&params);
    let variable = |name: &str| variables.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
    for (name, wanted) in [("alpha", 9.0_f64.powf(0.25)), ("encoder_alpha", 0.81 * 48.0_f64.powf(1.0 / 16.0))] {
        assert!(variable(name).is_some_and(|alpha| (alpha - wanted).abs() < 1e-14), "{name}: {:?}", variable(name));
    }
}

/// All parameter names of a bottleneck in Fixup's own code, and of its CIFAR networks.
#[test]
fn fixup_as_its_authors_name_it() {
    let he = |outputs: f64| (2.0_f64 / outputs).sqrt();
    check(
        "fixup",
        &[],
        &[
            ("conv1.weight", &[64, 3, 7, 7], Std(he(64.0 * 49.0))),
            ("bias1", &[1], Constant(0.0)),
            ("layer1.0.bias1a", &[1], Constant(0.0)),
            ("layer1.0.conv1.weight", &[64, 64, 1, 1], Std(he(64.0) / 2.0_f64.powf(0.25))),
            ("layer1.0.bias2b", &[1], Constant(0.0)),
            ("layer1.0.conv2.weight", &[64, 64, 3, 3], Std(he(576.0) / 2.0_f64.powf(0.25))),
            ("layer1.0.conv3.weight", &[256, 64, 1, 1], Constant(0.0)),
            ("layer1.0.scale", &[1], Constant(1.0)),
            ("layer1.0.downsample.weight", &[256, 64, 1, 1], Std(he(256.0))),
            ("layer2.0.conv1.weight", &[64, 256, 1, 1], Std(he(64.0) / 2.0_f64.powf(0.25))),
            ("layer2.0.conv3.weight", &[256, 64, 1, 1], Constant(0.0)),
            ("bias2", &[1], Constant(0.0)),
            ("fc.weight", &[10, 256], Constant(0.0)),
            ("fc.bias", &[10], Constant(0.0)),
        ],
    );
}

#[test]
fn rezero_switches_branches_off() {
    check(
        "rezero",
        &[],
        &[
            ("encoder.layers.0.resweight", &[1], Constant(0.0)),
            ("encoder.layers.0.self_attn.in_proj_weight", &[24, 8], Within((6.0_f64 / 32.0).sqrt())),
            ("encoder.layers.0.self_attn.in_proj_bias", &[24], Constant(0.0)),
            ("encoder.layers.0.self_attn.out_proj.weight", &[8, 8], Within(1.0 / 8.0_f64.sqrt())),
            ("encoder.layers.0.self_attn.out_proj.bias", &[8], Constant(0.0)),
            ("encoder.layers.0.linear1.weight", &[32, 8], Within(1.0 / 8.0_f64.sqrt())),
            ("encoder.layers.0.linear1.bias", &[32], Within(1.0 / 8.0_f64.sqrt())),
            ("encoder.layers.0.linear2.weight", &[8, 32], Within(1.0 / 32.0_f64.sqrt())),
        ],
    );
}

#[test]
fn siren_knows_its_first_layer() {
    check(
        "siren_network",
        &[],
        &[
            ("net.0.linear.weight", &[64, 2], Within(0.5)),
            ("net.0.linear.bias", &[64], Within(1.0 / 2.0_f64.sqrt())),
            ("net.1.linear.weight", &[64, 64], Within((6.0_f64 / 64.0).sqrt() / 30.0)),
            ("net.1.linear.bias", &[64], Within(0.125)),
            ("net.3.weight", &[1, 64], Within((6.0_f64 / 64.0).sqrt() / 30.0)),
        ],
    );
    check("siren_network", &[("omega", 10.0)], &[("net.net.2.0.weight", &[24, 24], Within(0.05))]);
}
