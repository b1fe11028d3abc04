//! The kind of a stored tensor, inferred from its name and shape.

use std::fmt;

use super::names::{components, leaf, words};

use super::quantization::is_beside_quantized;

/// The kind of a tensor, inferred from its name and shape, the only information in a file. In doubt it is the kind that fewer rules
/// check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TensorKind {
    /// A matrix or kernel that multiplies its input.
    Weight,
    /// An embedding table: of tokens, positions, types.
    Embedding,
    /// A term that is added; zero is a healthy value.
    Bias,
    /// Another vector or scalar, such as a normalization gain; one is a healthy value.
    Vector,
    /// A running mean.
    RunningMean,
    /// A running variance.
    RunningVariance,
    /// The number of batches seen by running statistics.
    BatchCount,
    /// A stored tensor that is not trained: a mask, a basis, frequencies.
    Buffer,
}

impl TensorKind {
    /// Infers the kind from a name and a shape.
    #[must_use]
    pub fn of(name: &str, shape: &[usize]) -> Self {
        let name = name.to_lowercase();
        let leaf = leaf(&name);
        if leaf == "num_batches_tracked" {
            return Self::BatchCount;
        }
        if ["running_mean", "moving_mean", "pop_mean"].iter().any(|word| leaf.ends_with(word)) {
            return Self::RunningMean;
        }
        if ["running_var", "moving_var", "moving_variance", "pop_var"].iter().any(|word| leaf.ends_with(word)) {
            return Self::RunningVariance;
        }
        let rank = axes(shape);
        if is_buffer(&name, leaf, rank) {
            return Self::Buffer;
        }
        if rank < 2 {
            let bias = leaf.contains("bias") || matches!(leaf, "b" | "beta" | "bn_b");
            return if bias { Self::Bias } else { Self::Vector };
        }
        if is_table(&name, leaf, rank) { Self::Embedding } else { Self::Weight }
    }

    /// Whether gradients train the values.
    #[must_use]
    pub fn is_trained(self) -> bool {
        matches!(self, Self::Weight | Self::Embedding | Self::Bias | Self::Vector)
    }
}

impl fmt::Display for TensorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Weight => "weight",
            Self::Embedding => "embedding",
            Self::Bias => "bias",
            Self::Vector => "vector",
            Self::RunningMean => "running mean",
            Self::RunningVariance => "running variance",
            Self::BatchCount => "batch count",
            Self::Buffer => "buffer",
        })
    }
}

/// The number of axes longer than one.
pub(crate) fn axes(shape: &[usize]) -> usize {
    shape.iter().filter(|axis| **axis != 1).count()
}

/// Whether this is the weight of a layer with one neuron or one input and one position, which only its name distinguishes from a
/// gain.
pub(crate) fn is_one_line(name: &str, shape: &[usize]) -> bool {
    let name = name.to_lowercase();
    let leaf = leaf(&name);
    let multiplies =
        matches!(leaf, "weight" | "weights" | "kernel") || name.contains("conv_") || name.contains("matmul_");
    let gain = ["norm", "bn", "ln_", "scale", "gain", "gamma", "relu", "token", "bias", "mask"];
    shape.len() > 1 && axes(shape) == 1 && multiplies && !gain.iter().any(|word| name.contains(word))
}

/// Whether a vector is computed from other values, so that it is neither at an initial value nor trained: norms and singular vectors of
/// weights, scales of quantized weights, statistics of the data.
pub(crate) fn is_derived(name: &str) -> bool {
    let name = name.to_lowercase();
    let leaf = leaf(&name);
    let last =
        ["weight_g", "weight_u", "weight_v", "_u", "_v", "_scale", "_zero_point"].iter().any(|end| leaf.ends_with(end));
    let whole = ["scales", "scb", "absmax", "quant_map", "mean", "std", "var", "variance", "original0", "_u", "_v"];
    last || whole.contains(&leaf)
        || name.contains("parametrizations")
        || name.contains("input_norm")
        || name.contains("scaler")
}

/// Whether a name belongs to the weight of a recurrent layer.
pub(crate) fn is_recurrent(name: &str) -> bool {
    let name = name.to_lowercase();
    ["lstm", "gru", "rnn", "weight_ih", "weight_hh"].iter().any(|word| name.contains(word))
}

