//! Vision models.

use super::Expected::{Constant, Std, Within};
use super::{CUT_AT_2, check};

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
