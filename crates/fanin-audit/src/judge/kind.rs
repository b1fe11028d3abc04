//! The kind of a stored tensor, inferred from its name and shape.

use std::fmt;

use super::names::{components, leaf, words};

use super::quantization::is_beside_quantized;
use super::training_state;

/// The kind of a tensor, inferred from its name and shape, the only information in a file. If in doubt, the kind that
/// fewer rules check.
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
    /// State of an optimizer, such as a moment of the gradients.
    OptimizerState,
}

impl TensorKind {
    /// Infers the kind from a name and a shape.
    #[must_use]
    pub fn of(name: &str, shape: &[usize]) -> Self {
        let name = name.to_lowercase();
        let leaf = leaf(&name);
        if training_state::is_optimizer(&name) {
            return Self::OptimizerState;
        }
        if leaf == "num_batches_tracked" {
            return Self::BatchCount;
        }
        if ["running_mean", "moving_mean", "pop_mean"].iter().any(|word| leaf.ends_with(word)) {
            return Self::RunningMean;
        }
        if ["running_var", "moving_var", "moving_variance", "pop_var"].iter().any(|word| leaf.ends_with(word)) {
            return Self::RunningVariance;
        }
        // Flax stores running statistics in a separate collection; Paddle's names are short.
        let collected = name.split(['.', '/']).any(|part| part == "batch_stats");
        match leaf {
            "_mean" => return Self::RunningMean,
            "_variance" => return Self::RunningVariance,
            "mean" if collected => return Self::RunningMean,
            "var" if collected => return Self::RunningVariance,
            _ => {}
        }
        let rank = axes(shape);
        if is_buffer(&name, leaf, rank) {
            return Self::Buffer;
        }
        if is_slope(&name, leaf) || is_state_parameter(leaf) {
            return Self::Vector;
        }
        // A bias has one axis, or those of its layer's outputs, such as [heads, head_dim].
        if leaf == "bias" {
            return Self::Bias;
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
            Self::OptimizerState => "optimizer state",
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

/// Whether this is the bias of another weight, judged by its name and because its axes are some of that weight's: `b_Q`
/// `[heads, head_dim]` of `W_Q` `[heads, in, head_dim]`, `gate_up_proj_bias` `[experts, out]` of `gate_up_proj`
/// `[experts, in, out]`.
pub(crate) fn is_bias_of<'s>(name: &str, shape: &[usize], shape_of: impl Fn(&str) -> Option<&'s [usize]>) -> bool {
    let leaf_start = name.rfind(['.', '/']).map_or(0, |at| at + 1);
    let (module, leaf) = name.split_at(leaf_start);
    let leaf = leaf.split(':').next().unwrap_or(leaf);
    let mut weights: Vec<String> = Vec::new();
    if let Some(stem) = leaf.strip_suffix("_bias") {
        weights.extend([stem.to_owned(), format!("{stem}_weight"), format!("{stem}_kernel"), format!("{stem}.weight")]);
    }
    if let Some(rest) = leaf.strip_prefix("bias_") {
        weights.extend([format!("weight_{rest}"), format!("kernel_{rest}")]);
    }
    // `b`, `b1`, `b_in`: the weight is `w`, `W1`, `W_in`.
    if let Some(rest) = leaf.strip_prefix(['b', 'B'])
        && (rest.is_empty() || rest.starts_with('_') || rest.starts_with(|letter: char| letter.is_ascii_digit()))
    {
        weights.extend(["w", "W", "weight", "kernel"].map(|word| format!("{word}{rest}")));
    }
    weights.iter().any(|weight| {
        let shapes = [format!("{module}{weight}"), format!("{module}{weight}:0")];
        shapes.iter().filter_map(|name| shape_of(name)).any(|weight| is_part(shape, weight))
    })
}

/// Whether the axes of a bias longer than one are some axes of its weight, in order.
fn is_part(bias: &[usize], weight: &[usize]) -> bool {
    let mut rest = weight.iter().filter(|axis| **axis != 1);
    let mut longer = bias.iter().filter(|axis| **axis != 1);
    longer.all(|axis| rest.any(|of_weight| of_weight == axis)) && axes(bias) < axes(weight)
}

/// Whether a vector is the gain of a normalization, by its name.
pub(crate) fn is_gain(name: &str) -> bool {
    let name = name.to_lowercase();
    let leaf = leaf(&name);
    let norm = |part: &str| {
        let word = |word: &str| word == "ln" || word == "bn" || word == "gn" || word == "norm";
        part.contains("norm")
            || part.split(|letter: char| !letter.is_ascii_alphabetic()).any(word)
            || matches!(part, "ln_f" | "bn_g")
    };
    let parts = || name.split(['.', '/']);
    let inside = parts().rev().skip(1).take(2).any(norm);
    match leaf {
        "weight" | "scale" | "g" | "w" | "gain" => inside,
        "gamma" => true,
        _ => leaf.ends_with("norm") || leaf.ends_with("norm_weight") || leaf.ends_with("norm_scale") || leaf == "bn_g",
    }
}

/// Whether a name belongs to the weight of a recurrent layer.
pub(crate) fn is_recurrent(name: &str) -> bool {
    let name = name.to_lowercase();
    ["lstm", "gru", "rnn", "weight_ih", "weight_hh"].iter().any(|word| name.contains(word))
}

fn is_buffer(name: &str, leaf: &str, rank: usize) -> bool {
    const WORDS: [&str; 21] = [
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
        "gaussian_matrix",
    ];
    let masks = leaf.ends_with("mask") || leaf == "bias" && rank >= 2 && name.contains("attn.bias");
    let coordinates = words(leaf).iter().any(|word| matches!(word.as_str(), "coords" | "coordinates" | "meshgrid"));
    masks
        || coordinates
        || is_beside_quantized(leaf)
        || WORDS.iter().any(|word| leaf.contains(word))
        || components(name).any(|part| words(part).iter().any(|word| word == "stft" || word == "istft"))
        || name.contains("rotary")
}

/// Slopes of a `PReLU`, which start at a constant: one for all, for each channel, or for each activation, as in Keras.
fn is_slope(name: &str, leaf: &str) -> bool {
    let slope = |part: &str| part.contains("prelu") || part.contains("p_re_lu");
    components(name).any(slope)
        && !matches!(leaf, "kernel" | "bias")
        && !name.contains("conv")
        && !name.contains("dense")
}

/// Parameters of a state-space layer that start at a closed form, often the same for all channels (S4D, Mamba).
fn is_state_parameter(leaf: &str) -> bool {
    const LEAVES: [&str; 9] =
        ["a_log", "log_a", "log_a_real", "a_real", "a_imag", "log_a_imag", "inv_a_real", "log_dt", "inv_dt"];
    LEAVES.contains(&leaf)
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
    const MULTIPLIES: [&str; 10] = ["proj", "patch", "dense", "linear", "conv", "mlp", "norm", "gru", "lstm", "rnn"];
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
            ("batch_stats/BatchNorm_0/mean", &[8], TensorKind::RunningMean),
            ("batch_stats/BatchNorm_0/var", &[8], TensorKind::RunningVariance),
            ("heads.mean", &[8], TensorKind::Vector),
            ("encoder/attention/query/bias", &[4, 16], TensorKind::Bias),
            ("conv.bias", &[1, 32, 1, 1], TensorKind::Bias),
            ("layer.b", &[4, 16], TensorKind::Weight),
            ("stft.forward_basis_buffer", &[258, 1, 256], TensorKind::Buffer),
            ("time2freq/stft-imag/kernel:0", &[161, 320, 1], TensorKind::Buffer),
            ("scale", &[1, 8, 1, 1], TensorKind::Vector),
            ("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", &[32, 8], TensorKind::Embedding),
            ("head.mlp.weight", &[4, 8], TensorKind::Weight),
            ("StatefulPartitionedCall/model/p_re_lu_8/Neg:0", &[150, 100], TensorKind::Vector),
            ("p_re_lu_1/alpha:0", &[1, 1, 32], TensorKind::Vector),
            ("prelu_net.conv1.weight", &[8, 4, 3, 3], TensorKind::Weight),
            ("emb_gru/Constant_3_output_0", &[768, 256], TensorKind::Weight),
            ("user_table", &[4096, 16], TensorKind::Embedding),
            ("blocks.1.attn.relative_coords_table", &[1, 15, 15, 2], TensorKind::Buffer),
            ("pe.positional_encoding_gaussian_matrix", &[2, 128], TensorKind::Buffer),
            ("layers.0.mixer.A_log", &[128, 16], TensorKind::Vector),
            ("s4.kernel.log_A_real", &[128, 32], TensorKind::Vector),
            ("hash_tables.3.weight", &[4096, 2], TensorKind::Embedding),
            ("feature_buckets/weights:0", &[1000, 8], TensorKind::Embedding),
            ("blocks.1.attn.relative_position_bias_table", &[169, 4], TensorKind::Embedding),
            ("vocab_transform.weight", &[64, 64], TensorKind::Weight),
        ] {
            assert_eq!(TensorKind::of(name, shape), kind, "{name}");
        }
    }

