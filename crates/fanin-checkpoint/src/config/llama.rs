//! Llama and models with the same structure: `modeling_llama.py`, `modeling_mistral.py`, `modeling_qwen2.py`,
//! `modeling_qwen3.py`, `modeling_olmo2.py`.

use super::error::ConfigError;
use super::family::{Described, Family, Parts};
use super::tensors::Tensors;

pub(super) const FAMILY: Family = Family {
    model_types: &["llama", "mistral", "qwen2", "qwen3", "olmo2"],
    architectures: |model_type| match model_type {
        "mistral" => vec!["MistralForCausalLM", "MistralModel"],
        "qwen2" => vec!["Qwen2ForCausalLM", "Qwen2Model"],
        "qwen3" => vec!["Qwen3ForCausalLM", "Qwen3Model"],
        "olmo2" => vec!["Olmo2ForCausalLM", "Olmo2Model"],
        _ => vec!["LlamaForCausalLM", "LlamaModel", "LlamaForSequenceClassification"],
    },
    default: |model_type| match model_type {
        "mistral" => "MistralModel",
        "qwen2" => "Qwen2Model",
        "qwen3" => "Qwen3Model",
        "olmo2" => "Olmo2Model",
        _ => "LlamaModel",
    },
    build,
    recipe: "llama",
    aliases: &[],
};

/// Normalization of queries and keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum InnerNorms {
    None,
    /// One gain shared by all heads.
    Head,
    /// A gain for each head.
    Heads,
}

/// The differences between the model families.
struct Member {
    /// The default sizes: model width, inner width, layers, heads, vocabulary.
    defaults: [usize; 5],
    /// The default number of key-value heads; `None` for the number of heads.
    key_heads: Option<usize>,
    head: Option<usize>,
    /// Whether the configuration class computes the head width.
    states_head: bool,
    /// Whether there are biases for queries, keys and values, and for the output.
    biases: [bool; 2],
    inner_norms: InnerNorms,
    norms: [&'static str; 2],
}

const PRE: [&str; 2] = ["input_layernorm", "post_attention_layernorm"];

fn member(described: &Described<'_>) -> Result<Member, ConfigError> {
    let bias = || described.fields.flag("attention_bias", false);
    Ok(match described.model_type {
        "mistral" => Member {
            defaults: [4096, 14336, 32, 32, 32_000],
            key_heads: Some(8),
            head: None,
            states_head: true,
            biases: [false, false],
            inner_norms: InnerNorms::None,
            norms: PRE,
        },
        "qwen2" => Member {
            defaults: [4096, 22016, 32, 32, 151_936],
            key_heads: Some(32),
            head: None,
            states_head: false,
            biases: [true, false],
            inner_norms: InnerNorms::None,
            norms: PRE,
        },
        "qwen3" => Member {
            defaults: [4096, 22016, 32, 32, 151_936],
            key_heads: Some(32),
            head: Some(128),
            states_head: true,
            biases: [bias()?, bias()?],
            inner_norms: InnerNorms::Head,
            norms: PRE,
        },
        "olmo2" => Member {
            defaults: [4096, 11008, 32, 32, 50_304],
            key_heads: None,
            head: None,
            states_head: false,
            biases: [bias()?, bias()?],
            inner_norms: InnerNorms::Heads,
            norms: ["post_attention_layernorm", "post_feedforward_layernorm"],
        },
        _ => Member {
            defaults: [4096, 11008, 32, 32, 32_000],
            key_heads: None,
            head: None,
            states_head: true,
            biases: [bias()?, bias()?],
            inner_norms: InnerNorms::None,
            norms: PRE,
        },
    })
}

fn build(described: &Described<'_>) -> Result<Parts, ConfigError> {
    let Described { architecture, fields, .. } = described;
    let member = member(described)?;
    let Member { defaults, key_heads, head, states_head, biases: [bias, output_bias], inner_norms, norms } = member;
    let [width, inner, layers, heads, words] = defaults;
    let width = fields.width("hidden_size", width)?;
    let inner = fields.width("intermediate_size", inner)?;
    let layers = fields.count("num_hidden_layers", layers)?;
    let words = fields.width("vocab_size", words)?;
    let heads = fields.width("num_attention_heads", heads)?;
    // `null` always means the number of heads.
    let key_heads = key_heads.filter(|_| !fields.is_null("num_key_value_heads")).unwrap_or(heads);
    let key_heads = fields.width("num_key_value_heads", key_heads)?;
    if described.model_type == "llama" {
        fields.divides(("num_attention_heads", heads), ("hidden_size", width))?;
    }
    let given = fields.width_if_given("head_dim")?;
    // transformers rounds the head width down.
    let head = given.or(head).unwrap_or(width / heads);
    if head == 0 {
        return Err(fields.refuse("num_attention_heads", "use at most hidden_size, or set head_dim"));
    }
    // Rotary embeddings rotate pairs, so the head width must be even.
    if !head.is_multiple_of(2) && (given.is_some() || states_head) {
        return Err(match given {
            Some(_) => fields.refuse("head_dim", "use an even number"),
            None => fields.refuse("num_attention_heads", "the head width is odd; use another number, or set head_dim"),
        });
    }
    let (queries, keys) = (heads.saturating_mul(head), key_heads.saturating_mul(head));
    let mlp_bias = described.model_type == "llama" && fields.flag("mlp_bias", false)?;
    let prefix = if architecture.ends_with("Model") { "" } else { "model." };

    let mut tensors = Tensors::default();
    tensors.add(format!("{prefix}embed_tokens.weight"), [words, width]);
    for layer in 0..layers {
        let block = format!("{prefix}layers.{layer}");
        let attention = format!("{block}.self_attn");
        tensors.linear(&format!("{attention}.q_proj"), [queries, width], bias);
        tensors.linear(&format!("{attention}.k_proj"), [keys, width], bias);
        tensors.linear(&format!("{attention}.v_proj"), [keys, width], bias);
        tensors.linear(&format!("{attention}.o_proj"), [width, queries], output_bias);
        let inner_widths = match inner_norms {
            InnerNorms::None => None,
            InnerNorms::Head => Some([head, head]),
            InnerNorms::Heads => Some([queries, keys]),
        };
        if let Some([of_queries, of_keys]) = inner_widths {
            tensors.add(format!("{attention}.q_norm.weight"), [of_queries]);
            tensors.add(format!("{attention}.k_norm.weight"), [of_keys]);
        }
        tensors.linear(&format!("{block}.mlp.gate_proj"), [inner, width], mlp_bias);
        tensors.linear(&format!("{block}.mlp.up_proj"), [inner, width], mlp_bias);
        tensors.linear(&format!("{block}.mlp.down_proj"), [width, inner], mlp_bias);
        for norm in norms {
            tensors.add(format!("{block}.{norm}.weight"), [width]);
        }
    }
    tensors.add(format!("{prefix}norm.weight"), [width]);
    if architecture.ends_with("ForCausalLM") && !fields.flag("tie_word_embeddings", false)? {
        tensors.linear("lm_head", [words, width], false);
    } else if architecture.ends_with("ForSequenceClassification") {
        tensors.linear("score", [fields.labels()?, width], false);
    }
    let padding = fields.padding(if described.model_type == "olmo2" { Some(1) } else { None }, words)?;
    Ok(Parts { tensors, settings: vec![("std", fields.number("initializer_range", 0.02)?), ("padding", padding)] })
}
