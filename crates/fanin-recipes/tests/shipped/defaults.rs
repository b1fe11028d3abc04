//! Recipes for the frameworks' layer defaults.

use super::Expected::{Constant, Std, Within};
use super::check;

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