fn is_buffer(name: &str, leaf: &str, rank: usize) -> bool {
    const WORDS: [&str; 20] = [
        "inv_freq",
        "basis",
        "filterbank",
        "fbank",
        "mel_filter",
        "melscale",
        "sinusoid",
        "position_ids",
        "causal_mask",
        "attn_mask",
        "attention_mask",
        "masked_bias",
        "relative_position_index",
        "window",
        "buffer",
        "freqs",
        "anchor",
        "stft",
        "w3j",
        "wigner",
    ];
    let masks = leaf.ends_with("mask") || leaf == "bias" && rank >= 2 && name.contains("attn.bias");
    masks
        || is_beside_quantized(leaf)
        || WORDS.iter().any(|word| leaf.contains(word))
        || name.contains("stft.")
        || name.contains("rotary")
}

/// Tables that are looked up by rows: embeddings, codebooks, hash tables.
fn is_table(name: &str, leaf: &str, rank: usize) -> bool {
    const TABLES: [&str; 13] = [
        "emb",
        "wte",
        "wpe",
        "codebook",
        "codebooks",
        "lookup",
        "table",
        "tables",
        "hash",
        "hashes",
        "hashtable",
        "bucket",
        "buckets",
    ];
    const MULTIPLIES: [&str; 7] = ["proj", "patch", "dense", "linear", "conv", "mlp", "norm"];
    if leaf.starts_with("pos_emb") || leaf.contains("position_emb") || leaf.contains("positional_emb") {
        return true;
    }
    let has = |part: &str| words(part).iter().any(|word| TABLES.contains(&word.as_str()));
    let table = |part: &str| part.contains("embed") || part.ends_with("emb") || has(part);
    let multiplies = |part: &str| MULTIPLIES.iter().any(|word| part.contains(word));
    let mut parts = components(name);
    rank == 2 && components(name).any(table) && !components(name).any(multiplies)
        || parts.any(|part| part == "relative_attention_bias")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_name_and_shape() {
        for (name, shape, kind) in [
            ("layer1.0.conv1.weight", &[64, 64, 3, 3][..], TensorKind::Weight),
            ("bert.embeddings.word_embeddings.weight", &[100, 8], TensorKind::Embedding),
            ("vit.embeddings.patch_embeddings.projection.weight", &[8, 3, 16, 16], TensorKind::Weight),
            ("pos_embed", &[1, 197, 8], TensorKind::Embedding),
            ("transformer.h.0.attn.bias", &[1, 1, 16, 16], TensorKind::Buffer),
            ("transformer.h.0.attn.c_attn.bias", &[24], TensorKind::Bias),
            ("bn.weight", &[8], TensorKind::Vector),
            ("bn.running_mean", &[8], TensorKind::RunningMean),
            ("bn/moving_variance:0", &[8], TensorKind::RunningVariance),
            ("bn.num_batches_tracked", &[], TensorKind::BatchCount),
            ("stft.forward_basis_buffer", &[258, 1, 256], TensorKind::Buffer),
            ("scale", &[1, 8, 1, 1], TensorKind::Vector),
            ("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", &[32, 8], TensorKind::Embedding),
            ("head.mlp.weight", &[4, 8], TensorKind::Weight),
            ("user_table", &[4096, 16], TensorKind::Embedding),
            ("hash_tables.3.weight", &[4096, 2], TensorKind::Embedding),
            ("feature_buckets/weights:0", &[1000, 8], TensorKind::Embedding),
            ("blocks.1.attn.relative_position_bias_table", &[169, 4], TensorKind::Embedding),
            ("vocab_transform.weight", &[64, 64], TensorKind::Weight),
        ] {
            assert_eq!(TensorKind::of(name, shape), kind, "{name}");
        }
    }

    #[test]
    fn weights_of_one_line_are_told_from_gains() {
        for (name, shape) in [
            ("decoder.2.weight", &[1, 128, 1][..]),
            ("dense_14.kernel", &[100, 1]),
            ("onnx::Conv_306", &[64, 1, 1, 1]),
            ("onnx::MatMul_337", &[256, 1]),
        ] {
            assert!(is_one_line(name, shape), "{name}");
        }
        for (name, shape) in [
            ("layer.weight", &[128][..]),
            ("layer.weight", &[4, 128]),
            ("layer.weight", &[1, 1]),
            ("layer.bias", &[1, 128, 1]),
            ("layer_norm.weight", &[1, 128, 1, 1]),
            ("bn1.weight", &[1, 128]),
            ("layer_scale.weight", &[128, 1, 1]),
            ("prelu.weight", &[128, 1, 1]),
            ("cls_token", &[1, 1, 128]),
            ("gamma", &[128, 1]),
        ] {
            assert!(!is_one_line(name, shape), "{name}");
        }
    }
}
