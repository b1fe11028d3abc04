//! GPT-2: `modeling_gpt2.py`. Its matrices are stored `[in, out]`.

use super::error::ConfigError;
use super::family::{Described, Family, Parts};
use super::tensors::Tensors;

pub(super) const FAMILY: Family = Family {
    model_types: &["gpt2"],
    architectures: |_| {
        vec!["GPT2LMHeadModel", "GPT2Model", "GPT2ForSequenceClassification", "GPT2ForTokenClassification"]
    },
    default: |_| "GPT2Model",
    build,
    recipe: "gpt2",
    aliases: &[
        ("hidden_size", "n_embd"),
        ("max_position_embeddings", "n_positions"),
        ("num_attention_heads", "n_head"),
        ("num_hidden_layers", "n_layer"),
    ],
};

fn build(described: &Described<'_>) -> Result<Parts, ConfigError> {
    let Described { architecture, fields, .. } = described;
    if fields.flag("add_cross_attention", false)? {
        return Err(
            fields.refuse("add_cross_attention", "decoders with cross-attention are not supported; use --shapes")
        );
    }
    let (width, words) = (fields.width("n_embd", 768)?, fields.width("vocab_size", 50_257)?);
    fields.divides(("n_head", fields.width("n_head", 12)?), ("n_embd", width))?;
    let layers = fields.count("n_layer", 12)?;
    let inner = fields.width_if_given("n_inner")?.unwrap_or(width.saturating_mul(4));
    let prefix = if *architecture == "GPT2Model" { "" } else { "transformer." };

    let mut tensors = Tensors::default();
    tensors.add(format!("{prefix}wte.weight"), [words, width]);
    tensors.add(format!("{prefix}wpe.weight"), [fields.width("n_positions", 1024)?, width]);
    let conv1d = |tensors: &mut Tensors, name: String, fan_in: usize, fan_out: usize| {
        tensors.add(format!("{name}.weight"), [fan_in, fan_out]);
        tensors.add(format!("{name}.bias"), [fan_out]);
    };
    for layer in 0..layers {
        let block = format!("{prefix}h.{layer}");
        tensors.norm(&format!("{block}.ln_1"), width);
        conv1d(&mut tensors, format!("{block}.attn.c_attn"), width, width.saturating_mul(3));
        conv1d(&mut tensors, format!("{block}.attn.c_proj"), width, width);
        tensors.norm(&format!("{block}.ln_2"), width);
        conv1d(&mut tensors, format!("{block}.mlp.c_fc"), width, inner);
        conv1d(&mut tensors, format!("{block}.mlp.c_proj"), inner, width);
    }
    tensors.norm(&format!("{prefix}ln_f"), width);
    match *architecture {
        "GPT2LMHeadModel" if !fields.flag("tie_word_embeddings", true)? => {
            tensors.linear("lm_head", [words, width], false);
        }
        "GPT2ForSequenceClassification" => tensors.linear("score", [fields.labels()?, width], false),
        "GPT2ForTokenClassification" => tensors.linear("classifier", [fields.labels()?, width], true),
        _ => {}
    }
    #[expect(clippy::cast_precision_loss, reason = "a count below 2^53")]
    let settings = vec![("layers", layers as f64), ("std", fields.number("initializer_range", 0.02)?)];
    Ok(Parts { tensors, settings })
}
