//! The Vision Transformer: `modeling_vit.py`. transformers saves it under legacy names, ordered by the current ones.

use super::error::ConfigError;
use super::family::{Described, Family, Parts};
use super::tensors::Tensors;

pub(super) const FAMILY: Family = Family {
    model_types: &["vit"],
    architectures: |_| vec!["ViTForImageClassification", "ViTModel", "ViTForMaskedImageModeling"],
    default: |_| "ViTModel",
    build,
    recipe: "vit",
    aliases: &[],
};

fn build(described: &Described<'_>) -> Result<Parts, ConfigError> {
    let Described { architecture, fields, .. } = described;
    let (width, inner) = (fields.width("hidden_size", 768)?, fields.width("intermediate_size", 3072)?);
    let (channels, patch) = (fields.width("num_channels", 3)?, fields.width("patch_size", 16)?);
    let side = fields.width("image_size", 224)? / patch;
    let places = side.saturating_mul(side).saturating_add(1);
    let bias = fields.flag("qkv_bias", true)?;
    // transformers rounds the head width down.
    let heads = fields.width("num_attention_heads", 12)?;
    let queries = heads.saturating_mul(fields.width("head_dim", width / heads)?);
    if queries == 0 {
        return Err(fields.refuse("num_attention_heads", "use at most hidden_size, or set head_dim"));
    }
    let prefix = if *architecture == "ViTModel" { "" } else { "vit." };

    let mut tensors = Tensors::default();
    match *architecture {
        "ViTForImageClassification" => bias_first(&mut tensors, "classifier", vec![fields.labels()?, width], true),
        "ViTForMaskedImageModeling" => {
            let stride = fields.width("encoder_stride", 16)?;
            let outputs = stride.saturating_mul(stride).saturating_mul(channels);
            bias_first(&mut tensors, "decoder.0", vec![outputs, width, 1, 1], true);
        }
        _ => {}
    }
    tensors.add(format!("{prefix}embeddings.cls_token"), [1, 1, width]);
    if *architecture == "ViTForMaskedImageModeling" {
        tensors.add(format!("{prefix}embeddings.mask_token"), [1, 1, width]);
    }
    let projection = format!("{prefix}embeddings.patch_embeddings.projection");
    bias_first(&mut tensors, &projection, vec![width, channels, patch, patch], true);
    tensors.add(format!("{prefix}embeddings.position_embeddings"), [1, places, width]);
    norm(&mut tensors, &format!("{prefix}layernorm"), width);
    for layer in 0..fields.count("num_hidden_layers", 12)? {
        let block = format!("{prefix}encoder.layer.{layer}");
        let attention = format!("{block}.attention.attention");
        bias_first(&mut tensors, &format!("{attention}.key"), vec![queries, width], bias);
        bias_first(&mut tensors, &format!("{block}.attention.output.dense"), vec![width, queries], true);
        bias_first(&mut tensors, &format!("{attention}.query"), vec![queries, width], bias);
        bias_first(&mut tensors, &format!("{attention}.value"), vec![queries, width], bias);
        norm(&mut tensors, &format!("{block}.layernorm_after"), width);
        norm(&mut tensors, &format!("{block}.layernorm_before"), width);
        bias_first(&mut tensors, &format!("{block}.intermediate.dense"), vec![inner, width], true);
        bias_first(&mut tensors, &format!("{block}.output.dense"), vec![width, inner], true);
    }
    if *architecture == "ViTModel" {
        let pooled = fields.width("pooler_output_size", width)?;
        bias_first(&mut tensors, "pooler.dense", vec![pooled, width], true);
    }
    Ok(Parts { tensors, settings: vec![("std", fields.number("initializer_range", 0.02)?)] })
}

fn bias_first(tensors: &mut Tensors, name: &str, shape: Vec<usize>, bias: bool) {
    if let (true, Some(outputs)) = (bias, shape.first()) {
        tensors.add(format!("{name}.bias"), [*outputs]);
    }
    tensors.add(format!("{name}.weight"), shape);
}

fn norm(tensors: &mut Tensors, name: &str, width: usize) {
    bias_first(tensors, name, vec![width], true);
}