    #[test]
    fn biases_are_told_by_the_weight_beside_them() {
        let file = [
            ("attn.W_Q", &[8, 64, 16][..]),
            ("experts.gate_up_proj", &[4, 64, 128]),
            ("linear/w", &[64, 4, 16]),
            ("dense/kernel:0", &[64, 4, 16]),
            ("adapter.w", &[64, 64]),
        ];
        let shape_of = |name: &str| file.iter().find(|(other, _)| *other == name).map(|(_, shape)| *shape);
        for (name, shape, expected) in [
            ("attn.b_Q", &[8, 16][..], true),
            ("experts.gate_up_proj_bias", &[4, 128], true),
            ("linear/b", &[4, 16], true),
            ("linear/b", &[16, 4], false),
            ("adapter.b", &[64, 64], false),
            ("adapter.basis", &[64], false),
            ("other/b", &[4, 16], false),
        ] {
            assert_eq!(is_bias_of(name, shape, shape_of), expected, "{name} {shape:?}");
        }
    }

    #[test]
    fn gains_by_name() {
        for name in [
            "model.layers.3.input_layernorm.weight",
            "h.0.ln_1.weight",
            "layer1.0.bn2.weight",
            "Block_3/LayerNorm_0/scale",
            "bn/gamma:0",
            "norm.weight",
            "layers.0.attention_norm.weight",
            "downsample.norm.1.weight",
        ] {
            assert!(is_gain(name), "{name}");
        }
        for name in ["cls_token", "logit_scale", "fc.weight", "prelu.weight", "alpha", "blind.weight", "q.lora_scale"] {
            assert!(!is_gain(name), "{name}");
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
